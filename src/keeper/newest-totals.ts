import type { AccountName } from '../domain/ids.ts';
import { type KnownTotals, RESTING_MS } from '../domain/ledger.ts';
import type { Totals } from '../domain/observation.ts';
import { addMs, type EpochMs } from '../domain/time.ts';
import type { UpkeepMemory } from '../domain/upkeep.ts';
import { CLOCK_SKEW_MAX_MS } from '../policy/shared-checks.ts';
import type { AccountRuntime } from './account-runtime.ts';
import type { KeeperContext } from './context.ts';

/** A person let them go, or rows were late for them. */
type Kept = Totals & { readonly isLetGo?: true };

const TASK = 'totals_ahead';
/** What is kept where rows show all that came. */
const NONE = 'null';

/**
 * Totals that are ahead of their rows outlive the process, for no run of `purser once` is as long as a row may be late. Those
 * that were seen far in the future are of a clock that was wrong.
 */
export function restoreTotals({ upkeep, clock }: KeeperContext, runtime: AccountRuntime): void {
  if (runtime.totalsKept !== 'unread') return;
  runtime.totalsKept = null;
  const kept = read(upkeep, runtime.name);
  if (kept === null) return;
  const { isLetGo = false, at, ...totals } = kept;
  // A person may resume by any clock; a correction of what they let go of is never a moment ago.
  const ageMs = Math.max(isLetGo ? RESTING_MS : 0, clock.now() - at);
  const isOfFuture = !isLetGo && at - clock.now() > CLOCK_SKEW_MAX_MS;
  runtime.totalsKept = { totals, isAhead: !isLetGo, isLetGo, atMs: clock.monotonicMs() - ageMs };
  if (!isOfFuture) runtime.newestTotals = runtime.totalsKept;
}

/** For a look of which it is known whose wallet it showed. */
export async function keepTotals({ upkeep, clock }: KeeperContext, runtime: AccountRuntime): Promise<void> {
  const { newestTotals, totalsKept } = runtime;
  const wasAhead = totalsKept !== null && totalsKept !== 'unread' && totalsKept.isAhead;
  if (newestTotals === null || newestTotals === totalsKept || !(newestTotals.isAhead || wasAhead)) return;
  const digest = newestTotals.isAhead ? JSON.stringify(newestTotals.totals) : NONE;
  const at = addMs(clock.now(), newestTotals.atMs - clock.monotonicMs());
  await upkeep.write(runtime.name, TASK, { digest, result: 'done', detail: '', at });
  runtime.totalsKept = newestTotals;
}

/**
 * What a person lets go of is no yardstick any more, but less used than by then is still an earlier instant: this is kept
 * in the store for the keepers that start later, where it has no totals that are ahead of their rows.
 */
export async function keepLetGo(
  upkeep: UpkeepMemory,
  account: AccountName,
  known: KnownTotals,
  now: EpochMs,
): Promise<void> {
  const { creditedMicroUsd, usedMicroUsd } = known;
  const kept = read(upkeep, account);
  const isAhead = kept !== null && kept.isLetGo !== true;
  if (creditedMicroUsd === null || usedMicroUsd === null || isAhead) return;
  const digest = JSON.stringify({ creditedMicroUsd, usedMicroUsd, isLetGo: true } satisfies Kept);
  await upkeep.write(account, TASK, { digest, result: 'done', detail: '', at: now });
}

function read(upkeep: UpkeepMemory, account: AccountName): (Kept & { readonly at: EpochMs }) | null {
  const record = upkeep.read(account, TASK);
  if (record === null || record.digest === NONE) return null;
  return { ...(JSON.parse(record.digest) as Kept), at: record.at }; // what was written here
}
