import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { CronFields, WindowSpec } from '../../src/domain/subscription-rules.ts';
import {
  addMs,
  DAY_MS,
  type EpochMs,
  epochMs,
  formatInstant,
  HOUR_MS,
  MINUTE_MS,
} from '../../src/domain/time.ts';
import { beginsWithin, lastDaysAt, type Span, windowAt } from '../../src/domain/windows.ts';
import {
  calendarDay,
  dayNumber,
  formatLocal,
  instantOfWall,
  wallAt,
  weekdayOf,
} from '../../src/domain/zoned-time.ts';

const at = (text: string): EpochMs => epochMs(Date.parse(text));
const to = (from: number, last: number): number[] =>
  Array.from({ length: last - from + 1 }, (_, index) => from + index);
const DAILY: CronFields = {
  minutes: [0],
  hours: [8],
  daysOfMonth: to(1, 31),
  months: to(1, 12),
  weekdays: to(0, 6),
};
const aWindow = (hours: number, fields: Partial<CronFields> = {}): WindowSpec => ({
  from: '0 8 * * *', begins: { ...DAILY, ...fields }, durationMs: hours * HOUR_MS,
}); // biome-ignore format: one record
const WEEKDAYS = aWindow(10, { weekdays: to(1, 5) });
const BERLIN = 'Europe/Berlin';

function shown(span: Span): string {
  const text = (instant: EpochMs | null) => (instant === null ? 'never' : formatInstant(instant));
  return span.isOpen
    ? `open ${text(span.begunAt)} to ${text(span.endsAt)}`
    : `ended ${text(span.endedAt)}, begins ${text(span.beginsAt)}`;
}

