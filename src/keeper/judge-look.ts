import type { AccountMemory } from '../charge/journal.ts';
import {
  anchorOf,
  equationHolds,
  isBeforeCharge,
  isWalletBehind,
  looksAgree,
  RESTING_MS,
  type Rest,
} from '../domain/ledger.ts';
import type { LedgerLook } from '../domain/observation.ts';
import { addMs, type EpochMs, MINUTE_MS, SECOND_MS } from '../domain/time.ts';
import type { AccountRuntime } from './account-runtime.ts';
import { type KeeperContext, moneyNow } from './context.ts';
import { restOf } from './resting.ts';

const AGREEING_LOOKS_MIN_MS = 2 * SECOND_MS;
const AGREEING_LOOKS_MAX_MS = 10 * MINUTE_MS;
const LOOK_AGAIN_MS = 3 * SECOND_MS;
/** A wallet that is behind its rows, or may be behind new money, stays so for a while: it is not asked every other second. */
const CAUGHT_UP_MS = 30 * SECOND_MS;

export type Judgement = {
  readonly isLookConsistent: boolean;
  readonly rest: Rest;
  /** When a second look may confirm this one; `null` where none is waited for. */
  readonly lookAgainAt: EpochMs | null;
};

/**
 * Fence 1: where balance and totals of an account have ever agreed they must agree again, and be of no earlier instant
 * than the rows and purser's own last charge; where they never have, two looks a few seconds apart that tell the same
 * story stand in, half an hour after money last came: which of two balances is the older one, nothing tells there.
 */
export async function judgeLook(
  context: KeeperContext,
  runtime: AccountRuntime,
  memory: AccountMemory,
  look: LedgerLook,
): Promise<Judgement> {
  const rest = await restOf(context, runtime, look);
  const consistent: Judgement = { isLookConsistent: true, rest, lookAgainAt: null };
  const inconsistent: Judgement = { isLookConsistent: false, rest, lookAgainAt: null };
  const holds = equationHolds(look);
  const isBehind = async () =>
    isWalletBehind(look, memory, rest) || (await isBeforeLastCharge(context, runtime, look));
  if ((memory.hasEquationHeld || holds === true) && (await isBehind())) {
    context.log.warn('look.wallet_behind', { account: runtime.name, anchor: anchorOf(look).id });
    return { ...inconsistent, lookAgainAt: addMs(moneyNow(context), CAUGHT_UP_MS) };
  }
  if (holds === true) return consistent;
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
  const isTooEarly = isConfirmed && (await hasMoneyJustCome(context, runtime));
  if (isConfirmed && !isTooEarly) return consistent;
  if (earlier === null || ageMs >= AGREEING_LOOKS_MIN_MS) runtime.unconfirmedLook = look;
  const againMs = isTooEarly ? CAUGHT_UP_MS : LOOK_AGAIN_MS;
  return { ...inconsistent, lookAgainAt: addMs(moneyNow(context), againMs) };
}

/** Whether the wallet is from before purser's own last charge, as far as that is young enough for a cache. */
async function isBeforeLastCharge(
  context: KeeperContext,
  runtime: AccountRuntime,
  look: LedgerLook,
): Promise<boolean> {
  const [last] = await context.journal.intents({
    account: runtime.name,
    kinds: ['fund', 'fund_link'],
    states: ['settled'],
    limit: 1,
  });
  if (last?.state.kind !== 'settled' || moneyNow(context) - last.state.at >= RESTING_MS) return false;
  const { creditedThenMicroUsd = null } = last;
  return isBeforeCharge(look, { creditedThenMicroUsd, amountCents: last.state.amountCents });
}

async function hasMoneyJustCome(context: KeeperContext, { name }: AccountRuntime): Promise<boolean> {
  const at = await context.journal.lastMoneyAt(name);
  return at !== null && moneyNow(context) - at < RESTING_MS;
}
