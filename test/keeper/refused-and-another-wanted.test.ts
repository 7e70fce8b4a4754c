import { expect, test } from 'vitest';
import { ensureOrder } from '../../src/domain/hand-order.ts';
import { cents } from '../../src/domain/money.ts';
import { HOUR_MS, MINUTE_MS } from '../../src/domain/time.ts';
import { type SandboxClient, startClient } from '../sandbox/sandbox-client.ts';
import { AKeeper, type Opening } from './a-keeper.ts';
import { lower } from './a-low-wallet.ts';
import {
  amounts,
  aWireBehindACache,
  type Cache,
  pause,
  resume,
  TO,
  waitsForAnother,
} from './a-refused-charge.ts';
import { statesOf } from './standing-of.ts';

type Break = (one: AKeeper, client: SandboxClient, cache: Cache, kept: Opening) => Promise<AKeeper>;

const isPaused: Break = async (one) => {
  await pause(one);
  await one.live(27 * MINUTE_MS);
  await resume(one);
  return one;
};
const isWithoutPolicy: Break = async (one) => {
  one.respec({ wallet: null, subscription: {} });
  await one.live(27 * MINUTE_MS);
  one.respec(TO);
  return one;
};
const isBlind: Break = async (one, _client, cache) => {
  cache.out = 503;
  await one.live(27 * MINUTE_MS);
  cache.out = null;
  return one;
};
const isOnlyWatching: Break = async (one) => {
  one.respec({ ...TO, mode: 'observe' });
  await one.live(27 * MINUTE_MS);
  one.respec(TO);
  return one;
};
const isAsleep: Break = async (one, client) => {
  client.clock.advance(40 * MINUTE_MS);
  one.context.firstRound.begin([], { leftMs: null, nowMs: client.clock.monotonicMs() });
  return one;
};
const isDown: Break = async (one, client, _cache, kept) => {
  one.close();
  client.clock.advance(40 * MINUTE_MS);
  return await AKeeper.open(client, kept);
};
const isDownTwice: Break = async (one, ...rest) => {
  const back = await isDown(one, ...rest);
  await back.live(2 * MINUTE_MS);
  return await isDown(back, ...rest);
};

test.each<[string, Break]>([
  ['paused', isPaused],
  ['without that policy', isWithoutPolicy],
  ['blind', isBlind],
  ['only watching', isOnlyWatching],
  ['asleep', isAsleep],
  ['down', isDown],
  ['down twice', isDownTwice],
])(
  'who waited, and was %s for a while, waits anew: its twin has charged meanwhile',
  async (_what, breaks) => {
    const { client, cache, one, other, kept } = await waitsForAnother(TO);
    const back = await breaks(one, client, cache, kept);
    cache.isStill = true;
    await other.live(MINUTE_MS);
    expect(await amounts(client)).toEqual([5_800]);
    await back.live(3 * MINUTE_MS);
    cache.isStill = false;
    await back.live(40 * MINUTE_MS);
    expect(await amounts(client)).toEqual([5_800]);
  },
);

test('one bad look in each poll puts nothing off, however seldom the polls are', async () => {
  const { client, cache, one } = await waitsForAnother({ ...TO, poll: '15m' });
  for (let polls = 0; polls < 4; polls += 1) {
    cache.out = 503;
    await one.live(5_000);
    cache.out = null;
    await one.live(15 * MINUTE_MS);
  }
  expect(await amounts(client)).toEqual([5_800]);
});

test('nor does a page that is out, and is asked now and then', async () => {
  const { client, one } = await waitsForAnother(TO);
  const page = one.place({ kind: 'fund_link', amountCents: cents(2_500) });
  await one.live(MINUTE_MS);
  page.withdraw();
  expect(await statesOf(one)).toEqual(['fund_link link_open', 'fund released']);
  await one.live(31 * MINUTE_MS);
  expect(await amounts(client)).toEqual([5_800]);
});

test('a config that changes often, but not what is wanted, puts nothing off', async () => {
  const { client, one } = await waitsForAnother(TO);
  for (let times = 1; times <= 3; times += 1) {
    one.respec({ ...TO, accounts: { 'agent-0001': {}, 'agent-0002': { poll: `${60 + times}s` } } });
    await one.live(10 * MINUTE_MS);
  }
  expect(await amounts(client)).toEqual([5_800]);
});

test('who asks for a balance when the half hour is over is not told to wait again', async () => {
  const client = await startClient();
  const { transport } = aWireBehindACache(client, 1);
  const one = await AKeeper.open(client, { transport, beside: 'beside' });
  await one.live(2 * MINUTE_MS);
  await lower(client, 30);
  const first = one.place(ensureOrder(cents(6_000)));
  await one.pass();
  first.withdraw();
  client.clock.advance(10_000);
  await one.pass();
  expect(await statesOf(one)).toEqual(['fund released']);
  await lower(client, 29.5);
  const refused = one.place(ensureOrder(cents(6_000)));
  await one.live(MINUTE_MS);
  expect(await refused.answered).toMatchObject({ outcome: 'refused', reason: 'pacing' });
  await one.live(30 * MINUTE_MS);
  const again = one.place(ensureOrder(cents(6_000)));
  await one.live(MINUTE_MS);
  expect(await again.answered).toMatchObject({ outcome: 'done' });
});

test('a wallet that was full for long, and is low again, is a need that waits anew', async () => {
  const { client, one } = await waitsForAnother(TO);
  await client.patch({ balance: 40 });
  await one.live(40 * MINUTE_MS);
  await client.patch({ balance: 12 });
  await one.live(5 * MINUTE_MS);
  expect(await amounts(client)).toEqual([]);
  await one.live(27 * MINUTE_MS);
  expect(await amounts(client)).toEqual([5_800]);
});

test('where no twin has charged, what is wanted now is charged half an hour later, whole', async () => {
  const { client, one } = await waitsForAnother(TO);
  await one.live(28 * MINUTE_MS);
  expect(one.context.view.account(one.account('agent-0001').name)?.wallet).toMatchObject({
    reason: 'pacing',
    sentence: expect.stringContaining('was refused and let go'),
  });
  expect(await amounts(client)).toEqual([]);
  await one.live(2 * MINUTE_MS);
  expect(await amounts(client)).toEqual([5_800]);
});

test('of runs that are hours apart the next one charges', async () => {
  const { client, one, kept } = await waitsForAnother(TO);
  one.close();
  client.clock.advance(3 * HOUR_MS);
  const again = await AKeeper.open(client, { ...kept, beside: 'awaited' });
  await again.live(5_000);
  expect(await amounts(client)).toEqual([5_800]);
});

test('a key that was refused so often that it is given up is followed by no other at once', async () => {
  const client = await startClient();
  const { transport, cache } = aWireBehindACache(client, 3);
  const one = await AKeeper.open(client, { transport });
  const other = await AKeeper.open(client);
  await one.live(2 * MINUTE_MS);
  await other.live(2 * MINUTE_MS);
  await lower(client);
  for (let times = 0; times < 3; times += 1) {
    await one.pass();
    await pause(one);
    client.clock.advance(10_000);
    await one.pass();
    await resume(one);
  }
  expect(await statesOf(one)).toEqual(['fund released', 'fund released', 'fund released']);
  cache.isStill = true;
  await other.live(MINUTE_MS);
  expect(await amounts(client)).toEqual([5_000]);
  await one.live(3 * MINUTE_MS);
  expect(await amounts(client)).toEqual([5_000]);
});
