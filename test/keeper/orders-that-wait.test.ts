import { expect, test } from 'vitest';
import type { HandOrder } from '../../src/domain/hand-order.ts';
import { cents } from '../../src/domain/money.ts';
import { DAY_MS, HOUR_MS, MINUTE_MS } from '../../src/domain/time.ts';
import { startClient } from '../sandbox/sandbox-client.ts';
import { AKeeper, type Opening } from './a-keeper.ts';
import { charges } from './sandbox-record.ts';
import { answer, WatchedWire } from './watched-wire.ts';

const FUND: HandOrder = { kind: 'fund', amountCents: cents(2_500), card: null, coupon: null };
const CHARGE = { kind: 'charge_amount', amountCents: cents(5_000) } as const;
const WITHDRAW: HandOrder = { kind: 'withdraw', amountCents: cents(5_000), keepCents: null };

async function aKeeper(opening: Opening = {}) {
  const client = await startClient();
  await client.patch({ reseller: true, balance: 180 });
  const keeper = await AKeeper.open(client, opening);
  await keeper.pass();
  return { client, keeper };
}

test('an order that can be done does not wait behind one that cannot', async () => {
  const transport = new WatchedWire(async (send, _ordinal, { url }) =>
    url.endsWith('/subscriptions/charge-amount') ? answer(503, { message: 'down' }) : await send(),
  );
  const { client, keeper } = await aKeeper({ transport });
  keeper.place(CHARGE);
  keeper.place({ ...CHARGE, amountCents: cents(6_000) }); // waits for the end of the other
  const { answered, withdraw } = keeper.place(FUND);
  await keeper.passes(10);
  withdraw();
  expect(await answered).toMatchObject({ outcome: 'done' });
  expect(await charges(client)).toHaveLength(1);
});

test('an order that meets a revoked token waits for the login', async () => {
  const { client, keeper } = await aKeeper({ isByLogin: true });
  await client.patch({ expire_token: true });
  const { answered, withdraw } = keeper.place(FUND);
  await keeper.passes(6);
  withdraw();
  expect(await answered).toMatchObject({ outcome: 'done' });
});

test('an order that meets a token that nobody can mend is refused in the second pass', async () => {
  const { client, keeper } = await aKeeper();
  await client.control('/faults', { unauthorized: 1 });
  const { answered } = keeper.place(FUND);
  await keeper.passes(10);
  expect(await answered).toMatchObject({ outcome: 'refused', reason: 'credentials_refused' });
});

test.each<[string, HandOrder, string]>([
  ['a withdrawal', WITHDRAW, '/wallet/withdraw'],
  ['a charge', CHARGE, '/subscriptions/charge-amount'],
])('%s that met 503 for two minutes comes to an end', async (_what, order, path) => {
  let isDown = true;
  const transport = new WatchedWire(async (send, _ordinal, { url }) =>
    isDown && url.endsWith(path) ? answer(503, { message: 'down' }) : await send(),
  );
  const { keeper } = await aKeeper({ transport, poll: '10m' });
  const { withdraw } = keeper.place(order);
  await keeper.live(2 * MINUTE_MS);
  withdraw();
  isDown = false;
  await keeper.rest(2 * DAY_MS);
  const [intent] = await keeper.intents();
  const isFrozen = keeper.context.view.accounts()[0]?.frozen !== null;
  expect(isFrozen || intent?.state === 'settled' || intent?.state === 'released').toBe(true);
});

test('a charge that was told to come back in ninety seconds is made within the hour', async () => {
  const transport = new WatchedWire(async (send, ordinal) =>
    ordinal === 0 ? answer(429, { message: 'slow down' }, { 'retry-after': '90' }) : await send(),
  );
  const { client, keeper } = await aKeeper({ transport });
  keeper.place(CHARGE);
  await keeper.live(HOUR_MS);
  expect(await charges(client, 'charge_amount')).toHaveLength(1);
});

test('no card is tried past its ceiling where the list of cards cannot be read', async () => {
  const transport = new WatchedWire(
    (send) => send(),
    async (send, { url }) =>
      url.endsWith('/billing/payment-methods') ? answer(500, { message: 'down' }) : await send(),
  );
  const { client, keeper } = await aKeeper({ transport });
  await client.patch({ cards: [{ id: 'pm_agent_0001_visa', behaviour: 'lost_card' }] });
  const { answered, withdraw } = keeper.place(CHARGE);
  await keeper.passes(8);
  withdraw();
  expect(await answered).toMatchObject({
    outcome: 'refused',
    sentence: 'the provider did not list the saved cards',
  });
  expect(await keeper.intents()).toEqual([]);
});
