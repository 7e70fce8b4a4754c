import { isWalletWork, type Standing } from '../domain/history.ts';
import { equationHolds, isNewer } from '../domain/ledger.ts';
import type { LedgerCredit, LedgerLook } from '../domain/observation.ts';
import { addMs, MINUTE_MS } from '../domain/time.ts';
import { observeBurn } from '../policy/burn.ts';
import type { AccountRuntime } from './account-runtime.ts';
import type { KeeperContext } from './context.ts';
import type { Sight } from './observe.ts';

/** So long a balance may lack a withdrawal. */
const PAYOUT_LATE_MS = 5 * MINUTE_MS;

/**
 * Takes a sight into the burn. A balance that is not to be believed is none: the next one tells of the time since the last
 * that was.
 */
export async function noteBurn(
  context: KeeperContext,
  runtime: AccountRuntime,
  { sight, standing }: { readonly sight: Sight; readonly standing: Standing },
): Promise<void> {
  const { look } = sight;
  const { burn, withdrawnAt, newestCredit } = runtime;
  const balanceMicroUsd = look?.balanceMicroUsd ?? sight.balanceMicroUsd;
  if (look !== null) runtime.newestCredit = newestOf(look, newestCredit);
  if (balanceMicroUsd === null || (await isTorn(context, runtime, sight))) return;
  const hasRisen = burn !== null && balanceMicroUsd > burn.balanceMicroUsd;
  if (hasRisen && look === null) return; // the look that tells why failed, and is taken again
  const isNewCredit = newestCredit !== null && runtime.newestCredit?.id !== newestCredit.id;
  const money = isNewCredit ? 'came' : standing.open.some(isWalletWork) ? 'may_come' : 'none';
  const isWithdrawn = burn !== null && withdrawnAt !== null && burn.at < addMs(withdrawnAt, PAYOUT_LATE_MS);
  // Where the equation does not hold nobody knows what the provider counts there.
  const totals = look !== null && equationHolds(look) === true ? look.totals : null;
  const usedMicroUsd = totals?.usedMicroUsd ?? null;
  const at = context.clock.now();
  runtime.burn = observeBurn(burn, { at, balanceMicroUsd, usedMicroUsd, isWithdrawn, money });
}

/** Whether a look contradicts itself. Where the totals of none were its balance they are something else; the first is no base even so. */
async function isTorn(
  { journal }: KeeperContext,
  { name, burn }: AccountRuntime,
  { look, isLookConsistent }: Sight,
): Promise<boolean> {
  if (look === null || isLookConsistent) return false;
  if (burn === null || burn.usedMicroUsd !== null) return true;
  return (await journal.memory(name)).hasEquationHeld;
}

/** A page that is older than one before shows none that is newer. */
function newestOf({ credits }: LedgerLook, known: LedgerCredit | null): LedgerCredit | null {
  return credits
    .filter(({ isSuccessful }) => isSuccessful)
    .reduce((newest, one) => (newest === null || isNewer(one, newest) ? one : newest), known);
}
