import { expect, test } from 'vitest';
import type { HandOrder } from '../../src/domain/hand-order.ts';
import { cents } from '../../src/domain/money.ts';
import { DAY_MS, HOUR_MS, MINUTE_MS } from '../../src/domain/time.ts';
import { type SandboxClient, startClient } from '../sandbox/sandbox-client.ts';
import { AKeeper } from './a-keeper.ts';
import { OffClock } from './off-clock.ts';
import { answer, WatchedWire } from './watched-wire.ts';

const LINK: HandOrder = { kind: 'fund_link', amountCents: cents(5_000) };
const LOST = { kind: 'lost', reason: 'timeout' } as const;
const ERROR = answer(500, { data: null, error: { code: 'server_error', message: 'not paid' } });
const holdsOf = (keeper: AKeeper) => keeper.store.journal.holds(keeper.account('agent-0001').name);
const statesOf = async (keeper: AKeeper) =>
  (await keeper.intents()).map(({ kind, state }) => `${kind} ${state}`);

/** A payment link that a person asked for; `say` answers in the provider's place whether it was paid. */
async function aLink() {
  const client = await startClient();
  const clock = new OffClock(client.clock);
  const say: { instead: typeof LOST | typeof ERROR | null; times: number } = { instead: null, times: 0 };
  const transport = new WatchedWire(async (send, _ordinal, { url }) => {
    if (!url.endsWith('/confirm-checkout') || say.instead === null || say.times === 0) return await send();
    say.times -= 1;
    return say.instead;
  });
  const keeper = await AKeeper.open(client, { transport, clock });
  await keeper.pass();
  expect(await keeper.ask([LINK])).toMatchObject([{ outcome: 'done' }]);
  const restart = () => AKeeper.open(client, { transport, folder: keeper.folder });
  return { client, keeper, clock, say, restart };
}

/** The payment for the link that has ended comes through. */
async function payLate(client: SandboxClient, keeper: AKeeper) {
  const [link] = await keeper.store.journal.intents({
    account: keeper.account('agent-0001').name,
    kinds: ['fund_link'],
    limit: 1,
  });
  if (link?.state.kind !== 'released') throw new Error('the link has not ended');
  await client.patch({ pay_link_late: link.state.code });
}

async function creditedAndTold(client: SandboxClient, keeper: AKeeper) {
  const told = (await keeper.told()).filter((line) => line.includes('link that had ended'));
  return { balance: await client.balance(), told: told.length };
}

test('a link that ended while purser was down is asked about again where the first answer is lost', async () => {
  const { client, keeper, say } = await aLink();
  client.clock.advance(27 * HOUR_MS);
  Object.assign(say, { instead: LOST, times: 1 });
  await keeper.live(HOUR_MS);
  expect(await holdsOf(keeper)).toEqual([]);
  expect(await statesOf(keeper)).toEqual(['fund_link released']);
});

test('time in which purser was down is not counted as silence about a link that has ended', async () => {
  const { client, keeper, say, restart } = await aLink();
  client.clock.advance(27 * HOUR_MS);
  Object.assign(say, { instead: LOST, times: 1 });
  await keeper.pass();
  keeper.close();
  client.clock.advance(3 * HOUR_MS);
  say.times = 1;
  const next = await restart();
  await next.live(30 * MINUTE_MS);
  expect(await holdsOf(next)).toEqual([]);
  expect(await statesOf(next)).toEqual(['fund_link released']);
});

test('silence about a link that has ended is counted over short runs too', async () => {
  const { client, keeper, say, restart } = await aLink();
  client.clock.advance(27 * HOUR_MS);
  Object.assign(say, { instead: LOST, times: Number.POSITIVE_INFINITY });
  let runs = 0;
  for (let last = keeper; (await holdsOf(last)).length === 0; runs += 1) {
    await last.pass();
    last.close();
    client.clock.advance(HOUR_MS);
    last = await restart();
    if (runs > 20) throw new Error('it is never told');
  }
  expect(runs).toBeGreaterThan(2);
});

test('a link that ends while purser only watches freezes nothing', async () => {
  const { client, keeper } = await aLink();
  keeper.respec({ mode: 'observe' });
  client.clock.advance(23 * HOUR_MS);
  await keeper.live(4 * HOUR_MS);
  expect(await holdsOf(keeper)).toEqual([]);
  expect(await statesOf(keeper)).toEqual(['fund_link link_open']);
  keeper.respec({});
  await keeper.live(MINUTE_MS);
  expect(await statesOf(keeper)).toEqual(['fund_link released']);
});

