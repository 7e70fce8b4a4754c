import { expect, test } from 'vitest';
import { ensureOrder, type HandOrder } from '../../src/domain/hand-order.ts';
import { cents } from '../../src/domain/money.ts';
import { HOUR_MS, MINUTE_MS, SECOND_MS } from '../../src/domain/time.ts';
import { Keeper } from '../../src/keeper/keeper.ts';
import { acceptName, OTHER_NAME } from '../../src/keeper/new-name.ts';
import { calmAccounts, type SandboxClient, startClient } from '../sandbox/sandbox-client.ts';
import { AKeeper } from './a-keeper.ts';
import { runOn } from './a-running-keeper.ts';
import { stepUntil } from './clock-steps.ts';
import { charges } from './sandbox-record.ts';
import { answer, WatchedWire } from './watched-wire.ts';

const FUND: HandOrder = { kind: 'fund', amountCents: cents(5_000), card: null, coupon: null };

/** Names of the config, each with the number of the sandbox account whose token it has. */
const named = (names: Readonly<Record<string, number>>) => ({
  accounts: Object.fromEntries(
    Object.entries(names).map(([name, n]) => [name, { token: { env: `TOKEN_AGENT_000${n}` } }]),
  ),
});

async function pass(client: SandboxClient, durationMs: number): Promise<void> {
  const endAt = client.clock.now() + durationMs;
  await stepUntil(client.clock, 10 * SECOND_MS, 'time went by', () => client.clock.now() >= endAt);
}

const chargesOf = async (client: SandboxClient, n: number) =>
  (await charges(client)).filter(({ account }) => account === `agent-000${n}`).length;

const holdsOf = async (keeper: AKeeper, name: string) =>
  (await keeper.store.journal.holds(keeper.account(name).name)).map(({ reason }) => reason);

test('tokens that were off by one line and are mended leave no account frozen that was resumed', async () => {
  const client = await startClient({ accounts: calmAccounts(4) });
  const caps = { month: 80 };
  const before = { ...named({ a: 1, b: 2, c: 3 }), caps };
  const { parts, keeper } = await runOn(client, before);
  await pass(client, 2 * MINUTE_MS);
  await client.patch({ balance: 12 }, 'agent-0003');
  await pass(client, 20 * MINUTE_MS);
  expect(await chargesOf(client, 3)).toBe(1);
  parts.respec({ ...named({ a: 2, b: 3, c: 4 }), caps });
  await keeper.respec();
  await pass(client, 20 * MINUTE_MS);
  expect(await holdsOf(parts, 'a')).toEqual([OTHER_NAME]);
  parts.respec(before);
  await keeper.respec();
  await pass(client, 10 * MINUTE_MS);
  for (const id of ['a', 'b', 'c']) {
    const { name } = parts.account(id);
    await acceptName(parts.store.upkeep, name, client.clock.now());
    await parts.store.journal.liftHold(name, 'freeze', [], client.clock.now());
  }
  await pass(client, 10 * MINUTE_MS);
  for (const { name } of client.sandbox.accounts) await client.patch({ balance: 12 }, name);
  await pass(client, HOUR_MS);
  const holds = await Promise.all(['a', 'b', 'c'].map((name) => holdsOf(parts, name)));
  expect(holds).toEqual([[], [], []]);
  expect(await Promise.all([1, 2, 3].map((n) => chargesOf(client, n)))).toEqual([1, 1, 1]); // 3 is at its cap
});

const BEFORE = named({ a: 1, b: 2 });
const SWAPPED = named({ a: 2, b: 1 });

async function passBoth(keeper: AKeeper, times: number): Promise<void> {
  for (let count = 0; count < times; count += 1) {
    await keeper.passes(1, 2_000, 'b');
    await keeper.passes(1, 2_000, 'a');
  }
}

test('a sweep that was meant for one account takes nothing from the one that has its name now', async () => {
  const client = await startClient({ accounts: calmAccounts(2) });
  const keeper = await AKeeper.open(client, { ...BEFORE, wallet: { max_balance: 100 } });
  await passBoth(keeper, 2);
  await client.patch({ balance: 400 }, 'agent-0001');
  await client.patch({ balance: 300 }, 'agent-0002');
  client.clock.advance(2 * HOUR_MS);
  await keeper.pass('a');
  keeper.respec({ ...SWAPPED, wallet: { max_balance: 350 } });
  await passBoth(keeper, 6);
  const made = (await keeper.intents()).map(({ account, kind, amount_usd }) => [account, kind, amount_usd]);
  expect(made).toEqual([['b', 'withdraw', 50]]);
});

