import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type BalanceSample, HISTORY_STEPS } from '../../src/domain/balance-history.ts';
import { microUsd } from '../../src/domain/money.ts';
import { addMs, DAY_MS, type EpochMs, epochMs, HOUR_MS, MINUTE_MS } from '../../src/domain/time.ts';
import { balanceChart, type Charted } from '../../src/server/page/balance-chart.ts';
import { moneyTicks, timeTicks } from '../../src/server/page/chart-axes.ts';

const NOW = epochMs(Date.UTC(2026, 10, 23, 12));

function sample(at: EpochMs, usd: number, lowestUsd = usd): BalanceSample {
  const micro = (value: number) => microUsd(Math.round(value * 1_000_000));
  return { at, balanceMicroUsd: micro(usd), lowestMicroUsd: micro(lowestUsd), burnPerSecond: null };
}

function drawn(over: Partial<Charted>): string {
  const none = {
    samples: [],
    topUps: [],
    balanceUsd: null,
    minimumUsd: 20,
    everyMs: MINUTE_MS,
    since: epochMs(NOW - DAY_MS),
    now: NOW,
  };
  return balanceChart({ ...none, ...over }).toString();
}

test('without a sample it says when there will be one', () => {
  expect(drawn({})).toContain('No balance is remembered yet');
});

test.each<[string, Partial<Charted>]>([
  ['one sample', { samples: [sample(NOW, 50)] }],
  ['an empty wallet', { samples: [sample(NOW, 0), sample(addMs(NOW, -MINUTE_MS), 0)], minimumUsd: null }],
  ['a wallet below zero', { samples: [sample(addMs(NOW, -HOUR_MS), -3.5), sample(NOW, -4)] }],
  ['a fortune', { samples: [sample(addMs(NOW, -HOUR_MS), 9_000_000), sample(NOW, 8_999_999.99)] }],
  ['a sample of the future', { samples: [sample(addMs(NOW, 5_000), 50)], balanceUsd: 50 }],
])('%s is drawn within the picture', (_what, over) => {
  const text = drawn(over);
  expect(text).not.toMatch(/NaN|Infinity|undefined/);
  for (const [, width = '', height = '', body = ''] of text.matchAll(
    /viewBox="0 0 (\d+) (\d+)"(.*?)<\/svg>/gs,
  )) {
    const line = /class="line" d="([^"]+)"/.exec(body)?.[1] ?? '';
    for (const [, x, y] of line.matchAll(/[ML]([\d.-]+) ([\d.-]+)/g)) {
      expect(Number(x)).toBeGreaterThanOrEqual(0);
      expect(Number(x)).toBeLessThanOrEqual(Number(width));
      expect(Number(y)).toBeGreaterThanOrEqual(0);
      expect(Number(y)).toBeLessThanOrEqual(Number(height));
    }
  }
});

test('where the wallet was filled within a step, the line goes down to the lowest balance first', () => {
  const samples = [sample(addMs(NOW, -2 * HOUR_MS), 30), sample(addMs(NOW, -HOUR_MS), 65, 10)];
  const heights = [
    ...drawn({ samples, minimumUsd: null, everyMs: HOUR_MS }).matchAll(/class="line" d="([^"]+)"/g),
  ].map(([, line = '']) => [...line.matchAll(/[ML][\d.]+ ([\d.]+)/g)].map(([, y]) => Number(y)));
  for (const [before = 0, lowest = 0, after = 0] of heights) {
    expect(lowest).toBeGreaterThan(before);
    expect(after).toBeLessThan(before);
  }
});

test('where nothing was seen, the line is broken, and the words say for how long', () => {
  const ago = [60, 59, 58, 20, 10, 9].map((minutes) => sample(addMs(NOW, -minutes * MINUTE_MS), minutes));
  const text = drawn({ samples: ago, balanceUsd: 5, everyMs: MINUTE_MS });
  expect(text).toContain('Not seen for 57m of it.');
  expect(text).toContain('not seen</li>');
  const [line = ''] = [...text.matchAll(/class="line" d="([^"]+)"/g)].map(([, path]) => path);
  expect(line.replaceAll(/[\d. -]+/g, '')).toBe('MhLLMhMhLMh');
  const [gap = ''] = [...text.matchAll(/class="gap" d="([^"]+)"/g)].map(([, path]) => path);
  expect(gap.replaceAll(/[\d. -]+/g, '')).toBe('MLMLML');
});

test.each<[string, Partial<Charted>]>([
  ['looked at rarely', { everyMs: 20 * MINUTE_MS }],
  ['looked at by a calendar', { everyMs: null }],
])('a wallet that is %s has no gap between two looks', (_what, over) => {
  const samples = [60, 40, 5].map((minutes) => sample(addMs(NOW, -minutes * MINUTE_MS), 50));
  const text = drawn({ samples, balanceUsd: 50, ...over });
  expect(text).toContain('class="gap" d=""');
  expect(text).not.toMatch(/not seen/i);
});

test('what is remembered in coarser steps has no gap between them', () => {
  const samples = [27, 26, 25, 24].map((hours) => sample(addMs(NOW, -hours * HOUR_MS), 50));
  expect(drawn({ samples, since: epochMs(NOW - 7 * DAY_MS) })).toContain('class="gap" d=""');
});

test('as many samples as are kept make a picture of bounded size', () => {
  const samples = Array.from({ length: 5_000 }, (_, index) =>
    sample(addMs(NOW, (index - 5_000) * HISTORY_STEPS[0].stepMs), 20 + ((index * 7) % 50)),
  );
  expect(drawn({ samples }).length).toBeLessThan(120_000);
});

test('a top-up before the first sample is neither drawn nor counted', () => {
  const samples = [sample(addMs(NOW, -HOUR_MS), 50), sample(NOW, 40)];
  const at = (agoMs: number) => ({ at: addMs(NOW, -agoMs), usd: 50 });
  const text = drawn({ samples, topUps: [at(3 * HOUR_MS), at(HOUR_MS / 2)] });
  expect(text).toContain('1 top-up, $50.00 in all.');
  expect(text.match(/class="topup"/g)).toHaveLength(2); // one in each of the two drawings
});

test('ticks of money are round, few, and hold what is drawn', () => {
  fc.assert(
    fc.property(
      fc.double({ min: -1e6, max: 1e7, noNaN: true }),
      fc.double({ min: 0, max: 1e7, noNaN: true }),
      (low, span) => {
        const { from, to, ticks } = moneyTicks(low, low + span);
        expect(from).toBeLessThanOrEqual(low + 1e-6);
        expect(to).toBeGreaterThanOrEqual(low + span - 1e-6);
        expect(ticks.length).toBeGreaterThanOrEqual(2);
        expect(ticks.length).toBeLessThanOrEqual(7);
      },
    ),
  );
});

test('ticks of time are within the stretch and no more than asked for', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: MINUTE_MS, max: 400 * DAY_MS }),
      fc.integer({ min: 2, max: 8 }),
      (spanMs, max) => {
        const ticks = timeTicks(NOW - spanMs, NOW, max);
        expect(ticks.length).toBeLessThanOrEqual(max + 1);
        for (const { at, text } of ticks) {
          expect(at).toBeGreaterThanOrEqual(NOW - spanMs);
          expect(at).toBeLessThanOrEqual(NOW);
          expect(text).toMatch(/^\d\d[:-]\d\d(:\d\d)?$/);
        }
      },
    ),
  );
});
