import { expect, test } from 'vitest';
import { balanceLeft, runwayWords } from '../../src/alerts/money-words.ts';
import { microUsd } from '../../src/domain/money.ts';
import { DAY_MS, HOUR_MS, MINUTE_MS } from '../../src/domain/time.ts';

test.each([
  [null, null],
  [Number.NaN, null],
  [Number.POSITIVE_INFINITY, 'idle'],
  [0, 'empty'],
  [MINUTE_MS - 1, 'under 1m'],
  [59.9 * MINUTE_MS, '~59m'],
  [2 * HOUR_MS, '~2h'],
  [34.9 * HOUR_MS, '~34h'],
  [3 * DAY_MS, '~3d'],
])('a runway of %d ms reads %s', (runwayMs, words) => {
  expect(runwayWords(runwayMs)).toBe(words);
});

test('a balance is cut to cents, and its runway stands in brackets', () => {
  expect(balanceLeft(microUsd(3_109_999), 2 * HOUR_MS)).toBe('$3.10 left (~2h)');
  expect(balanceLeft(microUsd(-1), null)).toBe('-$0.01 left');
});