test.each(['pause', 'freeze'] as const)(
  'what is paid on a link that has ended is credited and told while the account is held: %s',
  async (kind) => {
    const { client, keeper } = await aLink();
    client.clock.advance(27 * HOUR_MS);
    await keeper.live(MINUTE_MS);
    const { name } = keeper.account('agent-0001');
    const hold = { account: name, kind, reason: 'a person looks', since: client.clock.now(), intent: null };
    await keeper.store.journal.setHold(hold, []);
    await payLate(client, keeper);
    await keeper.live(2 * HOUR_MS);
    expect(await creditedAndTold(client, keeper)).toEqual({ balance: 100, told: 1 });
  },
);

test('where purser only watched for days, it is credited when it charges again', async () => {
  const { client, keeper } = await aLink();
  client.clock.advance(27 * HOUR_MS);
  await keeper.live(MINUTE_MS);
  keeper.respec({ mode: 'observe' });
  await payLate(client, keeper);
  client.clock.advance(5 * DAY_MS);
  await keeper.live(HOUR_MS);
  keeper.respec({});
  await keeper.live(HOUR_MS);
  expect(await creditedAndTold(client, keeper)).toEqual({ balance: 100, told: 1 });
});

test('what is paid late is credited, also where the clock was ahead for a while', async () => {
  const { client, keeper, clock } = await aLink();
  client.clock.advance(27 * HOUR_MS);
  await keeper.live(MINUTE_MS);
  clock.offMs = 10 * DAY_MS;
  await keeper.live(2 * HOUR_MS);
  clock.offMs = 0;
  await payLate(client, keeper);
  await keeper.live(3 * HOUR_MS);
  expect(await creditedAndTold(client, keeper)).toEqual({ balance: 100, told: 1 });
});

test('what is not paid three days later is asked about no more', async () => {
  const { client, keeper } = await aLink();
  client.clock.advance(27 * HOUR_MS);
  await keeper.live(MINUTE_MS);
  client.clock.advance(5 * DAY_MS);
  await keeper.live(3 * HOUR_MS);
  await payLate(client, keeper);
  await keeper.live(3 * HOUR_MS);
  expect(await creditedAndTold(client, keeper)).toEqual({ balance: 50, told: 0 });
});

test.each([
  ['nothing at all', LOST],
  ['nothing but errors', ERROR],
])(
  'where %s is said of a link that has ended, the account is frozen after two hours',
  async (_what, instead) => {
    const { client, keeper, say } = await aLink();
    client.clock.advance(27 * HOUR_MS);
    Object.assign(say, { instead, times: Number.POSITIVE_INFINITY });
    await keeper.live(1.5 * HOUR_MS);
    expect(await holdsOf(keeper)).toEqual([]);
    await keeper.live(HOUR_MS);
    expect(await holdsOf(keeper)).toMatchObject([{ kind: 'freeze' }]);
  },
);

/** So many links of an hour each, the last of which has ended long ago; `confirm` may answer whether one was paid. */
async function manyEnded(count: number, confirm: (client: SandboxClient) => typeof LOST | null) {
  const client = await startClient();
  const transport = new WatchedWire(async (send, _ordinal, { url }) => {
    const instead = url.endsWith('/confirm-checkout') ? confirm(client) : null;
    if (instead !== null) return instead;
    const reply = await send();
    if (!url.endsWith('/billing/payment-link') || reply.kind !== 'answered') return reply;
    const endsAt = new Date(client.clock.now() + HOUR_MS).toISOString();
    return {
      ...reply,
      bodyText: reply.bodyText.replaceAll(/"expires_at":"[^"]*"/g, `"expires_at":"${endsAt}"`),
    };
  });
  const keeper = await AKeeper.open(client, { transport });
  await keeper.pass();
  for (let made = 0; made < count; made += 1) {
    expect(await keeper.ask([LINK])).toMatchObject([{ outcome: 'done' }]);
    client.clock.advance(70 * MINUTE_MS);
    await keeper.live(15 * MINUTE_MS);
  }
  client.clock.advance(DAY_MS);
  return { client, keeper };
}

test('of many pages that ended one after the other the first is asked about too', async () => {
  const { client, keeper } = await manyEnded(14, () => null);
  const links = await keeper.store.journal.intents({ kinds: ['fund_link'], limit: 20 });
  const first = links.at(-1)?.state;
  await client.patch({ pay_link_late: first?.kind === 'released' ? first.code : null });
  await keeper.live(2 * HOUR_MS);
  expect(await creditedAndTold(client, keeper)).toEqual({ balance: 100, told: 1 });
});

test('where nothing is said of pages that ended, an account is not left alone for as long as each of them takes', async () => {
  const deaf = { isOn: false, asked: 0 };
  const { client, keeper } = await manyEnded(8, ({ clock }) => {
    if (!deaf.isOn) return null;
    clock.advance(30_000);
    deaf.asked += 1;
    return LOST;
  });
  deaf.isOn = true;
  const from = client.clock.now();
  await keeper.pass();
  expect(client.clock.now() - from).toBeLessThan(MINUTE_MS);
  await keeper.live(2 * HOUR_MS);
  expect(deaf.asked).toBeGreaterThan(8);
});