test('what a person ordered for one account is not done to the one that has its name now', async () => {
  const client = await startClient({ accounts: calmAccounts(2) });
  const keeper = await AKeeper.open(client, BEFORE);
  await passBoth(keeper, 2);
  const { answered } = keeper.place(FUND, 'a');
  keeper.respec(SWAPPED);
  await passBoth(keeper, 6);
  expect(await answered).toMatchObject({ outcome: 'refused', reason: 'another_account' });
  expect(await keeper.ask([FUND], 'a')).toMatchObject([{ outcome: 'done' }]);
  expect((await charges(client)).map(({ account }) => account)).toEqual(['agent-0002']);
});

test('what was seen by the token of another account is forgotten when the right one is back', async () => {
  const client = await startClient({ accounts: calmAccounts(2) });
  const wish = { wallet: { top_up: { runway: '10h' } }, caps: { per_charge: 900, month: 2_000 } };
  const { parts, keeper } = await runOn(client, { ...named({ a: 1 }), ...wish });
  await pass(client, 5 * MINUTE_MS);
  await client.patch({ balance: 300 }, 'agent-0002');
  parts.respec({ ...named({ a: 2 }), ...wish });
  await keeper.respec();
  await pass(client, 5 * MINUTE_MS);
  await client.patch({ balance: 12 });
  parts.respec({ ...named({ a: 1 }), ...wish });
  await keeper.respec();
  const { name } = parts.account('a');
  await parts.store.journal.liftHold(name, 'freeze', [], client.clock.now());
  await pass(client, HOUR_MS);
  const made = (await charges(client)).map(({ account, amount_cents }) => [account, amount_cents]);
  expect(made).toEqual([['agent-0001', 1_000]]);
});

test.each([
  ['which said so', { isNameless: false, isAfterStart: false }],
  ['which did not say who it was', { isNameless: true, isAfterStart: false }],
  ['which did not say who it was after a start', { isNameless: true, isAfterStart: true }],
])('nor is a card of that other account charged, %s', async (_, { isNameless, isAfterStart }) => {
  const client = await startClient({ accounts: calmAccounts(2) });
  const state = { isNameless: false };
  const transport = new WatchedWire(
    (send) => send(),
    async (send, { url }) => (state.isNameless && url.endsWith('/me') ? answer(503, {}) : await send()),
  );
  const before = await AKeeper.open(client, { ...named({ a: 1 }), transport });
  await before.passes(2, MINUTE_MS, 'a');
  for (const { name } of client.sandbox.accounts) await client.patch({ balance: 12 }, name);
  client.clock.advance(HOUR_MS);
  if (isAfterStart) before.close();
  const { folder } = before;
  const keeper = isAfterStart
    ? await AKeeper.open(client, { ...named({ a: 2 }), transport, folder })
    : before;
  keeper.respec(named({ a: 2 }));
  state.isNameless = isNameless;
  await keeper.passes(2, 2_000, 'a');
  keeper.respec(named({ a: 1 }));
  state.isNameless = false;
  await keeper.store.journal.liftHold(keeper.account('a').name, 'freeze', [], client.clock.now());
  await keeper.passes(5, 2_000, 'a');
  expect(await keeper.intents()).toMatchObject([{ state: 'settled', card: 'pm_agent_0001_visa' }]);
  expect(await holdsOf(keeper, 'a')).toEqual([]);
});

test.each([
  ['is another account’s', 200, 'frozen'],
  ['may be another account’s', 503, 'provider_unreachable'],
])('nobody is told that a balance is there that %s', async (_, status, reason) => {
  const client = await startClient({ accounts: calmAccounts(2) });
  const state = { status: 200 };
  const transport = new WatchedWire(
    (send) => send(),
    async (send, { url }) =>
      state.status !== 200 && url.endsWith('/me') ? answer(state.status, {}) : send(),
  );
  const keeper = await AKeeper.open(client, { ...named({ a: 1 }), transport });
  await keeper.pass('a');
  await client.patch({ balance: 500 }, 'agent-0002');
  keeper.respec(named({ a: 2 }));
  state.status = status;
  const { answered, withdraw } = keeper.place(ensureOrder(cents(10_000)), 'a');
  await keeper.passes(3, 2_000, 'a');
  withdraw();
  expect(await answered).toMatchObject({ outcome: 'refused', reason });
});