test.each<[string, WindowSpec, string, string, string]>([
  ['in the middle of a working day', WEEKDAYS, BERLIN, '2026-11-24T12:00:00Z', 'open 2026-11-24T07:00:00Z to 2026-11-24T17:00:00Z'],
  ['at its first millisecond', WEEKDAYS, BERLIN, '2026-11-24T07:00:00Z', 'open 2026-11-24T07:00:00Z to 2026-11-24T17:00:00Z'],
  ['a millisecond before', WEEKDAYS, BERLIN, '2026-11-24T06:59:59.999Z', 'ended 2026-11-23T17:00:00Z, begins 2026-11-24T07:00:00Z'],
  ['when it ends it is over', WEEKDAYS, BERLIN, '2026-11-24T17:00:00Z', 'ended 2026-11-24T17:00:00Z, begins 2026-11-25T07:00:00Z'],
  ['at the weekend', WEEKDAYS, BERLIN, '2026-11-28T12:00:00Z', 'ended 2026-11-27T17:00:00Z, begins 2026-11-30T07:00:00Z'],
  ['the week changes with the place: Sunday in UTC is Monday in Auckland', WEEKDAYS, 'Pacific/Auckland', '2026-11-22T20:00:00Z', 'open 2026-11-22T19:00:00Z to 2026-11-23T05:00:00Z'],
  ['a place half an hour off', WEEKDAYS, 'Asia/Kolkata', '2026-11-24T02:30:00Z', 'open 2026-11-24T02:30:00Z to 2026-11-24T12:30:00Z'],
  ['summer time moves it in UTC', aWindow(10), BERLIN, '2026-07-01T07:00:00Z', 'open 2026-07-01T06:00:00Z to 2026-07-01T16:00:00Z'],
  ['over midnight', aWindow(10, { hours: [22] }), 'UTC', '2026-11-24T03:00:00Z', 'open 2026-11-23T22:00:00Z to 2026-11-24T08:00:00Z'],
  ['clocks set forward inside it: ten hours all the same', aWindow(10, { hours: [22] }), BERLIN, '2026-03-29T05:00:00Z', 'open 2026-03-28T21:00:00Z to 2026-03-29T07:00:00Z'],
  ['clocks set back inside it', aWindow(10, { hours: [22] }), BERLIN, '2026-10-25T03:00:00Z', 'open 2026-10-24T20:00:00Z to 2026-10-25T06:00:00Z'],
  ['a begin that the clocks jump over comes an hour later', aWindow(2, { hours: [2], minutes: [30] }), BERLIN, '2026-03-29T02:00:00Z', 'open 2026-03-29T01:30:00Z to 2026-03-29T03:30:00Z'],
  ['a begin that comes twice counts the first time', aWindow(1, { hours: [2], minutes: [30] }), BERLIN, '2026-10-25T01:45:00Z', 'ended 2026-10-25T01:30:00Z, begins 2026-10-26T01:30:00Z'],
  ['the same in New York, forward', aWindow(2, { hours: [2], minutes: [30] }), 'America/New_York', '2026-03-08T07:30:00Z', 'open 2026-03-08T07:30:00Z to 2026-03-08T09:30:00Z'],
  ['a whole day, of which the clocks take an hour', aWindow(24, { hours: [0] }), BERLIN, '2026-03-29T12:00:00Z', 'open 2026-03-28T23:00:00Z to 2026-03-29T22:00:00Z'],
  ['the leap day', aWindow(24, { daysOfMonth: [29], months: [2], hours: [0] }), 'UTC', '2028-02-29T10:00:00Z', 'open 2028-02-29T00:00:00Z to 2028-03-01T00:00:00Z'],
  ['no leap day within a year', aWindow(24, { daysOfMonth: [29], months: [2], hours: [0] }), 'UTC', '2026-06-01T00:00:00Z', 'ended never, begins never'],
  ['day of month and weekday have to match both', aWindow(1, { daysOfMonth: to(1, 7), weekdays: [1] }), 'UTC', '2026-11-24T00:00:00Z', 'ended 2026-11-02T09:00:00Z, begins 2026-12-07T08:00:00Z'],
  ['two begins a day', aWindow(2, { hours: [8, 14] }), 'UTC', '2026-11-24T15:00:00Z', 'open 2026-11-24T14:00:00Z to 2026-11-24T16:00:00Z'],
  ['between two of a day', aWindow(2, { hours: [8, 14] }), 'UTC', '2026-11-24T12:00:00Z', 'ended 2026-11-24T10:00:00Z, begins 2026-11-24T14:00:00Z'],
])('a window: %s', (_sentence, window, zone, now, expected) => {
  expect(shown(windowAt(window, zone, at(now)))).toBe(expected);
}); // biome-ignore format: a table

test.each<[string, number, string, string, string]>([
  ['two days before December', 2, 'UTC', '2026-11-29T00:00:00Z', 'open 2026-11-29T00:00:00Z to 2026-12-01T00:00:00Z'],
  ['a millisecond before', 2, 'UTC', '2026-11-28T23:59:59.999Z', 'ended 2026-11-01T00:00:00Z, begins 2026-11-29T00:00:00Z'],
  ['the year ends', 1, 'UTC', '2026-12-31T12:00:00Z', 'open 2026-12-31T00:00:00Z to 2027-01-01T00:00:00Z'],
  ['February', 2, 'UTC', '2026-02-27T00:00:00Z', 'open 2026-02-27T00:00:00Z to 2026-03-01T00:00:00Z'],
  ['February of a leap year', 2, 'UTC', '2028-02-27T12:00:00Z', 'ended 2028-02-01T00:00:00Z, begins 2028-02-28T00:00:00Z'],
  ['it is the next month already in Tokyo', 2, 'Asia/Tokyo', '2026-11-30T15:00:00Z', 'ended 2026-11-30T15:00:00Z, begins 2026-12-29T15:00:00Z'],
  ['not yet in Los Angeles', 1, 'America/Los_Angeles', '2026-11-30T07:00:00Z', 'ended 2026-11-01T07:00:00Z, begins 2026-11-30T08:00:00Z'],
  ['the clocks change on its last day', 1, BERLIN, '2024-03-31T12:00:00Z', 'open 2024-03-30T23:00:00Z to 2024-03-31T22:00:00Z'],
])('the last days of the month: %s', (_sentence, days, zone, now, expected) => {
  expect(shown(lastDaysAt(days, zone, at(now)))).toBe(expected);
}); // biome-ignore format: a table

