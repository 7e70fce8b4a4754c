import type { CronFields, WindowSpec } from './subscription-rules.ts';
import { addMs, DAY_MS, type EpochMs, HOUR_MS, MINUTE_MS } from './time.ts';
import { type CalendarDay, calendarDay, dayNumber, instantOfWall, wallAt, weekdayOf } from './zoned-time.ts';

/** Where an instant lies in what comes again and again. */
export type Span =
  | { readonly isOpen: true; readonly begunAt: EpochMs; readonly endsAt: EpochMs }
  /** `null`: it never was, or never will be, within a year. */
  | { readonly isOpen: false; readonly endedAt: EpochMs | null; readonly beginsAt: EpochMs | null };

/** A window that comes once a year is found; one that comes more rarely is not looked for. */
const SEARCH_DAYS = 367;

/** A begin that falls into a window that is still open, as where the clocks are set forward, begins it anew. */
export function windowAt(window: WindowSpec, zone: string, now: EpochMs): Span {
  const at = { now, today: Math.floor(wallAt(now, zone) / DAY_MS) };
  const begunAt = lastBegin(window.begins, zone, at);
  const beginsAt = nextBegin(window.begins, zone, at);
  const endsAt = begunAt === null ? null : addMs(begunAt, window.durationMs);
  if (begunAt === null || endsAt === null || now >= endsAt)
    return { isOpen: false, endedAt: endsAt, beginsAt };
  return { isOpen: true, begunAt, endsAt: beginsAt !== null && beginsAt < endsAt ? beginsAt : endsAt };
}

/** The last days of the month that it is at the place. */
export function lastDaysAt(days: number, zone: string, now: EpochMs): Span {
  const { year, month } = calendarDay(Math.floor(wallAt(now, zone) / DAY_MS));
  const first = dayNumber({ year, month, day: 1 });
  const next = dayNumber(
    month === 12 ? { year: year + 1, month: 1, day: 1 } : { year, month: month + 1, day: 1 },
  );
  const midnight = (day: number): EpochMs => instantOfWall(day * DAY_MS, zone);
  const begin = midnight(Math.max(first, next - days));
  if (now >= begin) return { isOpen: true, begunAt: begin, endsAt: midnight(next) };
  return { isOpen: false, endedAt: midnight(first), beginsAt: begin };
}

/** Every begin in a stretch of time, oldest first; at most `max`. */
export function beginsWithin(
  window: WindowSpec,
  zone: string,
  stretch: { readonly from: EpochMs; readonly durationMs: number; readonly max: number },
): readonly EpochMs[] {
  const begins: EpochMs[] = [];
  let now = stretch.from;
  while (begins.length < stretch.max) {
    const today = Math.floor(wallAt(now, zone) / DAY_MS);
    const next = nextBegin(window.begins, zone, { now, today });
    if (next === null || next >= stretch.from + stretch.durationMs) break;
    begins.push(next);
    now = next;
  }
  return begins;
}

type At = { readonly now: EpochMs; readonly today: number };

function lastBegin(fields: CronFields, zone: string, { now, today }: At): EpochMs | null {
  for (let day = today; day > today - SEARCH_DAYS; day -= 1) {
    if (!isDay(fields, day)) continue;
    for (const time of timesOf(fields).toReversed()) {
      const begin = instantOfWall(day * DAY_MS + time, zone);
      if (begin <= now) return begin;
    }
  }
  return null;
}

function nextBegin(fields: CronFields, zone: string, { now, today }: At): EpochMs | null {
  for (let day = today; day < today + SEARCH_DAYS; day += 1) {
    if (!isDay(fields, day)) continue;
    for (const time of timesOf(fields)) {
      const begin = instantOfWall(day * DAY_MS + time, zone);
      if (begin > now) return begin;
    }
  }
  return null;
}

/** Day of month, month and weekday must all match, as node-cron has it. */
function isDay({ daysOfMonth, months, weekdays }: CronFields, number: number): boolean {
  if (!weekdays.includes(weekdayOf(number))) return false;
  const { month, day }: CalendarDay = calendarDay(number);
  return months.includes(month) && daysOfMonth.includes(day);
}

/** Milliseconds after midnight, ascending; the config allows a day few of them. */
function timesOf({ hours, minutes }: CronFields): readonly number[] {
  return hours.flatMap((hour) => minutes.map((minute) => hour * HOUR_MS + minute * MINUTE_MS));
}
