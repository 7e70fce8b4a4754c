import { expect, test } from 'vitest';
import { HISTORY_STEPS } from '../../src/domain/balance-history.ts';
import { microUsd } from '../../src/domain/money.ts';
import { epochMs, HOUR_MS, MINUTE_MS, SECOND_MS } from '../../src/domain/time.ts';
import { BalanceTally } from '../../src/keeper/balance-tally.ts';
import { account } from '../telemetry/some-fleet.ts';

const NAME = account('render-eu');
const BEGIN = epochMs(1_800_000_000_000 - (1_800_000_000_000 % (6 * HOUR_MS)));

function seen(afterMs: number, usd: number) {
  return { at: epochMs(BEGIN + afterMs), balanceMicroUsd: microUsd(usd * 1_000_000), burnPerSecond: 5 };
}

test('a step is one row, with its last and its lowest balance, handed out once when it is over', () => {
  const tally = new BalanceTally();
  for (const [afterMs, usd] of [
    [0, 30],
    [2_000, 12],
    [4_000, 60],
    [6_000, 55],
  ] as const)
    tally.add(NAME, seen(afterMs, usd));
  expect(tally.takeOver(epochMs(BEGIN + 9_999))).toEqual([]);
  expect(tally.takeOver(epochMs(BEGIN + 10_000))).toEqual([
    {
      account: NAME,
      stepMs: 10 * SECOND_MS,
      beginsAt: BEGIN,
      balanceMicroUsd: 55_000_000,
      lowestMicroUsd: 12_000_000,
      burnPerSecond: 5,
    },
  ]);
  expect(tally.takeOver(epochMs(BEGIN + 20_000))).toEqual([]);
});

test('a poll a minute makes a row a minute, and few more', () => {
  const tally = new BalanceTally();
  const counts = new Map<number, number>();
  for (let minute = 0; minute < 6 * 60; minute += 1) {
    tally.add(NAME, seen(minute * MINUTE_MS, 50));
    for (const { stepMs } of tally.takeOver(epochMs(BEGIN + (minute + 1) * MINUTE_MS)))
      counts.set(stepMs, (counts.get(stepMs) ?? 0) + 1);
  }
  expect(HISTORY_STEPS.map(({ stepMs }) => counts.get(stepMs))).toEqual([360, 72, 6, 1]);
});

test('a step that is not over is handed out at the end', () => {
  const tally = new BalanceTally();
  tally.add(NAME, seen(0, 50));
  expect(tally.takeAll().map(({ stepMs }) => stepMs)).toEqual(HISTORY_STEPS.map(({ stepMs }) => stepMs));
  expect(tally.takeAll()).toEqual([]);
});

test('rows that nobody takes do not pile up for ever', () => {
  const tally = new BalanceTally();
  for (let step = 0; step < 120_000; step += 1) tally.add(NAME, seen(step * 10 * SECOND_MS, 50));
  expect(tally.takeAll().length).toBeLessThanOrEqual(100_000);
});
