import fc from 'fast-check';
import { expect, test } from 'vitest';
import { microUsd } from '../../src/domain/money.ts';
import { addMs, HOUR_MS, MINUTE_MS, SECOND_MS } from '../../src/domain/time.ts';
import {
  type Burn,
  burnPerSecond,
  heavyFalls,
  observeBurn,
  runwayMs,
  withoutHeavyFalls,
  withoutTakenOut,
} from '../../src/policy/burn.ts';
import { NOW } from '../domain/a-ledger.ts';

/** Balances in micro-dollars, each so many milliseconds after the one before. */
function watch(balances: readonly (readonly [afterMs: number, balance: number])[]): Burn | null {
  let burn: Burn | null = null;
  let at = NOW;
  for (const [afterMs, balance] of balances) {
    at = addMs(at, afterMs);
    burn = observeBurn(burn, {
      at,
      balanceMicroUsd: microUsd(balance),
      usedMicroUsd: null,
      isWithdrawn: false,
    });
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
  const busy = observeBurn(calm, { at: addMs(NOW, HOUR_MS), balanceMicroUsd: microUsd(50_000_000 - 180_000 - 540_000), usedMicroUsd: null, isWithdrawn: false }); // 300 a second
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
  const calm = observeBurn(null, {
    at: NOW,
    balanceMicroUsd: microUsd(200_000_000),
    usedMicroUsd: null,
    isWithdrawn: false,
  });
  const later = { at: addMs(NOW, HOUR_MS), balanceMicroUsd: microUsd(5_000_000) };
  expect(observeBurn(calm, { ...later, usedMicroUsd: null, isWithdrawn: true })).toMatchObject({
    spentMicroUsd: 0,
    elapsedMs: 0,
    ...later,
  });
});

/** $36 an hour for ten minutes, and then a minute in which $200 more are gone. */
const fallen = [...steady(10_000, 10, 300_000_000), [MINUTE_MS, 93_400_000] as const];

test('one fall that makes the forecast is known for it, and a steady burn has none', () => {
  const burn = watch(fallen);
  expect(burn && heavyFalls(burn)).toMatchObject([{ amountMicroUsd: 200_600_000 }]);
  expect(burnPerSecond(burn && withoutHeavyFalls(burn))).toBeCloseTo(10_000, 6);
  const even = watch(steady(10_000, 10));
  expect(even && heavyFalls(even)).toEqual([]);
});

test.each<[string, number, number, boolean]>([
  ['of most of it', 0, 200_000_000, true],
  ['of another day', -25 * HOUR_MS, 200_000_000, false],
  ['of a part of it', 0, 50_000_000, false],
  ['of more than it', 0, 250_000_000, false],
])('a row %s: is the fall left out?', (_sentence, afterMs, amountMicroUsd, isLeftOut) => {
  const burn = watch(fallen);
  const rest =
    burn && withoutTakenOut(burn, [{ at: addMs(NOW, afterMs), slackMs: HOUR_MS, amountMicroUsd }], NOW);
  if (isLeftOut) expect(burnPerSecond(rest)).toBeCloseTo(10_000, 6);
  else expect(rest).toEqual(burn);
});

test('what no row has shown in time was use', () => {
  const burn = watch(fallen);
  const proven = burn && withoutTakenOut(burn, [], addMs(NOW, HOUR_MS));
  expect(proven && heavyFalls(proven)).toEqual([]);
  expect(burnPerSecond(proven)).toBe(burnPerSecond(burn));
});

test('what `amount_used` shows to have been no use is left out, also where only the next look tells', () => {
  const start = { at: NOW, balanceMicroUsd: microUsd(300_000_000), usedMicroUsd: microUsd(0) };
  let burn: Burn | null = observeBurn(null, { ...start, isWithdrawn: false });
  for (const [minutes, dollars, used] of [
    [10, 299, null],
    [11, 99, null],
    [21, 98, 2],
  ] as const) {
    burn = observeBurn(burn, {
      at: addMs(NOW, minutes * MINUTE_MS),
      balanceMicroUsd: microUsd(dollars * 1_000_000),
      usedMicroUsd: used === null ? null : microUsd(used * 1_000_000),
      isWithdrawn: false,
    });
  }
  expect(burnPerSecond(burn)).toBeCloseTo(1_000_000 / 600, 3);
});

test('where balances and `amount_used` agree the burn is what the balances make it', () => {
  const falls = fc.array(fc.tuple(fc.integer({ min: 1, max: HOUR_MS }), fc.nat(5_000_000), fc.boolean()));
  fc.assert(
    fc.property(falls, (seen) => {
      let [at, used]: [typeof NOW, number] = [NOW, 0];
      let [plain, told]: [Burn | null, Burn | null] = [null, null];
      for (const [afterMs, spent, isLook] of seen) {
        at = addMs(at, afterMs);
        used += spent;
        const one = { at, balanceMicroUsd: microUsd(900_000_000 - used), isWithdrawn: false };
        plain = observeBurn(plain, { ...one, usedMicroUsd: null });
        told = observeBurn(told, { ...one, usedMicroUsd: isLook ? microUsd(used) : null });
      }
      expect(burnPerSecond(told)).toBe(burnPerSecond(plain));
    }),
  );
});
