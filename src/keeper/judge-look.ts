import type { AccountMemory } from '../charge/journal.ts';
import { anchorOf, equationHolds, isWalletBehind, looksAgree, type Rest } from '../domain/ledger.ts';
import type { LedgerLook } from '../domain/observation.ts';
import { addMs, type EpochMs, MINUTE_MS, SECOND_MS } from '../domain/time.ts';
import type { AccountRuntime } from './account-runtime.ts';
import { type KeeperContext, moneyNow } from './context.ts';

const AGREEING_LOOKS_MIN_MS = 2 * SECOND_MS;
const AGREEING_LOOKS_MAX_MS = 10 * MINUTE_MS;
const LOOK_AGAIN_MS = 3 * SECOND_MS;
/** A wallet that is behind its rows may stay so for a while: it is not asked every other second. */
const CAUGHT_UP_MS = 30 * SECOND_MS;
/** No cache is stale, and no row late, for so long. */
const RESTING_MS = 30 * MINUTE_MS;

export type Judgement = {
  readonly isLookConsistent: boolean;
  readonly rest: Rest;
  /** When a second look may confirm this one; `null` where none is waited for. */
  readonly lookAgainAt: EpochMs | null;
};

/**
 * Fence 1: where balance and totals of an account have ever agreed they must agree again, and be of no earlier instant
 * than the rows; where they never have, two looks a few seconds apart that tell the same story stand in, and after a
 * charge the balance has to be seen to rise.
 */
export async function judgeLook(
  context: KeeperContext,
  runtime: AccountRuntime,
  memory: AccountMemory,
  look: LedgerLook,
): Promise<Judgement> {
  const rest = restOf(runtime, look);
  if (runtime.burn !== null && look.balanceMicroUsd > runtime.burn.balanceMicroUsd)
    runtime.risenAt = moneyNow(context);
  const consistent: Judgement = { isLookConsistent: true, rest, lookAgainAt: null };
  const inconsistent: Judgement = { isLookConsistent: false, rest, lookAgainAt: null };
  if (memory.hasEquationHeld && isWalletBehind(look, memory, rest)) {
    context.log.warn('look.wallet_behind', { account: runtime.name, anchor: anchorOf(look).id });
    return { ...inconsistent, lookAgainAt: addMs(context.clock.now(), CAUGHT_UP_MS) };
  }
  const holds = equationHolds(look);
  if (holds === true) {
    if (!memory.hasEquationHeld) await context.journal.remember(runtime.name, { hasEquationHeld: true });
    return consistent;
  }
  if (memory.hasEquationHeld) {
    context.log.warn('look.torn', { account: runtime.name, anchor: anchorOf(look).id });
    return inconsistent;
  }
  const earlier = runtime.unconfirmedLook;
  if (earlier === null) {
    context.log.warn('look.totals_unlike_balance', { account: runtime.name, stand_in: 'two agreeing looks' });
  }
  const ageMs = earlier === null ? 0 : look.at - earlier.at;
  const isConfirmed =
    earlier !== null &&
    ageMs >= AGREEING_LOOKS_MIN_MS &&
    ageMs <= AGREEING_LOOKS_MAX_MS &&
    looksAgree(earlier, look);
  if (isConfirmed && !(await isUnmoved(context, runtime))) return consistent;
  if (earlier === null || ageMs >= AGREEING_LOOKS_MIN_MS) runtime.unconfirmedLook = look;
  return { ...inconsistent, lookAgainAt: addMs(context.clock.now(), LOOK_AGAIN_MS) };
}

/** Whether the balance has not been seen to rise since purser's own last charge, which is too young to do without. */
async function isUnmoved(context: KeeperContext, { name, risenAt }: AccountRuntime): Promise<boolean> {
  const [last] = await context.journal.intents({
    account: name,
    kinds: ['fund'],
    states: ['charged', 'settled'],
    limit: 1,
  });
  if (last === undefined || moneyNow(context) - last.armedAt >= RESTING_MS) return false;
  return risenAt === null || risenAt < last.armedAt;
}

function restOf(runtime: AccountRuntime, look: LedgerLook): Rest {
  if (look.totals === null) return 'none';
  const { creditedMicroUsd, usedMicroUsd } = look.totals;
  const anchor = anchorOf(look).id;
  const { resting } = runtime;
  if (resting?.creditedMicroUsd !== creditedMicroUsd || resting.anchor !== anchor) {
    runtime.resting = { creditedMicroUsd, usedMicroUsd, anchor, since: look.at };
    return 'none';
  }
  if (look.at - resting.since < RESTING_MS) return 'none';
  return usedMicroUsd > resting.usedMicroUsd ? 'in_use' : 'idle';
}
