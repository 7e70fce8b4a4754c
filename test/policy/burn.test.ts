import fc from 'fast-check';
import { expect, test } from 'vitest';
import { microUsd } from '../../src/domain/money.ts';
import { addMs, HOUR_MS, MINUTE_MS, SECOND_MS } from '../../src/domain/time.ts';
import {
  type Burn,
  burnPerSecond,
  chargedPerSecond,
  fallsInQuestion,
  heavyFalls,
  observeBurn,
  runwayMs,
  withoutHeavyFalls,
  withoutTakenOut,
  withoutUnshown,
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
      money: burn !== null && balance > burn.balanceMicroUsd ? 'came' : 'none',
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
  const busy = observeBurn(calm, { at: addMs(NOW, HOUR_MS), balanceMicroUsd: microUsd(50_000_000 - 180_000 - 540_000), usedMicroUsd: null, isWithdrawn: false, money: 'none' }); // 300 a second
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
    money: 'none',
  });
  const later = { at: addMs(NOW, HOUR_MS), balanceMicroUsd: microUsd(5_000_000) };
  expect(observeBurn(calm, { ...later, usedMicroUsd: null, isWithdrawn: true, money: 'none' })).toMatchObject(
    {
      spentMicroUsd: 0,
      elapsedMs: 0,
      ...later,
    },
  );
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
  let burn: Burn | null = observeBurn(null, { ...start, isWithdrawn: false, money: 'none' });
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
      money: 'none',
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
        const one = {
          at,
          balanceMicroUsd: microUsd(900_000_000 - used),
          isWithdrawn: false,
          money: 'none' as const,
        };
        plain = observeBurn(plain, { ...one, usedMicroUsd: null });
        told = observeBurn(told, { ...one, usedMicroUsd: isLook ? microUsd(used) : null });
      }
      expect(burnPerSecond(told)).toBe(burnPerSecond(plain));
    }),
  );
});

test.each<[string, readonly number[], number]>([
  ['all of it', [200_600_000], 200_600_000],
  ['a part of it', [50_000_000, 600_000], 50_600_000],
  ['more than it', [300_000_000], 200_600_000],
  ['nothing of it', [], 0],
])('of a fall of which rows show %s, so much is known to be use', (_sentence, amounts, known) => {
  const burn = watch(fallen);
  const young = burn && withoutTakenOut(burn, [], burn.at);
  const rows = amounts.map((amountMicroUsd) => ({
    at: addMs(NOW, 11 * MINUTE_MS),
    slackMs: 1,
    amountMicroUsd,
  }));
  const rest = young && withoutUnshown(young, rows);
  expect((rest?.spentMicroUsd ?? 0) - known).toBeCloseTo((burn?.spentMicroUsd ?? 0) - 200_600_000, 0);
});

test('several falls that make the forecast together are in question, and none of a steady burn', () => {
  const calm = steady(10_000, 200, 300_000_000);
  const even = watch(calm);
  expect(even && fallsInQuestion(even)).toEqual([]);
  const drops = [150, 125, 100, 75].map((dollars) => [MINUTE_MS, dollars * 1_000_000] as const);
  const burn = watch([...calm, ...drops]);
  expect(burn && fallsInQuestion(burn)).toHaveLength(8);
});

test('behind the heaviest fall that cannot be proven, the next heavy one is left out too', () => {
  const burn = watch([...fallen, [MINUTE_MS, 60_000_000]]);
  expect(burn && heavyFalls(burn)).toHaveLength(1);
  expect(burnPerSecond(burn && withoutHeavyFalls(burn))).toBeCloseTo(10_000, 6);
});

const at = (minutes: number, dollars: number, money: 'came' | 'may_come' | 'none') => ({
  at: addMs(NOW, minutes * MINUTE_MS),
  balanceMicroUsd: microUsd(dollars * 1_000_000),
  usedMicroUsd: null,
  isWithdrawn: false,
  money,
});

test.each<[string, Parameters<typeof at>[], number]>([
  ['fell and is there again was odd', [[1, 99, 'none'], [2, 5, 'none'], [3, 99, 'none'], [4, 98, 'none'], [5, 97, 'none']], 2],
  ['fell twice and is there again was odd', [[1, 99, 'none'], [2, 50, 'none'], [3, 5, 'none'], [4, 99, 'none'], [5, 99, 'none'], [6, 98, 'none']], 2],
  ['rose and is gone again was odd', [[1, 99, 'none'], [2, 300, 'none'], [3, 98, 'none'], [4, 97, 'none']], 2],
  ['fell was use where money came since', [[1, 99, 'none'], [2, 50, 'none'], [3, 99, 'came']], 50],
  ['fell was use where money is on its way', [[1, 99, 'none'], [2, 50, 'none'], [3, 99, 'may_come']], 50],
  ['came hides what fell beside it', [[1, 99, 'none'], [2, 98, 'came']], 1],
])('what %s', (_sentence, seen, dollars) => {
  let burn: Burn | null = null;
  for (const one of [at(0, 100, 'none'), ...seen.map((words) => at(...words))]) burn = observeBurn(burn, one);
  expect((burn?.spentMicroUsd ?? 0) / 1_000_000).toBeGreaterThan(dollars * 0.9);
  expect((burn?.spentMicroUsd ?? 0) / 1_000_000).toBeLessThanOrEqual(dollars);
}); // biome-ignore format: a table

test('money is charged by no forecast of two minutes, and in the first half hour by what was watched of it', () => {
  expect(chargedPerSecond(null)).toBeNull();
  expect(chargedPerSecond(watch(steady(900, 2)))).toBeNull();
  expect(chargedPerSecond(watch(steady(900, 3)))).toBeGreaterThan(900 * (2.8 / 30));
  expect(chargedPerSecond(watch(steady(900, 3)))).toBeLessThanOrEqual(900 * (3 / 30));
  expect(chargedPerSecond(watch(steady(900, 300)))).toBeCloseTo(900, 6);
});
