import { expect, test } from 'vitest';
import { HOUR_MS, MINUTE_MS } from '../../src/domain/time.ts';
import { isNameAsked } from '../../src/keeper/new-name.ts';
import { calmAccounts, startClient } from '../sandbox/sandbox-client.ts';
import { aMovingFleet, type Numbered } from './a-changing-address.ts';
import { AKeeper } from './a-keeper.ts';
import { charges } from './sandbox-record.ts';

const [ONE, TWO] = ['agent-0001@sandbox.purser.test', 'agent-0002@sandbox.purser.test'];

/** The account of `x` was charged a moment ago, and its ledger does not show that yet. */
async function chargedUnseen(begin: Numbered) {
  const fleet = await aMovingFleet(begin);
  const { its } = fleet;
  await fleet.chargeUnseen(() => its.keeper.live(3 * MINUTE_MS, 'x'));
  const asked = (name: string) => isNameAsked(its.keeper.store.upkeep, its.keeper.account(name).name);
  return { ...fleet, asked };
}

test('an account whose name and address change at once is known by its payments, and not charged twice', async () => {
  const { client, its, ledger, mails, restart, holds, resume, charged, asked } = await chargedUnseen({
    x: 1,
  });
  mails[ONE] = 'new@name.test';
  await restart({ w: 1 });
  await its.keeper.live(HOUR_MS, 'w');
  expect([await charged(), asked('w')]).toEqual([2, true]);
  expect(JSON.stringify(await its.keeper.messages())).toContain('give it back what it had');
  // Its name is given back: a person says that the address is new, and it goes on as it was.
  Object.assign(ledger, { isToStop: false, hasStopped: false });
  await restart({ x: 1 });
  await its.keeper.live(5 * MINUTE_MS, 'x');
  expect(await holds('x')).toEqual(['freeze']);
  await resume('x');
  await its.keeper.live(10 * MINUTE_MS, 'x');
  expect([await holds('x'), await charged()]).toEqual([[], 2]);
  await client.patch({ balance: 12 });
  await its.keeper.live(10 * MINUTE_MS, 'x');
  expect(await charged()).toBe(3);
});

test('it stays so until a person resumes it as another one, also behind a restart', async () => {
  const { its, mails, restart, holds, resume, charged, asked } = await chargedUnseen({ x: 1 });
  mails[ONE] = 'new@name.test';
  await restart({ w: 1 });
  await its.keeper.live(10 * MINUTE_MS, 'w');
  await restart({ w: 1 });
  await its.keeper.live(10 * MINUTE_MS, 'w');
  expect([asked('w'), await charged()]).toEqual([true, 2]);
  await resume('w');
  await its.keeper.live(HOUR_MS, 'w');
  expect([await holds('w'), await charged()]).toEqual([[], 3]);
});

test('nor is that answered by a policy that asks for no look', async () => {
  const { its, mails, restart, charged, asked } = await chargedUnseen({ x: 1 });
  mails[ONE] = 'new@name.test';
  await restart({ w: 1 });
  await its.keeper.live(10 * MINUTE_MS, 'w');
  const accounts = { w: { token: { env: 'TOKEN_AGENT_0001' } } };
  for (const wallet of [null, { cooldown: '1m' }]) {
    its.keeper.respec({ accounts, wallet, subscription: { plan: 42 } });
    await its.keeper.live(10 * MINUTE_MS, 'w');
  }
  expect([asked('w'), await charged()]).toEqual([true, 2]);
});

test('also where its ledger fails at first, and again later', async () => {
  const { its, ledger, mails, restart, charged, asked } = await chargedUnseen({ x: 1 });
  mails[ONE] = 'new@name.test';
  ledger.isDown = true;
  await restart({ w: 1 });
  await its.keeper.live(3 * MINUTE_MS, 'w');
  expect(asked('w')).toBe(false);
  ledger.isDown = false;
  await its.keeper.live(3 * MINUTE_MS, 'w');
  expect(asked('w')).toBe(true);
  ledger.isDown = true;
  await its.keeper.live(3 * MINUTE_MS, 'w');
  ledger.isDown = false;
  await its.keeper.live(10 * MINUTE_MS, 'w');
  expect([asked('w'), await charged()]).toEqual([true, 2]);
});

