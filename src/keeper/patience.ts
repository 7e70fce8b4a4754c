import { SEEN_GAP_MS } from '../domain/seen-for.ts';
import { addMs, type EpochMs, HOUR_MS, MINUTE_MS } from '../domain/time.ts';
import type { AccountRuntime, Trouble } from './account-runtime.ts';
import type { KeeperContext } from './context.ts';

type Patience = Pick<
  AccountRuntime,
  'lowSince' | 'lowBefore' | 'paidAt' | 'unsound' | 'trouble' | 'failingSince' | 'failures'
>;
/** Older records lack some. */
type PatienceRecord = Omit<Patience, 'lowBefore' | 'paidAt'> &
  Partial<Pick<Patience, 'lowBefore' | 'paidAt'>>;

const TASK = 'patience/2'; // the first one did not know when things were last seen
/** After a longer time without a purser everything is seen anew. */
const GAP_MAX_MS = 2 * HOUR_MS;
/** How often it is written how long a thing was seen; that a wallet is low still, less often. */
const SEEN_REFRESH_MS = MINUTE_MS;
const REFRESH_MS = SEEN_GAP_MS;
/** More says nothing new. */
const FAILURES_KEPT = 2;
const CALM = shapeOf({
  lowSince: null,
  lowBefore: null,
  unsound: null,
  trouble: null,
  failingSince: null,
  failures: 0,
});

/**
 * Since when things are wrong outlives the process: where `purser once` runs from cron no run is as long as any patience.
 * A gap counts for less than it was, so that a restart never brings an end nearer than waiting does.
 */
export function restorePatience({ upkeep, clock }: KeeperContext, runtime: AccountRuntime): void {
  if (runtime.patience !== null) return;
  const now = clock.now();
  const record = upkeep.read(runtime.name, TASK);
  const known = record === null ? null : (JSON.parse(record.digest) as PatienceRecord); // what `keepPatience` wrote
  const { lowBefore = null, paidAt = null } = known ?? {};
  const shape = known === null ? CALM : shapeOf({ ...known, lowBefore });
  runtime.patience = { shape, at: record?.at ?? now };
  const gapMs = now - runtime.patience.at;
  if (known === null || gapMs < 0) return;
  if (gapMs > GAP_MAX_MS) {
    runtime.trouble = known.trouble && afterRest(known.trouble, now);
    // What cannot be seen now either was not seen meanwhile.
    runtime.failingSince = known.failingSince;
    runtime.failures = known.failures;
    return;
  }
  const unseenMs = Math.max(0, gapMs - SEEN_GAP_MS);
  const later = (at: EpochMs | null): EpochMs | null => (at === null ? null : addMs(at, unseenMs));
  runtime.lowSince = later(known.lowSince);
  runtime.lowBefore = lowBefore;
  runtime.paidAt = paidAt;
  runtime.unsound = known.unsound;
  runtime.trouble = known.trouble && { ...known.trouble, since: addMs(known.trouble.since, unseenMs) };
  runtime.failingSince = later(known.failingSince);
  runtime.failures = known.failures;
}

/**
 * Behind a long rest what was seen begins anew, or runs of a daily cron would never confirm anything. A second one behind the
 * first counts like any other time between two looks: it was there before both.
 */
function afterRest(trouble: Trouble, now: EpochMs): Trouble {
  const { rests = 0 } = trouble;
  const begun = rests === 0 ? { since: now, seenForMs: 0, seenAt: now } : {};
  return { ...trouble, ...begun, rests: rests + 1 };
}

/** Writes only what changed and, while something is wrong, now and then for how long it was seen. */
export async function keepPatience({ upkeep, clock }: KeeperContext, runtime: AccountRuntime): Promise<void> {
  const shape = shapeOf(runtime);
  const at = clock.now();
  const { patience: kept } = runtime;
  const isSeen = runtime.trouble !== null || runtime.unsound !== null;
  const freshMs = isSeen ? SEEN_REFRESH_MS : REFRESH_MS;
  const isFresh = kept !== null && (shape === CALM || at - kept.at < freshMs);
  if (kept?.shape === shape && isFresh) return;
  const { lowSince, lowBefore, paidAt, unsound, trouble, failingSince } = runtime;
  const patience: Patience = {
    lowSince,
    lowBefore,
    paidAt,
    unsound,
    trouble,
    failingSince,
    failures: failuresOf(runtime),
  };
  await upkeep.write(runtime.name, TASK, {
    digest: JSON.stringify(patience),
    result: 'done',
    detail: '',
    at,
  });
  runtime.patience = { shape, at };
}

/** Behind a payment of a low wallet `lowSince` and `lowBefore` change. */
function shapeOf(patience: Omit<Patience, 'paidAt'>): string {
  const { lowSince, lowBefore, unsound, trouble, failingSince } = patience;
  const troubled = trouble === null ? null : [trouble.words, trouble.since];
  return JSON.stringify([
    lowSince,
    lowBefore,
    unsound !== null,
    troubled,
    failingSince,
    failuresOf(patience),
  ]);
}

function failuresOf({ failures }: Pick<Patience, 'failures'>): number {
  return Math.min(failures, FAILURES_KEPT);
}
