import { DAY_MS, type EpochMs, epochMs, HOUR_MS, MINUTE_MS, SECOND_MS } from './time.ts';

/**
 * What the clocks on the wall of a place say, as milliseconds: counted like UTC, so that a local midnight is a multiple
 * of a day and the calendar is plain arithmetic.
 */
export type WallMs = number;

/** One formatter a zone: making one costs more than a thousand uses. */
const FORMATTERS = new Map<string, Intl.DateTimeFormat>();

/** `zone` is an IANA name that this machine knows; the config is checked for it. */
export function wallAt(instant: EpochMs, zone: string): WallMs {
  const parts: Record<string, number> = {};
  for (const { type, value } of formatterOf(zone).formatToParts(instant)) parts[type] = Number(value);
  const { year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0 } = parts;
  const time = hour * HOUR_MS + minute * MINUTE_MS + second * SECOND_MS;
  return dayNumber({ year, month, day }) * DAY_MS + time + (((instant % 1_000) + 1_000) % 1_000);
}

/**
 * When the clocks say so. What they say twice (set back) is the first time; what they never say (set forward) is as much
 * later as they jump: Temporal calls it "compatible".
 */
export function instantOfWall(wall: WallMs, zone: string): EpochMs {
  const [before, after] = [wall - DAY_MS, wall + DAY_MS].map((near) => offsetMs(epochMs(near), zone));
  const first = epochMs(wall - (before ?? 0));
  if (before === after || wallAt(first, zone) === wall) return first;
  const second = epochMs(wall - (after ?? 0));
  return wallAt(second, zone) === wall ? second : first;
}

function offsetMs(instant: EpochMs, zone: string): number {
  return wallAt(instant, zone) - instant;
}

export type CalendarDay = { readonly year: number; readonly month: number; readonly day: number };

/** Days since 1970-01-01 in the Gregorian calendar; months count from 1. */
export function dayNumber({ year, month, day }: CalendarDay): number {
  const shifted = month <= 2 ? year - 1 : year; // the year begins in March, so that a leap day is its last
  const era = Math.floor(shifted / 400);
  const yearOfEra = shifted - era * 400;
  const dayOfYear = Math.floor((153 * (month + (month > 2 ? -3 : 9)) + 2) / 5) + day - 1;
  const dayOfEra = yearOfEra * 365 + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100) + dayOfYear;
  return era * 146_097 + dayOfEra - 719_468;
}

/** The other way round. */
export function calendarDay(number: number): CalendarDay {
  const shifted = number + 719_468;
  const era = Math.floor(shifted / 146_097);
  const dayOfEra = shifted - era * 146_097;
  const yearOfEra = Math.floor(
    (dayOfEra -
      Math.floor(dayOfEra / 1_460) +
      Math.floor(dayOfEra / 36_524) -
      Math.floor(dayOfEra / 146_096)) /
      365,
  );
  const dayOfYear = dayOfEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100));
  const shiftedMonth = Math.floor((5 * dayOfYear + 2) / 153);
  const day = dayOfYear - Math.floor((153 * shiftedMonth + 2) / 5) + 1;
  const month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9;
  return { year: yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, day };
}

/** Sunday is 0. */
export function weekdayOf(number: number): number {
  return (((number + 4) % 7) + 7) % 7;
}

const WEEKDAYS = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'] as const;

/** "Mon 08:00", as the clocks of the place say; whole minutes. */
export function formatLocal(instant: EpochMs, zone: string): string {
  const wall = wallAt(instant, zone);
  const minutes = Math.floor((((wall % DAY_MS) + DAY_MS) % DAY_MS) / MINUTE_MS);
  const two = (value: number) => String(value).padStart(2, '0');
  return `${WEEKDAYS[weekdayOf(Math.floor(wall / DAY_MS))]} ${two(Math.floor(minutes / 60))}:${two(minutes % 60)}`;
}

function formatterOf(zone: string): Intl.DateTimeFormat {
  const known = FORMATTERS.get(zone);
  if (known !== undefined) return known;
  const made = new Intl.DateTimeFormat('en-US', {
    timeZone: zone,
    hourCycle: 'h23',
    calendar: 'gregory',
    numberingSystem: 'latn',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
  });
  FORMATTERS.set(zone, made);
  return made;
}