test('nor is it answered by names that are clear again while its ledger fails', async () => {
  const { client, its, ledger, mails, restart, charged, asked } = await chargedUnseen({ x: 1, y: 2 });
  await client.patch({ balance: 12 }, 'agent-0002');
  await its.keeper.live(5 * MINUTE_MS, 'y');
  mails[ONE] = 'new@name.test';
  ledger.isDown = true;
  await restart({ y: 1, z: 2 });
  for (const one of 'zyyyzzzyy') await its.keeper.passes(1, 10_000, one);
  expect(asked('y')).toBe(false);
  ledger.isDown = false;
  for (let n = 0; n < 60; n += 1)
    for (const one of ['y', 'z']) await its.keeper.passes(1, MINUTE_MS / 2, one);
  expect([asked('y'), await charged()]).toEqual([true, 2]);
});

test('what people say of a new account whose ledger fails goes with it behind another name', async () => {
  const { client, its, ledger, restart, holds, pause } = await aMovingFleet({ x: 1 });
  ledger.isDown = true;
  await its.keeper.live(10 * MINUTE_MS, 'x');
  await pause('x');
  await its.keeper.live(3 * MINUTE_MS, 'x');
  await restart({ w: 1 });
  ledger.isDown = false;
  await client.patch({ balance: 12 });
  await its.keeper.live(10 * MINUTE_MS, 'w');
  expect([await holds('w'), await charges(client)]).toEqual([['pause'], []]);
});

test('one that is new is charged at once beside others', async () => {
  const { client, its, mails, restart, holds } = await chargedUnseen({ x: 1 });
  mails[TWO] = 'new@name.test';
  await client.patch({ balance: 12 }, 'agent-0002');
  await restart({ w: 2 });
  await its.keeper.live(10 * MINUTE_MS, 'w');
  expect([await holds('w'), (await charges(client)).length]).toEqual([[], 3]);
});

test('who was let go of, and whose history another took, is known by its payments behind a new address', async () => {
  const { its, mails, restart, charged, asked } = await chargedUnseen({ x: 1, y: 2 });
  await its.keeper.live(MINUTE_MS, 'y');
  Object.assign(mails, { [ONE]: TWO, [TWO]: ONE });
  await restart({ x: 1, y: 2 });
  const identity = async (name: string) =>
    (await its.keeper.store.journal.memory(its.keeper.account(name).name)).identity;
  for (let n = 0; n < 12 && (await identity('x')) !== null; n += 1)
    await its.keeper.passes(1, 5_000, n % 2 === 0 ? 'x' : 'y');
  for (let n = 0; n < 6 && (await identity('y')) !== ONE; n += 1) await its.keeper.passes(1, 5_000, 'y');
  expect([await identity('x'), await identity('y')]).toEqual([null, ONE]);
  Object.assign(mails, { [ONE]: 'new@name.test', [TWO]: TWO });
  await restart({ x: 1, y: 2 });
  for (let n = 0; n < 60; n += 1)
    for (const one of ['x', 'y']) await its.keeper.passes(1, MINUTE_MS / 2, one);
  expect([await charged(), asked('x')]).toEqual([2, true]);
});

/** Who has no wallet policy has no ledger to look at. */
test('a question that has ended holds no account of subscriptions alone', async () => {
  const client = await startClient({ accounts: calmAccounts(2) });
  const subscription = { plan: 42, when_past_due: 'fix_payment' };
  const token = (n: number) => ({ token: { env: `TOKEN_AGENT_000${n}` } });
  const subscribe = async (status: string) => {
    for (const n of [1, 2]) await client.patch({ subscription: { status, plan_id: 42 } }, `agent-000${n}`);
  };
  const opening = { wallet: null, subscription };
  const before = await AKeeper.open(client, { ...opening, accounts: { x: token(1) } });
  await subscribe('active');
  await before.live(5 * MINUTE_MS, 'x');
  await client.patch({ subscription: { status: 'past_due', plan_id: 42 } }, 'agent-0001');
  await before.live(5 * MINUTE_MS, 'x');
  before.close();
  // x has another account now, and is asked about until that of before is seen as z.
  const accounts = { x: token(2), z: token(1) };
  const keeper = await AKeeper.open(client, { ...opening, accounts, folder: before.folder });
  await client.patch({ subscription: { status: 'past_due', plan_id: 42 } }, 'agent-0002');
  for (let n = 0; n < 60; n += 1) for (const one of ['x', 'z']) await keeper.passes(1, MINUTE_MS / 2, one);
  expect(isNameAsked(keeper.store.upkeep, keeper.account('x').name)).toBe(false);
  expect((await charges(client, 'fix_payment')).map(({ account }) => account)).toEqual([
    'agent-0001',
    'agent-0002',
  ]);
});
