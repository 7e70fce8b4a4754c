import fc from 'fast-check';
import { expect, test } from 'vitest';
import { microUsd } from '../../src/domain/money.ts';
import { addMs, HOUR_MS, MINUTE_MS, SECOND_MS } from '../../src/domain/time.ts';
import { type Burn, burnPerSecond, observeBurn, runwayMs } from '../../src/policy/burn.ts';
import { NOW } from '../domain/a-ledger.ts';

/** Balances in micro-dollars, each so many milliseconds after the one before. */
function watch(balances: readonly (readonly [afterMs: number, balance: number])[]): Burn | null {
  let burn: Burn | null = null;
  let at = NOW;
  for (const [afterMs, balance] of balances) {
    at = addMs(at, afterMs);
    burn = observeBurn(burn, { at, balanceMicroUsd: microUsd(balance), isWithdrawn: false });
  }
  return burn;
}

/** A wallet that loses `perSecond` micro-dollars, seen every minute. */
const steady = (perSecond: number, minutes: number, from = 50_000_000) =>
  Array.from(
    { length: minutes + 1 },
    (_, index) => [index === 0 ? 0 : MINUTE_MS, from - index * 60 * perSecond] as const,
  );

test('a steady burn is told exactly, however long it was watched', () => {
  for (const minutes of [1, 10, 300]) expect(burnPerSecond(watch(steady(100, minutes)))).toBeCloseTo(100, 6);
  expect(burnPerSecond(watch(steady(0, 10)))).toBe(0);
});

test('nothing is told on less than five seconds of watching', () => {
  expect(burnPerSecond(null)).toBeNull();
  expect(burnPerSecond(watch([[0, 5_000_000]]))).toBeNull();
  expect(burnPerSecond(watch([[0, 5_000_000], [4_999, 4_000_000]]))).toBeNull();
  expect(burnPerSecond(watch([[0, 5_000_000], [5 * SECOND_MS, 4_999_500]]))).toBe(100);
}); // biome-ignore format: pairs

test('a top-up is no income: the interval in which the balance rose is left out', () => {
  const funded = [
    ...steady(100, 10),
    [MINUTE_MS, 99_000_000] as const,
    ...steady(100, 10, 99_000_000).slice(1),
  ];
  expect(burnPerSecond(watch(funded))).toBeCloseTo(100, 6);
});

test('half an hour later the old rate has half its weight', () => {
  const calm = watch([[0, 50_000_000], [30 * MINUTE_MS, 50_000_000 - 180_000]]); // 100 a second
  const busy = observeBurn(calm, { at: addMs(NOW, HOUR_MS), balanceMicroUsd: microUsd(50_000_000 - 180_000 - 540_000), isWithdrawn: false }); // 300 a second
  expect(burnPerSecond(busy)).toBeCloseTo((100 * 0.5 + 300) / 1.5, 6);
}); // biome-ignore format: pairs

test('a second look at the same instant, or a clock that went back, counts nothing twice', () => {
  const once = watch(steady(100, 10));
  const again = watch([...steady(100, 10), [0, 40_000_000], [-MINUTE_MS, 30_000_000]]);
  expect(burnPerSecond(again)).toBe(burnPerSecond(once));
});

test.each<[string, number, number | null, number | null]>([
  ['unknown while the burn is unknown', 50, null, null],
  ['for ever while nothing is burnt', 50, 0, Number.POSITIVE_INFINITY],
  ['an hour of $3.60 at a tenth of a cent per second', 3.6, 1_000, HOUR_MS],
  ['nothing where the wallet is empty', 0, 1_000, 0],
  ['nothing where an empty wallet has nothing left to burn', 0, 0, 0],
  ['nothing where the wallet is in debt, whatever the burn is', -5, null, 0],
])('the runway is %s', (_sentence, dollars, perSecond, expected) => {
  expect(runwayMs(microUsd(dollars * 1_000_000), perSecond)).toBe(expected);
});

test('whatever balances are seen, the burn lies between the slowest and the fastest fall', () => {
  const balances = fc.array(
    fc.tuple(
      fc.integer({ min: -MINUTE_MS, max: HOUR_MS }),
      fc.integer({ min: -1_000_000, max: 100_000_000 }),
    ),
    { minLength: 2, maxLength: 30 },
  );
  fc.assert(
    fc.property(balances, (seen) => {
      const rate = burnPerSecond(watch(seen));
      const falls = seen.slice(1).flatMap(([afterMs, balance], index) => {
        const spent = (seen[index]?.[1] ?? balance) - balance;
        return afterMs > 0 && spent >= 0 ? [(spent / afterMs) * 1_000] : [];
      });
      if (rate === null) return;
      expect(rate).toBeLessThanOrEqual(Math.max(...falls) * 1.000001);
      expect(rate).toBeGreaterThanOrEqual(Math.min(...falls) * 0.999999);
    }),
    { numRuns: 2_000 },
  );
});

test('an interval in which money was withdrawn is left out', () => {
  const calm = observeBurn(null, { at: NOW, balanceMicroUsd: microUsd(200_000_000), isWithdrawn: false });
  const later = { at: addMs(NOW, HOUR_MS), balanceMicroUsd: microUsd(5_000_000) };
  expect(observeBurn(calm, { ...later, isWithdrawn: true })).toMatchObject({
    spentMicroUsd: 0,
    elapsedMs: 0,
    ...later,
  });
});
