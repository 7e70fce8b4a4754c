import { addMs, type EpochMs, HOUR_MS, MINUTE_MS } from '../domain/time.ts';
import type { AccountRuntime } from './account-runtime.ts';
import type { KeeperContext } from './context.ts';

type Patience = Pick<AccountRuntime, 'lowSince' | 'unsoundSince' | 'trouble' | 'failingSince' | 'failures'>;

const TASK = 'patience';
/**
 * So much of the time without a purser counts: what was wrong before and behind it may have been well in between. Less than
 * what a subscription must be gone for before another is bought, so that two looks alone never buy one.
 */
const GAP_COUNTS_MS = 4 * MINUTE_MS;
/** After a longer one everything is seen anew. */
const GAP_MAX_MS = 2 * HOUR_MS;
const REFRESH_MS = GAP_COUNTS_MS;
/** More says nothing new. */
const FAILURES_KEPT = 2;
const CALM = digestOf({ lowSince: null, unsoundSince: null, trouble: null, failingSince: null, failures: 0 });

/**
 * Since when things are wrong outlives the process: where `purser once` runs from cron no run is as long as any patience.
 * A gap counts for less than it was, so that a restart never brings an end nearer than waiting does.
 */
export function restorePatience({ upkeep, clock }: KeeperContext, runtime: AccountRuntime): void {
  if (runtime.patience !== null) return;
  const now = clock.now();
  const record = upkeep.read(runtime.name, TASK);
  runtime.patience = record === null ? { digest: CALM, at: now } : record;
  const gapMs = now - runtime.patience.at;
  if (record === null || gapMs < 0 || gapMs > GAP_MAX_MS) return;
  const { trouble, failures, ...since } = JSON.parse(record.digest) as Patience; // what `keepPatience` wrote
  const unseenMs = Math.max(0, gapMs - GAP_COUNTS_MS);
  const later = (at: EpochMs | null): EpochMs | null => (at === null ? null : addMs(at, unseenMs));
  runtime.lowSince = later(since.lowSince);
  runtime.unsoundSince = later(since.unsoundSince);
  runtime.trouble = trouble === null ? null : { ...trouble, since: addMs(trouble.since, unseenMs) };
  runtime.failingSince = later(since.failingSince);
  runtime.failures = failures;
}

/** Writes only what changed and, while something is wrong, now and then that it was seen again. */
export async function keepPatience({ upkeep, clock }: KeeperContext, runtime: AccountRuntime): Promise<void> {
  const digest = digestOf(runtime);
  const at = clock.now();
  const { patience: kept } = runtime;
  const isFresh = kept !== null && (digest === CALM || at - kept.at < REFRESH_MS);
  if (kept?.digest === digest && isFresh) return;
  await upkeep.write(runtime.name, TASK, { digest, result: 'done', detail: '', at });
  runtime.patience = { digest, at };
}

function digestOf({ lowSince, unsoundSince, trouble, failingSince, failures }: Patience): string {
  const failuresKept = Math.min(failures, FAILURES_KEPT);
  return JSON.stringify({ lowSince, unsoundSince, trouble, failingSince, failures: failuresKept });
}
