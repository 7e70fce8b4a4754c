import { expect, test } from 'vitest';
import type { HandAnswer, HandOrder } from '../../src/domain/hand-order.ts';
import type { PaymentMethodId } from '../../src/domain/ids.ts';
import { cents } from '../../src/domain/money.ts';
import { HOUR_MS, MINUTE_MS } from '../../src/domain/time.ts';
import { startClient } from '../sandbox/sandbox-client.ts';
import { AKeeper } from './a-keeper.ts';
import { charges } from './sandbox-record.ts';
import { never, WatchedWire } from './watched-wire.ts';

const MASTERCARD = 'pm_agent_0001_mastercard' as PaymentMethodId; // a card of the sandbox

const fund = (dollars: number, changes: Partial<Extract<HandOrder, { kind: 'fund' }>> = {}): HandOrder => ({
  kind: 'fund',
  amountCents: cents(dollars * 100),
  card: null,
  coupon: null,
  ...changes,
});
const withdraw = (dollars: number): HandOrder => ({
  kind: 'withdraw',
  amountCents: cents(dollars * 100),
  keepCents: null,
});
const CHARGE: HandOrder = { kind: 'charge_amount', amountCents: cents(2_500) };
const reset: HandOrder = { kind: 'reset_cycle', subscription: null };

/** A keeper whose process dies with the answer to this order on its way, and the one that is started after it. */
async function afterLostAnswer(order: HandOrder) {
  const client = await startClient();
  await client.patch({ reseller: true, subscription: { status: 'active', plan_id: 42 } });
  const sent = Promise.withResolvers<void>();
  const transport = new WatchedWire(async (send) => {
    await send();
    sent.resolve();
    return await never();
  });
  const dead = await AKeeper.open(client, { transport });
  await dead.pass();
  dead.place(order);
  void dead.passes(1);
  await sent.promise;
  dead.close();
  return { client, keeper: await AKeeper.open(client, { folder: dead.folder }) };
}

test.each<[string, HandOrder]>([
  ['a top-up', fund(25)],
  ['a top-up with a coupon', fund(25, { coupon: 'BONUS20' })],
  ['a charge', CHARGE],
  ['a reset of the billing cycle', reset],
])('%s that is asked for again after its answer was lost is charged once', async (_what, order) => {
  const { client, keeper } = await afterLostAnswer(order);
  const { answered } = keeper.place(order);
  await keeper.passes(12);
  const [intent] = await keeper.intents();
  expect(await answered).toMatchObject({ outcome: 'done', intent: intent?.id });
  expect(await client.charges()).toHaveLength(1);
});

test('a withdrawal that is asked for again after its answer was lost goes out once', async () => {
  const { client, keeper } = await afterLostAnswer(withdraw(10));
  const { answered } = keeper.place(withdraw(10));
  await keeper.passes(12);
  expect(await answered).toMatchObject({ outcome: 'done' });
  expect(await client.balance()).toBe(40);
});

test.each<[string, HandOrder, number]>([
  ['of another amount', fund(30), 3_000],
  ['with a card of its own', fund(25, { card: MASTERCARD }), 2_500],
  ['with a coupon', fund(25, { coupon: 'BONUS20' }), 2_500],
])('an order %s is another one, and is charged beside what was lost', async (_what, order, amount) => {
  const { client, keeper } = await afterLostAnswer(fund(25));
  const { answered } = keeper.place(order);
  await keeper.passes(12);
  expect(await answered).toMatchObject({ outcome: 'done' });
  expect(await client.charges()).toMatchObject([{ amount_cents: 2_500 }, { amount_cents: amount }]);
});

test('an order with another coupon is another one, and its bonus is given too', async () => {
  const { client, keeper } = await afterLostAnswer(fund(25, { coupon: 'BONUS20' }));
  const { answered } = keeper.place(fund(25, { coupon: 'BONUS10' }));
  await keeper.passes(12);
  expect(await answered).toMatchObject({ outcome: 'done' });
  expect(await client.balance()).toBe(50 + 25 + 5 + 25 + 2.5);
});

test('two who ask for the same while a lost one is open get one each: theirs, and a new one', async () => {
  const { client, keeper } = await afterLostAnswer(fund(25));
  const both = [keeper.place(fund(25)), keeper.place(fund(25))];
  await keeper.passes(20);
  const answers = await Promise.all(both.map(({ answered }) => answered));
  expect(new Set(answers.map(({ intent }) => intent)).size).toBe(2);
  expect(await charges(client)).toHaveLength(2);
});

test("the policy's own charge is nobody's order", async () => {
  const client = await startClient();
  let lost = 1;
  const transport = new WatchedWire(async (send) => {
    const reply = await send();
    lost -= 1;
    return lost < 0 ? reply : { kind: 'lost', reason: 'ECONNRESET' };
  });
  const keeper = await AKeeper.open(client, { transport, wallet: { cooldown: '0s' } });
  await client.patch({ balance: 12 });
  await keeper.pass();
  const { answered } = keeper.place(fund(50));
  await keeper.live(MINUTE_MS);
  expect(await answered).toMatchObject({ outcome: 'done' });
  expect((await charges(client)).map(({ amount_cents }) => amount_cents)).toEqual([5_000, 5_000]);
  await keeper.live(HOUR_MS);
  expect(await charges(client)).toHaveLength(2);
});

/** A keeper with this order on its desk, which is asked for again while the POST of that number is on the wire. */
async function askedDuringPost(order: HandOrder, { ordinal, isFirstGone = true }: Again) {
  const client = await startClient();
  const again = Promise.withResolvers<Promise<HandAnswer>>();
  const transport = new WatchedWire(async (send, number) => {
    if (number === ordinal) {
      if (isFirstGone) first.withdraw();
      again.resolve(keeper.place(order).answered);
    }
    const reply = await send();
    return number < ordinal ? { kind: 'lost', reason: 'ECONNRESET' } : reply;
  });
  const keeper = await AKeeper.open(client, { transport });
  await keeper.pass();
  const first = keeper.place(order);
  await keeper.passes(12);
  return { client, answers: await Promise.all([first.answered, again.promise]) };
}
type Again = { readonly ordinal: number; readonly isFirstGone?: boolean };

test.each<[string, HandOrder, number]>([
  ['a top-up that is asked for again while its POST is on the wire', fund(25), 0],
  ['a charge that is asked for again while its POST is on the wire', CHARGE, 0],
  ['a charge that is asked for again while its replay is on the wire', CHARGE, 1],
])('%s, by whoever had no more time, is charged once', async (_what, order, ordinal) => {
  const { client, answers } = await askedDuringPost(order, { ordinal });
  const [first, again] = answers;
  expect(first).toMatchObject({ outcome: 'open' });
  expect(again).toMatchObject({ outcome: 'done', intent: first?.intent });
  expect(await client.charges()).toHaveLength(1);
});

test('who asks for the same while another one waits for the answer to a POST gets a charge of theirs', async () => {
  const { client, answers } = await askedDuringPost(fund(25), { ordinal: 0, isFirstGone: false });
  expect(answers).toMatchObject([{ outcome: 'done' }, { outcome: 'done' }]);
  expect(await client.charges()).toHaveLength(2);
});
