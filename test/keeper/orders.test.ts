import { expect, test } from 'vitest';
import { ensureOrder, type HandOrder } from '../../src/domain/hand-order.ts';
import { type Cents, cents } from '../../src/domain/money.ts';
import { DAY_MS, HOUR_MS, MINUTE_MS } from '../../src/domain/time.ts';
import { startClient } from '../sandbox/sandbox-client.ts';
import { AKeeper, type Opening } from './a-keeper.ts';
import { charges, posts } from './sandbox-record.ts';

async function aKeeper(opening: Opening = {}) {
  const client = await startClient();
  const keeper = await AKeeper.open(client, opening);
  await keeper.pass();
  return { client, keeper };
}

const ensure = (dollars: number): HandOrder => ensureOrder(cents(dollars * 100));
const fund = (dollars: number): HandOrder => ({
  kind: 'fund',
  amountCents: cents(dollars * 100) as Cents,
  card: null,
  coupon: null,
});

test('500 askers at once make the charges that one would', async () => {
  const { client, keeper } = await aKeeper();
  const answers = await keeper.ask(Array.from({ length: 500 }, () => ensure(100)));
  expect(new Set(answers.map(({ outcome, sentence }) => `${outcome}: ${sentence}`))).toEqual(
    new Set(['done: the wallet holds $120.00']),
  );
  expect(await charges(client)).toMatchObject([{ amount_cents: 7_000 }]);
});

test('askers for different sums are each told when theirs is there, by one charge for the largest', async () => {
  const { client, keeper } = await aKeeper();
  const answers = await keeper.ask([ensure(30), ensure(200), ensure(100)]);
  expect(answers.map(({ outcome }) => outcome)).toEqual(['done', 'done', 'done']);
  expect(await charges(client)).toMatchObject([{ amount_cents: 19_000 }]);
});

test('what is there already is answered without a charge', async () => {
  const { client, keeper } = await aKeeper();
  expect(await keeper.ask([ensure(40)])).toMatchObject([{ outcome: 'done' }]);
  expect(await posts(client)).toEqual([]);
});

test('a cap is said, and nothing is charged', async () => {
  const { client, keeper } = await aKeeper({ caps: { per_charge: 50, day: 60, month: 100 } });
  const [answer] = await keeper.ask([ensure(150)]);
  expect(answer).toMatchObject({ outcome: 'refused', reason: 'cap_day' });
  expect(await charges(client)).toEqual([]);
});

test('more than one charge may take is charged in parts', async () => {
  const { client, keeper } = await aKeeper({ caps: { per_charge: 50, day: 500, month: 1_000 } });
  expect(await keeper.ask([ensure(150)])).toMatchObject([{ outcome: 'done' }]);
  expect((await charges(client)).map(({ amount_cents }) => amount_cents)).toEqual([5_000, 5_000, 3_000]);
});

test('the answer to a lost charge is waited for, and it is made once', async () => {
  const { client, keeper } = await aKeeper();
  await client.control('/faults', { lost_response: 1 });
  const asked = keeper.ask([fund(25)]);
  await keeper.live(0);
  await client.control('/faults', { lost_response: 0 });
  expect(await asked).toMatchObject([{ outcome: 'done' }]);
  expect(await charges(client)).toHaveLength(1);
});

test('a paused account is not charged by hand either', async () => {
  const { client, keeper } = await aKeeper();
  const { name } = keeper.account('agent-0001');
  const hold = {
    account: name,
    kind: 'pause',
    reason: 'moving',
    since: client.clock.now(),
    intent: null,
  } as const;
  await keeper.store.journal.setHold(hold, []);
  expect(await keeper.ask([fund(25)])).toMatchObject([{ outcome: 'refused', reason: 'paused_by_operator' }]);
  expect(await posts(client)).toEqual([]);
});

test('mode observe refuses what moves money', async () => {
  const { client, keeper } = await aKeeper({ mode: 'observe' });
  expect(await keeper.ask([fund(25)])).toMatchObject([{ outcome: 'refused', reason: 'observing' }]);
  expect(await posts(client)).toEqual([]);
});

