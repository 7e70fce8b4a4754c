import { validateDetailed } from 'node-cron';
import type { Schedule } from '../domain/spec.ts';
import { DAY_MS, SECOND_MS } from '../domain/time.ts';
import type { AccountInput } from './accounts-schema.ts';
import type { Problems } from './config-problem.ts';
import { readDuration } from './read-duration.ts';
import { type Spot, spotAt } from './spot.ts';

const POLL_MIN_MS = SECOND_MS;
const POLL_MAX_MS = 7 * DAY_MS;

/** What accounts inherit. `null` where the default was itself at fault. */
export type ScheduleDefaults = { readonly pollMs: number | null; readonly timezone: string | null };

/** A poll period within its range, or `null` after reporting, and for `undefined`. */
export function readPoll(text: string | undefined, spot: Spot, problems: Problems): number | null {
  return readDuration(text, { spot, minMs: POLL_MIN_MS, maxMs: POLL_MAX_MS }, problems);
}

type When = {
  readonly spot: Spot;
  readonly defaults: ScheduleDefaults;
  /** Its policy has rules that go by the clock of a place. */
  readonly isByClock: boolean;
};

/** When an account is looked at, or `null` after reporting. */
export function resolveSchedule(
  account: Partial<AccountInput>,
  { spot, defaults, isByClock }: When,
  problems: Problems,
): Schedule | null {
  const pollSpot = spotAt(spot, 'poll');
  const timezoneSpot = spotAt(spot, 'timezone');
  if (spotAt(spot, 'schedule').node === null) {
    if (timezoneSpot.node !== null && !isByClock) {
      const message = 'timezone goes with a schedule, or subscription rules in its policy, only';
      problems.error(timezoneSpot, message, 'take it out, or write a schedule');
    }
    const periodMs = pollSpot.node === null ? defaults.pollMs : readPoll(account.poll, pollSpot, problems);
    return periodMs === null ? null : { kind: 'every', periodMs };
  }
  if (pollSpot.node !== null) {
    problems.error(spotAt(spot, 'schedule'), 'poll and schedule exclude each other', 'keep one of them');
    return null;
  }
  const expression = readCron(account.schedule, spotAt(spot, 'schedule'), problems);
  const timezone =
    timezoneSpot.node === null ? defaults.timezone : readTimezone(account.timezone, timezoneSpot, problems);
  return expression === null || timezone === null ? null : { kind: 'cron', expression, timezone };
}

/** The place of the account: its own, else the default; `null` after reporting. */
export function resolveTimezone(
  account: Partial<AccountInput>,
  { spot, defaults }: When,
  problems: Problems,
): string | null {
  const own = spotAt(spot, 'timezone');
  return own.node === null ? defaults.timezone : readTimezone(account.timezone, own, problems);
}

/** An IANA time zone that this machine knows, or `null` after reporting, and for `undefined`. */
export function readTimezone(name: string | undefined, spot: Spot, problems: Problems): string | null {
  if (name === undefined) return null;
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone;
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    problems.error(spot, 'unknown time zone', 'write an IANA name such as Europe/Berlin or UTC');
    return null;
  }
}

/** Five or six fields in one spelling, or `null` after reporting, and for `undefined`. */
export function readCron(
  text: string | undefined,
  spot: Spot,
  problems: Problems,
  example = '"*/5 * * * *" for every five minutes',
): string | null {
  if (text === undefined) return null;
  const expression = text.trim().replaceAll(/\s+/g, ' ');
  const count = expression.split(' ').length;
  if (count !== 5 && count !== 6) {
    problems.error(
      spot,
      `a cron expression has five fields, or six with seconds, not ${count}`,
      `write ${example}`,
    );
    return null;
  }
  const { valid, errors } = validateDetailed(expression);
  if (valid) return expression;
  const field = errors[0]?.field ?? 'schedule';
  problems.error(spot, `not a cron expression: its ${field} is wrong`, `write ${example}`);
  return null;
}
