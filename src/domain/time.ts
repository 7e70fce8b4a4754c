import { BrokenPromise } from './assert.ts';

declare const epochMsBrand: unique symbol;

/** Wall time in milliseconds since 1970, for records and windows. Waits use the monotonic clock. */
export type EpochMs = number & { readonly [epochMsBrand]: true };

export const SECOND_MS = 1_000;
export const MINUTE_MS = 60_000;
export const HOUR_MS = 3_600_000;
export const DAY_MS = 86_400_000;

const UNIT_MS: Readonly<Record<string, number>> = {
  ms: 1,
  s: SECOND_MS,
  m: MINUTE_MS,
  h: HOUR_MS,
  d: DAY_MS,
  w: 7 * DAY_MS,
};
const DURATION = /^(?:\d+(?:ms|[smhdw]))+$/;
const DURATION_PART = /(\d+)(ms|[smhdw])/g;

export function epochMs(value: number): EpochMs {
  // `assert` would have the number put into words at every call, some dozens of times in each pass.
  if (!Number.isSafeInteger(value)) throw new BrokenPromise(`not a whole millisecond: ${value}`);
  return value as EpochMs; // checked on the line above
}

export function addMs(instant: EpochMs, durationMs: number): EpochMs {
  return epochMs(instant + Math.round(durationMs));
}

/** "90m", "1h30m", "7d" (Prometheus' spelling) to milliseconds; "0" and "0s" are zero; `null` where it is none. */
export function parseDurationMs(text: string): number | null {
  if (text === '0') return 0;
  if (!DURATION.test(text)) return null;
  let totalMs = 0;
  for (const [, count = '', unit = ''] of text.matchAll(DURATION_PART)) {
    totalMs += Number(count) * (UNIT_MS[unit] ?? Number.NaN);
  }
  return Number.isSafeInteger(totalMs) ? totalMs : null;
}

/** The two largest units of a duration: "1h30m", "1d10h", "45s", "250ms". Negative reads as zero. */
export function formatDuration(durationMs: number): string {
  if (!Number.isFinite(durationMs)) return 'forever';
  if (durationMs <= 0) return '0s';
  if (durationMs < SECOND_MS) return `${Math.round(durationMs)}ms`;
  const seconds = Math.round(durationMs / SECOND_MS);
  const parts: [number, string][] = [
    [Math.floor(seconds / 86_400), 'd'],
    [Math.floor(seconds / 3_600) % 24, 'h'],
    [Math.floor(seconds / 60) % 60, 'm'],
    [seconds % 60, 's'],
  ];
  const first = parts.findIndex(([count]) => count > 0);
  return parts
    .slice(first, first + 2)
    .filter(([count]) => count > 0)
    .map(([count, unit]) => `${count}${unit}`)
    .join('');
}

/** ISO 8601 in UTC, whole seconds: "2026-11-23T15:04:05Z". */
export function formatInstant(instant: EpochMs): string {
  return `${new Date(instant).toISOString().slice(0, 19)}Z`;
}

const TIMESTAMP = /^(\d{4}-\d\d-\d\d)(?:[T ](\d\d:\d\d(?::\d\d(?:\.\d+)?)?)(Z|[+-]\d\d:?\d\d)?)?$/;
const SECONDS_MAX = 1e11;

/**
 * A provider's timestamp: ISO 8601 or "YYYY-MM-DD HH:MM:SS", UTC where no zone is given, or Unix seconds; `null` where
 * it is none of these.
 */
export function parseInstant(value: string | number): EpochMs | null {
  if (typeof value === 'number') {
    return Math.abs(value) < SECONDS_MAX ? epochMs(Math.round(value * SECOND_MS)) : null;
  }
  const [, date, time = '00:00:00', zone = 'Z'] = TIMESTAMP.exec(value) ?? [];
  const parsed = date === undefined ? Number.NaN : Date.parse(`${date}T${time}${zone}`);
  return Number.isNaN(parsed) ? null : epochMs(Math.round(parsed));
}
