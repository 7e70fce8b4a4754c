import type { FleetSpec, Schedule } from '../domain/spec.ts';
import { type EpochMs, HOUR_MS, MINUTE_MS, parseInstant } from '../domain/time.ts';
import type { AccountView } from '../keeper/view.ts';

export type Overdue = Pick<AccountView, 'account' | 'observed_at'>;

/** Polls that may be missed, and what a start or a slow provider may take. */
const POLLS_MISSED = 3;
const LATE_MIN_MS = 5 * MINUTE_MS;
/** A cron expression says when; every day is the rarest that is meant. */
const CRON_MS = 25 * HOUR_MS;

/**
 * The accounts that a running purser should have looked at since, the oldest look first: it is stuck, or can keep nothing.
 * Those whose look failed say so themselves.
 */
export function overdueAccounts(
  views: readonly AccountView[],
  { accounts }: FleetSpec,
  now: EpochMs,
): readonly Overdue[] {
  const schedules = new Map<string, Schedule>(
    Array.from(accounts.values(), (one) => [one.name, one.schedule]),
  );
  return views
    .filter((view) => {
      const schedule = schedules.get(view.account);
      const seenAt = parseInstant(view.observed_at);
      if (schedule === undefined || seenAt === null || view.failure !== null) return false;
      return now - seenAt > lateMs(schedule);
    })
    .map(({ account, observed_at }) => ({ account, observed_at }))
    .sort((one, other) => one.observed_at.localeCompare(other.observed_at));
}

function lateMs(schedule: Schedule): number {
  return schedule.kind === 'cron' ? CRON_MS : Math.max(POLLS_MISSED * schedule.periodMs, LATE_MIN_MS);
}
