import fc from 'fast-check';
import { expect, test } from 'vitest';
import { ENDPOINTS, type EndpointName } from '../../src/contract/endpoints.ts';
import { RATE_LIMITS_PER_MINUTE } from '../../src/contract/limits.ts';
import type { AccountName } from '../../src/domain/ids.ts';
import { parseName } from '../../src/domain/ids.ts';
import { RateLimiter } from '../../src/modelslab/rate-limiter.ts';
import { ManualClock } from './manual-clock.ts';

const account = name('render-eu');
const NO_PATIENCE = { timeoutMs: 0 };

function name(text: string): AccountName {
  const parsed = parseName<AccountName>(text);
  if (parsed === null) throw new Error(text);
  return parsed;
}

async function burst(limiter: RateLimiter, endpoint: EndpointName, count: number): Promise<number> {
  let granted = 0;
  for (let index = 0; index < count; index += 1) {
    granted += (await limiter.acquire(account, ENDPOINTS[endpoint], NO_PATIENCE)) ? 1 : 0;
  }
  return granted;
}

test('listing cards leaves room for charges, and charges leave a reserve', async () => {
  const limiter = new RateLimiter(new ManualClock());
  expect(await burst(limiter, 'listPaymentMethods', 20)).toBe(9);
  expect(await burst(limiter, 'fundWallet', 20)).toBe(5);
});

test('accounts and rate classes have windows of their own', async () => {
  const limiter = new RateLimiter(new ManualClock());
  await burst(limiter, 'fundWallet', 20);
  expect(await burst(limiter, 'getWalletBalance', 200)).toBe(108);
  expect(await limiter.acquire(name('render-us'), ENDPOINTS.fundWallet, NO_PATIENCE)).toBe(true);
});

test('waits in the order of arrival, for as long as the patience lasts', async () => {
  const clock = new ManualClock();
  const limiter = new RateLimiter(clock);
  await burst(limiter, 'fundWallet', 14);
  const order: string[] = [];
  const wait = async (label: string, timeoutMs: number) => {
    const isGranted = await limiter.acquire(account, ENDPOINTS.fundWallet, { timeoutMs });
    order.push(`${label} ${isGranted} ${clock.monotonicMs()}`);
  };
  const all = Promise.all([wait('a', 90_000), wait('b', 1_000), wait('c', 90_000)]);
  await clock.advance(120_000);
  await all;
  expect(order).toEqual(['b false 1000', 'a true 62000', 'c true 62000']);
});

test('says at once that the wait would be longer than the patience', async () => {
  const clock = new ManualClock();
  const limiter = new RateLimiter(clock);
  await burst(limiter, 'fundWallet', 14);
  expect(await limiter.acquire(account, ENDPOINTS.fundWallet, { timeoutMs: 2_000 })).toBe(false);
  expect(clock.sleptMs).toEqual([]);
});

test('an aborted wait ends and lets the next one go on', async () => {
  const clock = new ManualClock();
  const limiter = new RateLimiter(clock);
  await burst(limiter, 'fundWallet', 14);
  const stop = new AbortController();
  const first = limiter.acquire(account, ENDPOINTS.fundWallet, { timeoutMs: 90_000, signal: stop.signal });
  const second = limiter.acquire(account, ENDPOINTS.fundWallet, { timeoutMs: 90_000 });
  await clock.advance(10);
  stop.abort();
  expect(await first).toBe(false);
  await clock.advance(62_000);
  expect(await second).toBe(true);
});

test('being ready takes nothing', async () => {
  const limiter = new RateLimiter(new ManualClock());
  for (let index = 0; index < 50; index += 1) await limiter.ready(account, ENDPOINTS.fundWallet, NO_PATIENCE);
  expect(await burst(limiter, 'fundWallet', 20)).toBe(14);
});

test('believes the provider when less is left than we spent, until its reset', async () => {
  const clock = new ManualClock();
  const limiter = new RateLimiter(clock);
  await burst(limiter, 'fundWallet', 1);
  const news = { takenMs: 0, remaining: 3, resetInMs: 20_000, holdMs: null };
  limiter.learn(account, ENDPOINTS.fundWallet, news);
  expect(await burst(limiter, 'listPaymentMethods', 20)).toBe(0);
  expect(await burst(limiter, 'fundWallet', 20)).toBe(2);
  await clock.advance(20_001);
  expect(await burst(limiter, 'fundWallet', 20)).toBe(11);
});

