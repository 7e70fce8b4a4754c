import { parse } from 'node-cron';
import type { CronFields, WindowSpec } from '../domain/subscription-rules.ts';
import { DAY_MS, type EpochMs, epochMs, formatDuration, HOUR_MS } from '../domain/time.ts';
import { beginsWithin } from '../domain/windows.ts';
import type { Problems } from './config-problem.ts';
import { readDuration } from './read-duration.ts';
import { readCron } from './resolve-schedule.ts';
import { type Spot, spotAt } from './spot.ts';

const EXAMPLE = '"0 8 * * 1-5" for each weekday at eight';
const WINDOW_MIN_MS = HOUR_MS;
const WINDOW_MAX_MS = 31 * DAY_MS;
/** Begins that are compared with each other to see whether windows overlap; from a Sunday in January. */
const BEGINS_COMPARED = 400;
const SOME_SUNDAY = epochMs(1_735_430_400_000);

/** `from` and `for` below a spot, or `null` after reporting. */
export function readWindow(
  input: { readonly from?: string | undefined; readonly for?: string | undefined },
  spot: Spot,
  problems: Problems,
): WindowSpec | null {
  const from = readCron(input.from, spotAt(spot, 'from'), problems, EXAMPLE);
  const range = { spot: spotAt(spot, 'for'), minMs: WINDOW_MIN_MS, maxMs: WINDOW_MAX_MS };
  const durationMs = readDuration(input.for, range, problems);
  const begins = from === null ? null : cronFields(from, spotAt(spot, 'from'), problems);
  if (from === null || durationMs === null || begins === null) return null;
  const window = { from, begins, durationMs };
  const gapMs = shortestGapMs(window);
  if (gapMs === null) {
    problems.error(spotAt(spot, 'from'), 'it never begins', 'write a day that is in the calendar each year');
    return null;
  }
  if (gapMs < durationMs) {
    const message = `it begins again after ${formatDuration(gapMs)}, before its ${formatDuration(durationMs)} are over`;
    problems.error(
      spotAt(spot, 'for'),
      message,
      `write at most ${formatDuration(gapMs)}, or begin it more rarely`,
    );
    return null;
  }
  return window;
}

/** The expression as plain data. What needs more than numbers (L, W, #) is refused: month-ends have a rule of their own. */
function cronFields(expression: string, spot: Spot, problems: Problems): CronFields | null {
  if (expression.split(' ').length !== 5) {
    problems.error(spot, 'a window begins at a full minute: five fields', 'leave the seconds out');
    return null;
  }
  const { minute, hour, dayOfMonth, month, dayOfWeek } = parse(expression);
  const daysOfMonth = numbers(dayOfMonth);
  const weekdays = numbers(dayOfWeek);
  if (daysOfMonth === null || weekdays === null) {
    problems.error(
      spot,
      'L, W and # are not understood here',
      'write numbers; month-end is last_days_of_month',
    );
    return null;
  }
  const fields = [minute, hour, daysOfMonth, month, weekdays].map(ascending);
  const [minutes = [], hours = [], days = [], months = [], week = []] = fields;
  return { minutes, hours, daysOfMonth: days, months, weekdays: week };
}

/** In UTC: where the clocks change a window may be an hour nearer to the next, which then begins it anew. */
function shortestGapMs(window: WindowSpec): number | null {
  const stretch = { from: SOME_SUNDAY, durationMs: 800 * DAY_MS, max: BEGINS_COMPARED };
  const begins: readonly EpochMs[] = beginsWithin(window, 'UTC', stretch);
  if (begins.length === 0) return null;
  const gaps = begins.slice(1).map((begin, index) => begin - (begins[index] ?? begin));
  return Math.min(Number.MAX_SAFE_INTEGER, ...gaps);
}

function numbers(values: readonly (number | string)[]): readonly number[] | null {
  const found = values.filter((value) => typeof value === 'number');
  return found.length === values.length ? found : null;
}

function ascending(values: readonly number[]): readonly number[] {
  return [...new Set(values)].sort((one, other) => one - other);
}
