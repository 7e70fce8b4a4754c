import { expect, test } from 'vitest';
import { HOUR_MS, MINUTE_MS } from '../../src/domain/time.ts';
import { startClient } from '../sandbox/sandbox-client.ts';
import { AKeeper } from './a-keeper.ts';
import { lower } from './a-low-wallet.ts';
import { WatchedWire } from './watched-wire.ts';

test.each([
  ['control: another sum', 40],
  ['the same sum', 50],
])('a page that is paid after a person paid by hand freezes nothing: %s', async (_, dollars) => {
  const client = await startClient();
  const transport = new WatchedWire(async (send, _n, { url }) => {
    const reply = await send();
    if (!url.includes('confirm-checkout') || reply.kind !== 'answered') return reply;
    const body = JSON.parse(reply.bodyText);
    return body.data == null ? reply : { ...reply, bodyText: JSON.stringify({ data: { balance: 1 } }) };
  });
  await client.patch({ cards: [{ id: 'pm_agent_0001_visa', behaviour: 'lost_card' }] });
  const keeper = await AKeeper.open(client, { transport, wallet: { pay_with: ['default', 'human'] } });
  await keeper.pass();
  await lower(client, 2);
  await keeper.live(10 * MINUTE_MS); // a page for $50 is out
  const body = { amount: dollars, payment_method_id: 'pm_agent_0001_mastercard' };
  await client.ask('/wallet/fund', { key: 'a-person', body });
  await keeper.live(HOUR_MS);
  await lower(client, 5); // used up
  await keeper.live(HOUR_MS);
  await client.patch({ pay_link: true });
  await keeper.live(4 * HOUR_MS);
  expect(await keeper.intents()).toMatchObject([{ kind: 'fund_link', state: 'settled' }, {}]);
  expect(await keeper.store.journal.holds(keeper.account('agent-0001').name)).toEqual([]);
});