test('does not believe the provider when it says that more is left', async () => {
  const limiter = new RateLimiter(new ManualClock());
  await burst(limiter, 'fundWallet', 14);
  limiter.learn(account, ENDPOINTS.fundWallet, { takenMs: 0, remaining: 99, resetInMs: 1, holdMs: null });
  expect(await burst(limiter, 'fundWallet', 20)).toBe(0);
});

test('an older answer that comes late does not raise what is left', async () => {
  const limiter = new RateLimiter(new ManualClock());
  limiter.learn(account, ENDPOINTS.fundWallet, { takenMs: 0, remaining: 3, resetInMs: 20_000, holdMs: null });
  limiter.learn(account, ENDPOINTS.fundWallet, {
    takenMs: 0,
    remaining: 10,
    resetInMs: 20_000,
    holdMs: null,
  });
  expect(await burst(limiter, 'fundWallet', 20)).toBe(2);
});

test('requests that left after the one answered are not in the provider’s number yet', async () => {
  const clock = new ManualClock();
  const limiter = new RateLimiter(clock);
  await burst(limiter, 'fundWallet', 1);
  await clock.advance(10);
  await burst(limiter, 'fundWallet', 4);
  limiter.learn(account, ENDPOINTS.fundWallet, { takenMs: 0, remaining: 7, resetInMs: 20_000, holdMs: null });
  expect(await burst(limiter, 'fundWallet', 20)).toBe(2);
});

test('after a 429 keeps quiet for as long as it was told', async () => {
  const clock = new ManualClock();
  const limiter = new RateLimiter(clock);
  const news = { takenMs: 0, remaining: null, resetInMs: null, holdMs: 30_000 };
  limiter.learn(account, ENDPOINTS.fundWallet, news);
  await clock.advance(29_999);
  expect(await burst(limiter, 'fundWallet', 1)).toBe(0);
  await clock.advance(1);
  expect(await burst(limiter, 'fundWallet', 1)).toBe(1);
});

test('forgets accounts that have not been asked for', async () => {
  const clock = new ManualClock();
  const limiter = new RateLimiter(clock);
  for (let index = 0; index < 10_000; index += 1) {
    await limiter.acquire(name(`account-${index}`), ENDPOINTS.getWalletBalance, NO_PATIENCE);
    if (index % 100 === 0) await clock.advance(1_000);
  }
  expect(limiter.size).toBeGreaterThan(5_000);
  await clock.advance(120_000);
  for (let index = 0; index < 5_000; index += 1) {
    await limiter.acquire(account, ENDPOINTS.getWalletBalance, NO_PATIENCE);
    if (index % 50 === 0) await clock.advance(60_000);
  }
  expect(limiter.size).toBe(1);
});

test('never more than the limit in any 60 seconds, whatever is asked and whatever the headers say', async () => {
  const step = fc.record({
    endpoint: fc.constantFrom<EndpointName>('fundWallet', 'listPaymentMethods', 'redeemCoupon'),
    count: fc.integer({ min: 1, max: 12 }),
    timeoutMs: fc.constantFrom(0, 2_000, 90_000),
    pauseMs: fc.integer({ min: 0, max: 30_000 }),
    remaining: fc.option(fc.integer({ min: 0, max: 120 }), { nil: null }),
    resetInMs: fc.option(fc.integer({ min: 0, max: 200_000 }), { nil: null }),
  });
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 25 }), async (steps) => {
      const clock = new ManualClock();
      const limiter = new RateLimiter(clock);
      const grantedMs: number[] = [];
      const waiting: Promise<void>[] = [];
      const ask = async (endpoint: EndpointName, timeoutMs: number) => {
        if (await limiter.acquire(account, ENDPOINTS[endpoint], { timeoutMs }))
          grantedMs.push(clock.monotonicMs());
      };
      for (const { endpoint, count, timeoutMs, pauseMs, remaining, resetInMs } of steps) {
        for (let index = 0; index < count; index += 1) waiting.push(ask(endpoint, timeoutMs));
        const takenMs = clock.monotonicMs();
        await clock.advance(pauseMs);
        limiter.learn(account, ENDPOINTS[endpoint], { takenMs, remaining, resetInMs, holdMs: null });
      }
      await clock.advance(300_000);
      await Promise.all(waiting);
      for (const fromMs of grantedMs) {
        const inWindow = grantedMs.filter((atMs) => atMs >= fromMs && atMs < fromMs + 60_000);
        expect(inWindow.length).toBeLessThanOrEqual(RATE_LIMITS_PER_MINUTE.billing - 1);
      }
    }),
    { numRuns: 150 },
  );
});
