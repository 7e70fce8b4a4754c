import { expect, test } from 'vitest';
import { ensureOrder } from '../../src/domain/hand-order.ts';
import { cents } from '../../src/domain/money.ts';
import { HOUR_MS, MINUTE_MS } from '../../src/domain/time.ts';
import { AKeeper, type Opening } from '../keeper/a-keeper.ts';
import { badPosts } from '../keeper/a-low-wallet.ts';
import { stepUntil } from '../keeper/clock-steps.ts';
import { charges, faults, posts } from '../keeper/sandbox-record.ts';
import { startClient } from '../sandbox/sandbox-client.ts';
import { aServedKeeper, ensure, type Served } from './a-served-keeper.ts';

async function served(opening: Opening = {}) {
  const client = await startClient();
  return { client, at: await aServedKeeper(client, { poll: '10s', ...opening }) };
}

const amounts = async (client: Parameters<typeof charges>[0]) =>
  (await charges(client)).map(({ amount_cents }) => amount_cents);

async function held(at: Served, kind: 'pause' | 'freeze'): Promise<void> {
  const { name } = at.parts.account('agent-0001');
  const since = at.parts.client.clock.now();
  await at.parts.store.journal.setHold({ account: name, kind, reason: 'moving', since, intent: null }, []);
}

test('500 agents that ask over HTTP at once are all answered, by the one charge that a single one needs', async () => {
  const { client, at } = await served();
  const answers = await at.wait(Promise.all(Array.from({ length: 500 }, () => ensure(at, 100))));
  expect(new Set(answers.map(({ status, sentence }) => `${status} ${sentence}`))).toEqual(
    new Set(['200 the wallet holds $120.00']),
  );
  expect(answers).toHaveLength(500);
  expect(await amounts(client)).toEqual([7_000]);
});

test('500 agents whose answers are lost on the way are answered by one charge', async () => {
  const client = await startClient();
  const transport = badPosts(client, { lost_response: 1 }, 2);
  const at = await aServedKeeper(client, { poll: '10s', transport });
  const answers = await at.wait(Promise.all(Array.from({ length: 500 }, () => ensure(at, 100))));
  expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]));
  expect(await amounts(client)).toEqual([7_000]);
});

test('agents of two accounts at once get one charge each', async () => {
  const { client, at } = await served();
  const names = ['agent-0001', 'agent-0002'];
  const asked = Array.from({ length: 100 }, (_, index) =>
    ensure(at, 100, { account: names[index % 2] ?? '' }),
  );
  const answers = await at.wait(Promise.all(asked));
  expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]));
  expect((await charges(client)).map(({ account }) => account).sort()).toEqual(names);
});

test('a caller that hangs up before anything was armed asks for nothing any more', async () => {
  const { client, at } = await served({ poll: '1h' });
  await faults(client, { error_before_effect: 1 });
  const gone = new AbortController();
  const call = ensure(at, 100, { wait: '10m', signal: gone.signal });
  await stepUntil(client.clock, 250, 'it was tried', async () =>
    at.parts.lines.some(({ event }) => event === 'account.not_seen'),
  );
  gone.abort();
  await expect(call).rejects.toThrow();
  await at.wait(new Promise((resolve) => setTimeout(resolve, 50)));
  await faults(client, { error_before_effect: 0 });
  const endMs = client.clock.now() + 5 * MINUTE_MS;
  await stepUntil(client.clock, 1_000, 'five minutes went by', () => client.clock.now() > endMs);
  expect(await charges(client)).toEqual([]);
});

test('a caller that hangs up while its charge is under way leaves one charge, settled, and others their answer', async () => {
  const { client, at } = await served();
  await faults(client, { latency_ms: 2_000 });
  const gone = new AbortController();
  const call = ensure(at, 100, { signal: gone.signal });
  await stepUntil(client.clock, 100, 'the charge left', async () => (await posts(client)).length > 0);
  gone.abort();
  await expect(call).rejects.toThrow();
  await faults(client, { latency_ms: 0 });
  expect(await at.wait(ensure(at, 100))).toMatchObject({ status: 200 });
  expect(await amounts(client)).toEqual([7_000]);
  expect(await at.parts.intents()).toMatchObject([{ state: 'settled' }]);
});

test.each([
  ['the day cap', { per_charge: 60, day: 60, month: 600 }, 'cap_day'],
  ['the day cap in parts', { per_charge: 50, day: 100, month: 100 }, 'cap_day'],
  ['the number of charges in parts', { per_charge: 50, day: 500, charges_per_day: 2 }, 'cap_charges_per_day'],
])('what does not fit %s is refused, and nothing is charged', async (_what, caps, reason) => {
  const { client, at } = await served({ caps });
  const answer = await at.wait(ensure(at, 150));
  expect(answer).toMatchObject({ status: 409, outcome: 'refused', reason });
  expect(answer.sentence).toMatch(
    /^\$50\.00 is below the \$180\.00 that a job needs, but account agent-0001: /,
  );
  expect(await charges(client)).toEqual([]);
});