test.each<[string, HandOrder, string]>([
  ['under the minimum', fund(5), "fund $5.00: the provider's minimum is $10.00"],
  ['over the cap', fund(600), 'fund $600.00 with visa …4242, but account agent-0001: $600.00 is over the per-charge cap $500.00'],
  ['more than there is', { kind: 'withdraw', amountCents: cents(9_900), keepCents: null }, 'withdraw $99.00: the wallet holds $50.00'],
  ['below the minimum that a card keeps', { kind: 'withdraw', amountCents: cents(4_000), keepCents: null }, 'withdraw $40.00: it would leave less than the minimum $20.00, and a card would be charged for it'],
  ['out of range', { kind: 'charge_amount', amountCents: cents(400) }, 'charge $4.00: the provider takes $5.00 to $10,000.00'],
  ['for an addon in place of the plan', { kind: 'change_plan', subscription: null, plan: { kind: 'name', name: 'Extra training' } }, 'Extra training is an addon, which stands beside a plan and is none: choose another plan, or say --addon if it is to take its place'],
  ['no such plan', { kind: 'change_plan', subscription: null, plan: { kind: 'name', name: 'Nope' } }, "the provider's list has no such plan, or several of that name (use the id)"],
])('an order that is %s is refused before anything is sent', async (_what, order, sentence) => {
  const { client, keeper } = await aKeeper();
  expect(await keeper.ask([order])).toMatchObject([{ outcome: 'refused', sentence }]);
  expect(await posts(client)).toEqual([]);
}); // biome-ignore format: a table

test('a withdrawal has to leave the minimum, and may leave just that: no card is charged for it', async () => {
  const { client, keeper } = await aKeeper();
  await client.patch({ reseller: true });
  const withdraw = (dollars: number): HandOrder => ({
    kind: 'withdraw',
    amountCents: cents(dollars * 100),
    keepCents: null,
  });
  const answers = await keeper.ask([withdraw(30.01), withdraw(30)]);
  expect(answers).toMatchObject([{ outcome: 'refused', reason: 'not_possible' }, { outcome: 'done' }]);
  await keeper.live(HOUR_MS);
  expect(await client.balance()).toBe(20);
  expect(await charges(client)).toEqual([]);
});

test('two orders of one kind are both done, one after the other', async () => {
  const { client, keeper } = await aKeeper();
  const answers = await keeper.ask([fund(25), fund(30)]);
  expect(answers.map(({ outcome }) => outcome)).toEqual(['done', 'done']);
  expect((await charges(client)).map(({ amount_cents }) => amount_cents)).toEqual([2_500, 3_000]);
});

test('a payment link by hand is answered with its address, and settles when it is paid', async () => {
  const { client, keeper } = await aKeeper();
  const [answer] = await keeper.ask([{ kind: 'fund_link', amountCents: cents(2_500) }]);
  expect(answer?.link?.url).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/pay\/cs_/);
  await client.patch({ pay_link: true });
  await keeper.live(10 * MINUTE_MS);
  expect(await keeper.intents()).toMatchObject([{ kind: 'fund_link', state: 'settled', settled_usd: 25 }]);
});

test('what lies above max_balance is withdrawn once a day, and never from who may not', async () => {
  const { client, keeper } = await aKeeper({ poll: '10m', wallet: { max_balance: 100 } });
  await client.patch({ reseller: true, balance: 180 });
  await keeper.live(6 * HOUR_MS);
  const paid = () => posts(client).then((rows) => rows.filter(({ path }) => path.endsWith('/withdraw')));
  expect(await paid()).toMatchObject([{ status: 200 }]);
  expect(
    (await keeper.ask([{ kind: 'ensure', neededCents: cents(9_900), targetCents: cents(9_900) }]))[0],
  ).toMatchObject({
    outcome: 'done',
  });
  await client.patch({ reseller: false, balance: 300 });
  await keeper.rest(3 * DAY_MS);
  expect((await paid()).map(({ status }) => status)).toEqual([200, 403, 403, 403]);
  expect(keeper.context.view.accounts()[0]).toMatchObject({ frozen: null });
});
