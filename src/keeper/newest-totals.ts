import type { Totals } from '../domain/observation.ts';
import { addMs } from '../domain/time.ts';
import { CLOCK_SKEW_MAX_MS } from '../policy/shared-checks.ts';
import type { AccountRuntime } from './account-runtime.ts';
import type { KeeperContext } from './context.ts';

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
  const record = upkeep.read(runtime.name, TASK);
  if (record === null || record.digest === NONE) return;
  const totals = JSON.parse(record.digest) as Totals; // what `keepTotals` wrote
  const ageMs = Math.max(0, clock.now() - record.at);
  const isOfFuture = record.at - clock.now() > CLOCK_SKEW_MAX_MS;
  runtime.totalsKept = { totals, isAhead: true, atMs: clock.monotonicMs() - ageMs };
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
