import { expect, test } from 'vitest';
import type { HandOrder } from '../../src/domain/hand-order.ts';
import { cents } from '../../src/domain/money.ts';
import { addMs, HOUR_MS, MINUTE_MS, SECOND_MS } from '../../src/domain/time.ts';
import { AKeeper, type Opening } from '../keeper/a-keeper.ts';
import { badPosts, lower } from '../keeper/a-low-wallet.ts';
import { charges, faults, posts } from '../keeper/sandbox-record.ts';
import { type SandboxClient, startClient } from '../sandbox/sandbox-client.ts';
import { type Death, DyingWire } from './dying-wire.ts';

const fund = (dollars: number): HandOrder => ({
  kind: 'fund',
  amountCents: cents(dollars * 100),
  card: null,
  coupon: null,
});

async function aKeeper(opening: (client: SandboxClient) => Opening = () => ({})) {
  const client = await startClient();
  const keeper = await AKeeper.open(client, opening(client));
  await keeper.pass();
  return { client, keeper };
}

const amounts = async (client: SandboxClient) =>
  (await charges(client)).map(({ amount_cents }) => amount_cents);

test.each([25, 50])(
  '$%d by hand while the policy charges $50 are two charges, the policy first',
  async (dollars) => {
    const { client, keeper } = await aKeeper();
    await lower(client);
    expect(await keeper.ask([fund(dollars)])).toMatchObject([{ outcome: 'done' }]);
    expect(await amounts(client)).toEqual([5_000, dollars * 100]);
    expect((await keeper.intents()).map(({ state, settled_usd }) => `${state} ${settled_usd}`)).toEqual([
      `settled ${dollars}`,
      'settled 50',
    ]);
  },
);

test.each(['lost_response', 'lost_request', 'error_after_effect'])(
  'the same sum by hand while the answer to the own top-up is lost (%s) waits for it: two charges, each once',
  async (fault) => {
    const { client, keeper } = await aKeeper((sandbox) => ({
      transport: badPosts(sandbox, { [fault]: 1 }, 3),
    }));
    await lower(client);
    const [answer] = await keeper.ask([fund(50)]);
    await keeper.live(HOUR_MS);
    expect(answer).toMatchObject({ outcome: 'done' });
    expect(await amounts(client)).toEqual([5_000, 5_000]);
    expect(new Set((await charges(client)).map(({ key }) => key)).size).toBe(2);
    expect(await client.balance()).toBe(112);
    expect((await keeper.intents()).map(({ state }) => state)).toEqual(['settled', 'settled']);
  },
);

test('a wallet that falls low while a charge by hand is in doubt is topped up only when that is known', async () => {
  const { client, keeper } = await aKeeper((sandbox) => ({
    transport: badPosts(sandbox, { lost_response: 1 }, 6),
  }));
  const asked = keeper.ask([fund(50)]);
  await client.patch({ balance: 12 });
  await asked;
  await keeper.live(2 * HOUR_MS);
  expect(await amounts(client)).toEqual([5_000]);
  expect(await client.balance()).toBe(62);
});

test.each([
  ['one after the other', false, {}],
  ['at once', true, {}],
  [
    'one after the other, on a ledger that is late',
    false,
    { delayed_ledger_rows: 1, ledger_delay_ms: 20_000 },
  ],
  ['at once, on a ledger that is late', true, { delayed_ledger_rows: 1, ledger_delay_ms: 20_000 }],
  ['one after the other, with answers that name no payment', false, { fund_answer: 'balance_only' }],
])('two orders of the same sum %s are both meant: two charges', async (_how, isAtOnce, weather) => {
  const { client, keeper } = await aKeeper();
  await faults(client, weather);
  const answers = isAtOnce
    ? await keeper.ask([fund(25), fund(25)])
    : [...(await keeper.ask([fund(25)])), ...(await keeper.ask([fund(25)]))];
  await keeper.live(10 * MINUTE_MS);
  expect(answers.map(({ outcome }) => outcome)).toEqual(['done', 'done']);
  expect(await amounts(client)).toEqual([2_500, 2_500]);
  expect(new Set((await charges(client)).map(({ key }) => key)).size).toBe(2);
  expect(await client.balance()).toBe(100);
  expect((await keeper.told()).filter((line) => line.includes('did not make'))).toEqual([]);
});

const FUNDS: Death['fits'] = ({ url }) => url.endsWith('/wallet/fund');

/** Posts an order as a command beside the daemon does. */
async function post(keeper: AKeeper, id: string) {
  const now = keeper.client.clock.now();
  const { name: account } = keeper.account('agent-0001');
  const order = { id, account, order: fund(25), timeoutMs: MINUTE_MS };
  await keeper.store.handOrders.post(order, { now, expiresAt: addMs(now, 5 * SECOND_MS) });
}

test.each(['before', 'after'] as const)(
  'a daemon that dies %s the charge of a posted order left makes it once, and takes it up no more',
  async (moment) => {
    const client = await startClient();
    const wire = new DyingWire({ moment, fits: FUNDS });
    const dead = await AKeeper.open(client, { transport: wire });
    await dead.pass();
    await post(dead, 'ord_1');
    const [taken] = await dead.store.handOrders.take(client.clock.now());
    wire.arm();
    void dead.ask([taken?.order ?? fund(1)]);
    await wire.died;
    dead.close();
    const next = await AKeeper.open(client, { folder: dead.folder });
    await next.store.handOrders.interrupt();
    expect(next.store.handOrders.progress('ord_1')).toEqual({ kind: 'interrupted' });
    expect(await next.store.handOrders.take(client.clock.now())).toEqual([]);
    await next.live(HOUR_MS);
    expect(await amounts(client)).toEqual([2_500]);
    expect(await next.intents()).toMatchObject([{ state: 'settled', settled_usd: 25 }]);
  },
);

test('an order that a daemon died before taking is done once by the next, and cannot be posted twice', async () => {
  const { client, keeper } = await aKeeper();
  await post(keeper, 'ord_1');
  keeper.close();
  const next = await AKeeper.open(client, { folder: keeper.folder });
  await next.store.handOrders.interrupt();
  await expect(post(next, 'ord_1')).rejects.toThrow();
  const taken = await next.store.handOrders.take(client.clock.now());
  expect(taken).toHaveLength(1);
  expect(await next.ask(taken.map(({ order }) => order))).toMatchObject([{ outcome: 'done' }]);
  expect(await next.store.handOrders.take(client.clock.now())).toEqual([]);
  expect(await amounts(client)).toEqual([2_500]);
});

test('an order that nobody took in time is never done', async () => {
  const { client, keeper } = await aKeeper();
  await post(keeper, 'ord_1');
  client.clock.advance(MINUTE_MS);
  expect(await keeper.store.handOrders.take(client.clock.now())).toEqual([]);
  expect(keeper.store.handOrders.progress('ord_1')).toEqual({ kind: 'unknown' });
  await keeper.live(HOUR_MS);
  expect(await posts(client)).toEqual([]);
});

test('by hand, a sum that the own top-up left no room for under the cap is refused', async () => {
  const { client, keeper } = await aKeeper(() => ({ caps: { per_charge: 50, day: 60, month: 600 } }));
  await lower(client);
  expect(await keeper.ask([fund(25)])).toMatchObject([{ outcome: 'refused', reason: 'cap_day' }]);
  expect(await amounts(client)).toEqual([5_000]);
});