test('what is said in words is said by the clocks of the place', () => {
  expect(formatLocal(at('2026-11-24T07:00:00Z'), BERLIN)).toBe('Tue 08:00');
  expect(formatLocal(at('2026-11-22T20:05:00Z'), 'Pacific/Auckland')).toBe('Mon 09:05');
});

const ZONES = [
  'UTC',
  BERLIN,
  'America/New_York',
  'Australia/Lord_Howe',
  'Asia/Kathmandu',
  'Pacific/Apia',
  'America/St_Johns',
];
const anyZone = fc.constantFrom(...ZONES);
const anyInstant = fc.integer({ min: Date.UTC(2024, 0), max: Date.UTC(2032, 0) }).map((ms) => epochMs(ms));

describe('properties', () => {
  test('the calendar is that of Date', () => {
    fc.assert(
      fc.property(fc.integer({ min: -40_000, max: 80_000 }), (number) => {
        const date = new Date(number * DAY_MS);
        const day = { year: date.getUTCFullYear(), month: date.getUTCMonth() + 1, day: date.getUTCDate() };
        expect(calendarDay(number)).toEqual(day);
        expect(dayNumber(day)).toBe(number);
        expect(weekdayOf(number)).toBe(date.getUTCDay());
      }),
    );
  });

  test('what the clocks say leads back to the instant, or to the hour that comes twice', () => {
    fc.assert(
      fc.property(anyInstant, anyZone, (instant, zone) => {
        const back = instantOfWall(wallAt(instant, zone), zone);
        expect(wallAt(back, zone)).toBe(wallAt(instant, zone));
        expect(instant - back).toBeGreaterThanOrEqual(0);
        expect(instant - back).toBeLessThanOrEqual(HOUR_MS);
      }),
    );
  });

  test('an instant is in a window, or between the end of one and the begin of the next', () => {
    const anyWindow = fc.record({
      hour: fc.integer({ min: 0, max: 23 }),
      minute: fc.integer({ min: 0, max: 59 }),
      length: fc.integer({ min: 1, max: 23 }),
    });
    fc.assert(
      fc.property(anyInstant, anyZone, anyWindow, (now, zone, { hour, minute, length }) => {
        const span = windowAt(aWindow(length, { hours: [hour], minutes: [minute] }), zone, now);
        if (span.isOpen) {
          expect(span.begunAt).toBeLessThanOrEqual(now);
          expect(span.endsAt).toBeGreaterThan(now);
          expect(span.endsAt - span.begunAt).toBe(length * HOUR_MS);
          return;
        }
        expect(span.endedAt ?? now).toBeLessThanOrEqual(now);
        expect(span.beginsAt ?? 0).toBeGreaterThan(now);
        expect((span.beginsAt ?? 0) - now).toBeLessThanOrEqual(2 * DAY_MS + HOUR_MS);
      }),
    ); // biome-ignore format: lists of words
  });

  test('what begins within a stretch is what an instant just after each begin is in', () => {
    const stretch = { from: at('2026-03-01T00:00:00Z'), durationMs: 60 * DAY_MS, max: 100 };
    const begins = beginsWithin(WEEKDAYS, BERLIN, stretch);
    expect(begins).toHaveLength(43);
    for (const begin of begins) {
      expect(windowAt(WEEKDAYS, BERLIN, addMs(begin, MINUTE_MS))).toMatchObject({
        isOpen: true,
        begunAt: begin,
      });
    }
  });
});
