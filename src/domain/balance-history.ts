import type { AccountName } from './ids.ts';
import type { MicroUsd } from './money.ts';
import { DAY_MS, type EpochMs, epochMs, HOUR_MS, MINUTE_MS, SECOND_MS } from './time.ts';

/** What was seen of a wallet in one step of time. */
export type BalanceSample = {
  /** When the step ends. */
  readonly at: EpochMs;
  /** The last balance of the step, and the lowest. */
  readonly balanceMicroUsd: MicroUsd;
  readonly lowestMicroUsd: MicroUsd;
  /** Micro-dollars per second when the last balance was seen; `null` while not known. */
  readonly burnPerSecond: number | null;
};

/** A sample on its way into the store, which knows a step by its begin. */
export type SampleRow = Omit<BalanceSample, 'at'> & {
  readonly account: AccountName;
  readonly stepMs: number;
  readonly beginsAt: EpochMs;
};

/**
 * The past, coarser the older it is: at most 360 + 288 + 168 samples an account, and four a day for as long as the
 * retention says. Each step divides the next.
 */
export const HISTORY_STEPS = [
  { stepMs: 10 * SECOND_MS, keptMs: HOUR_MS },
  { stepMs: 5 * MINUTE_MS, keptMs: DAY_MS },
  { stepMs: HOUR_MS, keptMs: 7 * DAY_MS },
  { stepMs: 6 * HOUR_MS, keptMs: Number.POSITIVE_INFINITY },
] as const;

export const RETENTION_DEFAULT_MS = 90 * DAY_MS;

/** Samples of a step that begin before this are dropped. */
export function droppedBefore(
  step: (typeof HISTORY_STEPS)[number],
  retentionMs: number,
  now: EpochMs,
): EpochMs {
  return epochMs(now - Math.min(step.keptMs, retentionMs));
}
