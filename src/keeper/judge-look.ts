import type { AccountMemory } from '../charge/journal.ts';
import type { CreditId } from '../domain/ids.ts';
import {
  anchorOf,
  cardCredits,
  EQUATION_SLACK_MICRO_USD,
  equationHolds,
  isAheadOfRows,
  isBefore,
  isBeforeCharge,
  isBelow,
  isWalletBehind,
  looksAgree,
  mayBeBefore,
  NO_REST,
  RESTING_MS,
  type Rest,
  sumAbove,
} from '../domain/ledger.ts';
import type { Cents, MicroUsd } from '../domain/money.ts';
import type { LedgerLook } from '../domain/observation.ts';
import { addMs, type EpochMs, MINUTE_MS, SECOND_MS } from '../domain/time.ts';
import type { AccountRuntime } from './account-runtime.ts';
import { AGREED, contradictionOf, isAskedBeside } from './balance-aside.ts';
import { type KeeperContext, moneyNow } from './context.ts';
import { noteDoubt } from './doubt.ts';
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
  /** What people have to be asked about: looks and `/wallet/balance` have contradicted each other for long. */
  readonly contradiction: string | null;
};

/**
 * Fence 1: where balance and totals of an account have ever agreed they must agree again, and be of no earlier instant
 * than the rows and purser's own last charge; where they never have, two looks a few seconds apart that tell the same
 * story stand in, half an hour after money last came: which of two balances is the older one, nothing tells there. What is
 * believed only because it has stood for so long has to be what the balance by itself says, too.
 */