test('a pause that came when two accounts had changed names holds the one that has the name now', async () => {
  const client = await startClient({ accounts: calmAccounts(2) });
  const keeper = await AKeeper.open(client, BEFORE);
  await passBoth(keeper, 2);
  keeper.respec(SWAPPED);
  await keeper.passes(2, 2_000, 'a');
  const { name: account } = keeper.account('a');
  const since = client.clock.now();
  await keeper.store.journal.setHold({ account, kind: 'pause', reason: 'wait', since, intent: null }, []);
  for (const { name } of client.sandbox.accounts) await client.patch({ balance: 12 }, name);
  client.clock.advance(MINUTE_MS);
  await passBoth(keeper, 10);
  expect(await charges(client)).toEqual([]);
  await keeper.store.journal.liftHold(keeper.account('b').name, 'pause', [], client.clock.now());
  await passBoth(keeper, 10);
  expect((await charges(client)).map((one) => one.account)).toEqual(['agent-0001']);
});

test.each([
  ['a', 'b'],
  ['b', 'a'],
])('so does one that came before any pass had seen the change, the first of %s', async (first, second) => {
  const client = await startClient({ accounts: calmAccounts(2) });
  const keeper = await AKeeper.open(client, BEFORE);
  await passBoth(keeper, 2);
  keeper.respec(SWAPPED);
  const { name: account } = keeper.account('a');
  const since = client.clock.now();
  await keeper.store.journal.setHold({ account, kind: 'pause', reason: 'wait', since, intent: null }, []);
  for (const { name } of client.sandbox.accounts) await client.patch({ balance: 12 }, name);
  client.clock.advance(SECOND_MS);
  for (const name of [first, second]) await keeper.passes(1, MINUTE_MS, name);
  await passBoth(keeper, 10);
  expect(await charges(client)).toEqual([]);
});

test('one from before the change goes with its account', async () => {
  const client = await startClient({ accounts: calmAccounts(2) });
  const keeper = await AKeeper.open(client, BEFORE);
  await passBoth(keeper, 2);
  const { name: account } = keeper.account('a');
  const since = client.clock.now();
  await keeper.store.journal.setHold({ account, kind: 'pause', reason: 'wait', since, intent: null }, []);
  client.clock.advance(MINUTE_MS);
  await passBoth(keeper, 2);
  keeper.respec(SWAPPED);
  for (const { name } of client.sandbox.accounts) await client.patch({ balance: 12 }, name);
  await passBoth(keeper, 10);
  expect((await charges(client)).map((one) => one.account)).toEqual(['agent-0002']);
});

test('so does one that came before a purser that was started could see anybody', async () => {
  const client = await startClient({ accounts: calmAccounts(2) });
  const out = { isOn: false };
  const transport = new WatchedWire(
    (send) => send(),
    async (send) => (out.isOn ? answer(503, {}) : await send()),
  );
  const noCron = { cron: { start: () => () => undefined }, onToken: () => undefined };
  const before = await AKeeper.open(client, { ...BEFORE, transport });
  await new Keeper(before.context, noCron).passOverAll();
  before.close();
  client.clock.advance(HOUR_MS);
  const parts = await AKeeper.open(client, { ...SWAPPED, folder: before.folder, transport });
  const keeper = new Keeper(parts.context, noCron);
  out.isOn = true;
  await keeper.passOverAll();
  client.clock.advance(MINUTE_MS);
  const { name: account } = parts.account('a');
  const since = client.clock.now();
  await parts.store.journal.setHold({ account, kind: 'pause', reason: 'wait', since, intent: null }, []);
  for (const { name } of client.sandbox.accounts) await client.patch({ balance: 12 }, name);
  client.clock.advance(SECOND_MS);
  out.isOn = false;
  for (let runs = 0; runs < 5; runs += 1) {
    await keeper.passOverAll();
    client.clock.advance(MINUTE_MS);
  }
  expect(await charges(client)).toEqual([]);
  expect([await holdsOf(parts, 'a'), await holdsOf(parts, 'b')]).toEqual([['wait'], ['wait']]);
});
