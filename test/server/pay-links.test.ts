import { expect, test } from 'vitest';
import { MINUTE_MS } from '../../src/domain/time.ts';
import { AKeeper } from '../keeper/a-keeper.ts';
import { lower } from '../keeper/a-low-wallet.ts';
import { startClient } from '../sandbox/sandbox-client.ts';
import { ABrowser, API_TOKEN } from './a-browser.ts';
import { aServer } from './a-server.ts';

/** Low, without a card that pays, and a link that is out; and the link as the pages write it. */
async function aLink() {
  const client = await startClient();
  const wallet = { pay_with: ['default', 'human'] };
  const keeper = await AKeeper.open(client, { apiToken: API_TOKEN, wallet });
  await keeper.pass();
  await client.patch({ cards: [{ id: 'pm_agent_0001_visa', behaviour: 'lost_card' }] });
  await lower(client);
  await keeper.live(2 * MINUTE_MS);
  const [intent] = await keeper.store.journal.intents({ states: ['link_open'], limit: 1 });
  const url = intent?.state.kind === 'link_open' ? intent.state.url : 'none';
  const button = `<p class="pay"><a href="${url}" rel="noreferrer noopener">Pay $50.00</a></p>`;
  return { browser: new ABrowser(await aServer(keeper)), url, button };
}

test('who is signed in finds where to pay in the alert, on the row of the account, and beside the charge', async () => {
  const { browser, button } = await aLink();
  await browser.signIn();
  const fleet = (await browser.page('/')).text;
  expect(fleet.split(button)).toHaveLength(3);
  expect(fleet).toMatch(
    /<section class="card"[\s\S]*<p class="pay">[\s\S]*<tr role="row">[\s\S]*<p class="pay">/,
  );
  expect((await browser.page('/alerts')).text.split(button)).toHaveLength(2);
  const account = (await browser.page('/accounts/agent-0001')).text;
  expect(account.split(button)).toHaveLength(3);
  expect(account).toContain(`</details>${button}</li>`); // nothing has to be opened to see it
});

test('who is not signed in sees that a link is out, and not its address', async () => {
  const { browser, url } = await aLink();
  for (const path of ['/', '/alerts', '/accounts/agent-0001']) {
    const { text } = await browser.page(path);
    expect(text).toMatch(/link is out|payment link for/);
    expect(text).not.toContain(url);
  }
});