test('what does not fit today says by when it does', async () => {
  const { client, at } = await served({ caps: { per_charge: 100, day: 100 } });
  expect(await at.wait(ensure(at, 100))).toMatchObject({ status: 200 });
  const answer = await at.wait(ensure(at, 150));
  expect(answer).toMatchObject({ status: 409, reason: 'cap_day' });
  const [, room = ''] = /; there is room by (\S+)$/.exec(answer.sentence) ?? [];
  expect(answer).toMatchObject({ until: room });
  expect(Date.parse(room) - client.clock.now()).toBeGreaterThan(23 * HOUR_MS);
  expect(await amounts(client)).toEqual([7_000]);
});

test('a wallet that is low gets what the policy wants where more than that was asked for and does not fit', async () => {
  const client = await startClient();
  await client.patch({ balance: 12 });
  const at = await aServedKeeper(client, {
    poll: '10s',
    caps: { per_charge: 100, day: 200 },
    mode: 'enforce',
  });
  expect(await at.wait(ensure(at, 500))).toMatchObject({ status: 409, reason: 'cap_day' });
  await stepUntil(client.clock, 250, 'a minute went by', () => client.clock.now() % MINUTE_MS === 0);
  expect(await amounts(client)).toEqual([5_000]);
});

test('what is asked for while the own top-up is in doubt waits for its end, and only the rest is charged', async () => {
  const client = await startClient();
  await client.patch({ balance: 12 });
  const transport = badPosts(client, { lost_response: 1 }, 3);
  const at = await aServedKeeper(client, { poll: '10s', transport });
  await stepUntil(client.clock, 250, 'it is in doubt', async () =>
    (await at.parts.intents()).some(({ state }) => state === 'in_doubt'),
  );
  expect(await at.wait(ensure(at, 100, { wait: '5m' }))).toMatchObject({ status: 200 });
  expect(await amounts(client)).toEqual([5_000, 5_800]);
});

test.each([
  ['paused', 'pause', 'paused_by_operator'],
  ['frozen', 'freeze', 'frozen'],
] as const)('an account that is %s is not charged for whoever asks', async (_what, kind, reason) => {
  const { client, at } = await served();
  await held(at, kind);
  expect(await at.wait(ensure(at, 100))).toMatchObject({ status: 409, reason });
  expect(await at.wait(ensure(at, 20))).toMatchObject({ status: 200 });
  expect(await posts(client)).toEqual([]);
});

test('a journal that may have been lost charges for nobody, and says until when', async () => {
  const { client, at } = await served({ quarantine: '90m' });
  const answer = await at.wait(ensure(at, 100));
  expect(answer).toMatchObject({ status: 409, reason: 'quarantined' });
  expect(answer.sentence).toContain('only watching until');
  expect(await posts(client)).toEqual([]);
});

test('a daemon that dies between two parts of what was asked for charges no other part after it', async () => {
  const client = await startClient();
  const caps = { per_charge: 50, day: 500, month: 1_000 };
  const dead = await AKeeper.open(client, { caps });
  await dead.pass();
  const asked = dead.ask([ensureOrder(cents(15_000))]);
  await stepUntil(
    client.clock,
    0,
    'the first part is charged',
    async () => (await charges(client)).length > 0,
  );
  dead.stop.abort();
  await asked;
  dead.close();
  const count = (await charges(client)).length;
  expect(count).toBeLessThan(3);
  const next = await AKeeper.open(client, { folder: dead.folder, caps });
  await next.live(HOUR_MS);
  expect(await charges(client)).toHaveLength(count);
  expect((await next.intents()).map(({ state }) => state)).toEqual(Array(count).fill('settled'));
});

test.each([
  ['one charge too few', 2, 409, []],
  ['just enough charges', 3, 200, [5_000, 5_000, 3_000]],
])('a balance of three charges with %s a day left', async (_what, chargesPerDay, status, expected) => {
  const caps = { per_charge: 50, day: 500, month: 1_000, charges_per_day: chargesPerDay };
  const { client, at } = await served({ caps, wallet: { cooldown: '0s' } });
  const [answer] = await at.wait(Promise.all([ensure(at, 150)]));
  expect(answer).toMatchObject({ status });
  expect(await amounts(client)).toEqual(expected);
});
