import fc from 'fast-check';
import { expect, test } from 'vitest';
import { BrokenPromise } from '../../src/domain/assert.ts';
import {
  addMs,
  DAY_MS,
  epochMs,
  formatDuration,
  formatInstant,
  HOUR_MS,
  MINUTE_MS,
  parseDurationMs,
  parseInstant,
  SECOND_MS,
} from '../../src/domain/time.ts';

test.each<[string, number]>([
  ['90m', 90 * MINUTE_MS],
  ['1h30m', 90 * MINUTE_MS],
  ['7d', 7 * DAY_MS],
  ['2w', 14 * DAY_MS],
  ['250ms', 250],
  ['1m500ms', MINUTE_MS + 500],
  ['45s', 45 * SECOND_MS],
  ['0', 0],
  ['0s', 0],
])('%s is %d ms', (text, expected) => {
  expect(parseDurationMs(text)).toBe(expected);
});

test.each([
  '', ' ', '5', '5 m', 'm', '-5m', '+5m', '1.5h', '1h30', '5M', '5min', '5y', '1h 30m', '5m\n', '1e3s', '٥m', '99999999999999w',
])('%j is no duration', (text) => {
  expect(parseDurationMs(text)).toBeNull();
}); // biome-ignore format: a list of words

test.each<[number, string]>([
  [0, '0s'],
  [-5 * MINUTE_MS, '0s'],
  [250, '250ms'],
  [45 * SECOND_MS, '45s'],
  [59_600, '1m'],
  [90 * SECOND_MS, '1m30s'],
  [90 * MINUTE_MS, '1h30m'],
  [6 * HOUR_MS, '6h'],
  [HOUR_MS + 5 * SECOND_MS, '1h'],
  [7 * DAY_MS + 2 * HOUR_MS + 59 * MINUTE_MS, '7d2h'],
  [DAY_MS, '1d'],
  [Number.POSITIVE_INFINITY, 'forever'],
])('%d ms read %s', (durationMs, expected) => {
  expect(formatDuration(durationMs)).toBe(expected);
});

test('a duration that is shown can be written into the config, and is off by less than the smaller of its units', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 4_000 * DAY_MS }), (durationMs) => {
      const shown = parseDurationMs(formatDuration(durationMs));
      const unitMs = [DAY_MS, HOUR_MS, MINUTE_MS, SECOND_MS].find((size) => durationMs >= size - 500) ?? 1;
      const smallerMs = { [DAY_MS]: HOUR_MS, [HOUR_MS]: MINUTE_MS, [MINUTE_MS]: SECOND_MS }[unitMs] ?? unitMs;
      expect(shown).not.toBeNull();
      expect(Math.abs(Number(shown) - durationMs)).toBeLessThan(smallerMs + 1);
    }),
    { numRuns: 2_000 },
  );
});

test.each<[string, string | number, string | null]>([
  ['ISO 8601 in UTC', '2026-11-23T15:04:05Z', '2026-11-23T15:04:05Z'],
  ['ISO 8601 with a fraction', '2026-11-23T15:04:05.999Z', '2026-11-23T15:04:05Z'],
  ['ISO 8601 with an offset', '2026-11-23T16:04:05+01:00', '2026-11-23T15:04:05Z'],
  ['a database time, taken as UTC', '2026-11-23 15:04:05', '2026-11-23T15:04:05Z'],
  ['ISO 8601 without a zone, taken as UTC', '2026-11-23T15:04:05', '2026-11-23T15:04:05Z'],
  ['a date', '2026-11-23', '2026-11-23T00:00:00Z'],
  ['a database time with a fraction', '2026-11-23 15:04:05.123', '2026-11-23T15:04:05Z'],
  ['Unix seconds', 1_795_446_245, '2026-11-23T15:04:05Z'],
  ['no time', 'soon', null],
  ['a month too many', '2026-13-01T00:00:00Z', null],
  ['not a number', Number.NaN, null],
  ['infinity', Number.POSITIVE_INFINITY, null],
  ['a number beyond all time', 1e300, null],
  ['a word that JavaScript takes for the year 2001', 'pi 1', null],
])('a timestamp: %s (%s)', (_sentence, value, expected) => {
  const instant = parseInstant(value);
  expect(instant === null ? null : formatInstant(instant)).toBe(expected);
});

test("the provider's times mean the same wherever purser runs", () => {
  const before = process.env['TZ'];
  try {
    process.env['TZ'] = 'America/New_York';
    expect(new Date(0).getHours()).toBe(19);
    for (const text of ['2026-11-23 15:04:05', '2026-11-23T15:04:05', '2026-11-23T15:04:05Z'])
      expect(parseInstant(text)).toBe(Date.UTC(2026, 10, 23, 15, 4, 5));
  } finally {
    if (before === undefined) delete process.env['TZ'];
    else process.env['TZ'] = before;
  }
});

test('instants are whole milliseconds', () => {
  expect(addMs(epochMs(1_000), 0.6)).toBe(1_001);
  expect(() => epochMs(0.5)).toThrow(new BrokenPromise('not a whole millisecond: 0.5'));
});
