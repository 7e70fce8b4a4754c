import { expect, test } from 'vitest';
import { HOUR_MS, MINUTE_MS } from '../../src/domain/time.ts';
import { calmAccounts, startClient } from '../sandbox/sandbox-client.ts';
import { AKeeper } from './a-keeper.ts';
import { charges } from './sandbox-record.ts';

const ASKED = ['agent-0001', 'agent-0002'];
const OTHER = 'agent-0003';

/** Three accounts share a card; two charges on it wait for its holder, and the third account is low. */
async function aSharedCard() {
  const client = await startClient({ accounts: calmAccounts(3) });
  const share = (name: string, behaviour: string) => {
    const card = {
      id: `pm_${name.replace('-', '_')}`,
      brand: 'visa',
      last4: '3155',
      fingerprint: 'one-card',
      default: true,
    };
    return client.patch({ cards: [{ ...card, behaviour }] }, name);
  };
  for (const name of ASKED) await share(name, 'requires_action');
  await share(OTHER, 'succeed');
  const keeper = await AKeeper.open(client);
  for (const name of [...ASKED, OTHER]) {
    await keeper.pass(name);
    await client.patch({ balance: 12 }, name);
  }
  client.clock.advance(MINUTE_MS);
  for (const name of ASKED) await keeper.pass(name);
  expect((await keeper.intents()).map(({ state }) => state)).toEqual(['action', 'action']);
  return { client, keeper };
}

test('an account whose card waits for its holder on other accounts says so', async () => {
  const { keeper } = await aSharedCard();
  await keeper.live(20 * MINUTE_MS, OTHER);
  const why = "visa …3155 waits for the answers to other charges on it; 2 for its holder's (3-D Secure)";
  const view = keeper.context.view.accounts().find(({ account }) => account === OTHER);
  expect(view?.wallet?.sentence).toContain(why);
  const low = (await keeper.messages()).filter(({ fact }) => fact.type === 'wallet.low');
  expect(low.map(({ fact }) => fact.detail)).toEqual([expect.stringContaining(why)]);
});

test('challenges that nobody answers hold the card back from other accounts for a day, not for ever', async () => {
  const { client, keeper } = await aSharedCard();
  for (let hours = 0; hours < 22; hours += 1) {
    client.clock.advance(HOUR_MS);
    await keeper.pass(OTHER);
  }
  expect(await charges(client)).toEqual([]);
  client.clock.advance(3 * HOUR_MS);
  await keeper.live(5 * MINUTE_MS, OTHER);
  expect((await charges(client)).map(({ account }) => account)).toEqual([OTHER]);
});