export async function judgeLook(
  context: KeeperContext,
  runtime: AccountRuntime,
  memory: AccountMemory,
  look: LedgerLook,
  /** `/wallet/balance` by itself; `null` where it cannot be read. */
  askBalance: () => Promise<MicroUsd | null>,
): Promise<Judgement> {
  const last = await youngCharge(context, runtime);
  const caughtUpAt = addMs(moneyNow(context), CAUGHT_UP_MS);
  if (isOlderPage(context, runtime, { look, memory, last })) {
    context.log.warn('look.page_behind', { account: runtime.name, anchor: anchorOf(look).id });
    return { isLookConsistent: false, rest: NO_REST, lookAgainAt: caughtUpAt, contradiction: null };
  }
  const rest = await restOf(context, runtime, { look, memory });
  const told = { rest, lookAgainAt: null, contradiction: null };
  const consistent: Judgement = { ...told, isLookConsistent: true };
  const inconsistent: Judgement = { ...told, isLookConsistent: false };
  const holds = equationHolds(look);
  const isBehind = (stood: Rest) =>
    isWalletBehind(look, memory, stood) ||
    (last !== null && isBeforeCharge(look, last)) ||
    isBeforeTotals(context, runtime, { look, memory, last, rest: stood });
  const isCounted = memory.hasEquationHeld || holds === true;
  const isDoubted = isCounted && isBehind(rest);
  const isInQuestion = isBehind(NO_REST) || mayBeBeforeTotals(runtime, look);
  const aside =
    isCounted && !isDoubted && isInQuestion && isAskedBeside(context, memory)
      ? await contradictionOf(context, runtime, {
          look,
          lackedMicroUsd: lackedBy(look, memory, runtime),
          askBalance,
        })
      : AGREED;
  if (!isInQuestion && holds === true) runtime.contradicted = null;
  // What is believed because it has stood for so long is in doubt until the journal has taken it in; a torn look ends none.
  const isStill = isCounted && (holds !== true || isBehind(NO_REST));
  if (isCounted) await noteDoubt(context, runtime, { look, memory, isBehind: isStill });
  if (isDoubted || aside.isOpen) {
    context.log.warn('look.wallet_behind', { account: runtime.name, anchor: anchorOf(look).id });
    return { ...inconsistent, lookAgainAt: caughtUpAt, contradiction: aside.sentence };
  }
  if (holds === true) {
    const isAhead = isAheadOfRows(look, memory);
    if (look.totals !== null)
      runtime.newestTotals = { totals: look.totals, isAhead, atMs: context.clock.monotonicMs() };
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
  const isTooEarly = isConfirmed && (await hasMoneyJustCome(context, runtime));
  if (isConfirmed && !isTooEarly) return consistent;
  if (earlier === null || ageMs >= AGREEING_LOOKS_MIN_MS) runtime.unconfirmedLook = look;
  const againMs = isTooEarly ? CAUGHT_UP_MS : LOOK_AGAIN_MS;
  return { ...inconsistent, lookAgainAt: addMs(moneyNow(context), againMs) };
}

/** How much less has come by a look than by what was seen before, or by its rows. */
function lackedBy({ totals, credits }: LedgerLook, memory: AccountMemory, runtime: AccountRuntime): number {
  if (totals === null) return 0;
  const news = sumAbove(cardCredits(credits), memory.highestAnchor);
  const known = (memory.creditedMicroUsd ?? 0) + news;
  return Math.max(known, runtime.newestTotals?.totals.creditedMicroUsd ?? 0) - totals.creditedMicroUsd;
}

/** Less has come than was seen, and no more was used, however long ago that was. */
function mayBeBeforeTotals({ newestTotals }: AccountRuntime, { totals }: LedgerLook): boolean {
  if (totals === null || newestTotals === null || newestTotals.isLetGo === true) return false;
  const seen = newestTotals.totals;
  const hasLess = seen.creditedMicroUsd - totals.creditedMicroUsd > EQUATION_SLACK_MICRO_USD;
  return hasLess && mayBeBefore(totals, seen);
}

/**
 * A page that no journal took in, while a disk or the provider was ill, is remembered here alone; but not for so long as
 * looks that cannot be trusted are borne with: then a row that is gone would freeze.
 */
const UNKEPT_MAX_MS = 75 * MINUTE_MS;

type YoungCharge = {
  readonly credit: CreditId | null;
  readonly creditedThenMicroUsd: MicroUsd | null;
  readonly amountCents: Cents;
};

/** purser's own last charge, as long as a cache may be from before it. */
async function youngCharge(context: KeeperContext, { name }: AccountRuntime): Promise<YoungCharge | null> {
  const last = await context.journal.lastSettledFund(name);
  if (last?.state.kind !== 'settled' || moneyNow(context) - last.state.at >= RESTING_MS) return null;
  const { creditedThenMicroUsd = null } = last;
  const { credit, amountCents } = last.state;
  return { credit, creditedThenMicroUsd, amountCents };
}

/**
 * Whether a page is of an earlier instant than one that was seen, where a crash or a full disk kept the journal from its
 * anchor: it lacks the row that settled the last charge, or is below a page of this process. One that shows that page's
 * anchor, and that it was taken back, or is from no card after all, is newer than it.
 */
function isOlderPage(
  context: KeeperContext,
  runtime: AccountRuntime,
  seen: { readonly look: LedgerLook; readonly memory: AccountMemory; readonly last: YoungCharge | null },
): boolean {
  const { look, memory, last } = seen;
  const anchor = anchorOf(look);
  if (memory.highestAnchor !== null && isBelow(anchor, memory.highestAnchor)) return false; // fence 2 says so
  const nowMs = context.clock.monotonicMs();
  const { highestPage } = runtime;
  const isBelowOwn =
    highestPage !== null &&
    nowMs - highestPage.atMs < (highestPage.isKept ? RESTING_MS : UNKEPT_MAX_MS) &&
    isBelow(anchor, highestPage.anchor) &&
    !look.credits.some((one) => one.id === highestPage.anchor.id && (one.isSuccessful || one.isReversed));
  const lacksRow =
    last !== null && last.credit !== null && look.credits.every(({ id }) => id !== last.credit);
  if (isBelowOwn || lacksRow) return true;
  runtime.highestPage = { anchor, atMs: nowMs, isKept: anchor.id === memory.highestAnchor?.id };
  return false;
}

/** The journal has the anchor of a look. */
export function noteKept(runtime: AccountRuntime, look: LedgerLook): void {
  const { highestPage } = runtime;
  if (highestPage?.anchor.id === anchorOf(look).id) runtime.highestPage = { ...highestPage, isKept: true };
}

/**
 * A wallet from before a charge may have what its rows explain: of another's money, whose row is late. And one from before
 * that money came has all that they explain. Where rows showed what is there no more it was taken back.
 */
function isBeforeTotals(
  { clock }: KeeperContext,
  { newestTotals }: AccountRuntime,
  seen: {
    readonly look: LedgerLook;
    readonly memory: AccountMemory;
    readonly last: YoungCharge | null;
    readonly rest: Rest;
  },
): boolean {
  const { totals } = seen.look;
  if (totals === null || newestTotals === null) return false;
  const isJournalAYardstick = seen.memory.creditedMicroUsd !== null; // it is none behind a resume by hand
  const isOverruled = newestTotals.isLetGo === true || (seen.last === null && !newestTotals.isAhead);
  if (isJournalAYardstick && isOverruled) return false;
  const isYoung = clock.monotonicMs() - newestTotals.atMs < RESTING_MS;
  return isYoung
    ? mayBeBefore(totals, newestTotals.totals)
    : isBefore(totals, newestTotals.totals, { rest: seen.rest, isIdleToo: !isJournalAYardstick });
}

async function hasMoneyJustCome(context: KeeperContext, { name }: AccountRuntime): Promise<boolean> {
  const at = await context.journal.lastMoneyAt(name);
  return at !== null && moneyNow(context) - at < RESTING_MS;
}
