import { type Cents, type MicroUsd, microFromCents, microUsd } from './money.ts';
import type { LedgerCredit, LedgerLook, Totals } from './observation.ts';
import { type EpochMs, HOUR_MS, MINUTE_MS } from './time.ts';

/** The newest successful card-funding credit: what the next key hangs on. `id` is `none` before the first. */
export type Anchor = { readonly id: string; readonly at: EpochMs | null };

/** How far the stamp of a row may be from its instant: some name a day only, or stand in another zone. */
export const STAMP_SLACK_MS = 36 * HOUR_MS;

/** Rounding that `total_credited - amount_used` may show against the balance. */
export const EQUATION_SLACK_MICRO_USD = 10_000;

/** Credits that came from a card. Where none of the successful ones is recognised, all of them count. */
export function cardCredits(credits: readonly LedgerCredit[]): readonly LedgerCredit[] {
  const successful = credits.filter((credit) => credit.isSuccessful);
  const recognised = successful.filter(isCardCredit);
  return recognised.length > 0 ? recognised : successful;
}

function isCardCredit(credit: LedgerCredit): boolean {
  return credit.source === 'stripe' || credit.usecase === 'wallet_funding' || credit.paymentIntentId !== null;
}

/** The provider's own recharge (API sheet #18); how its rows are named is not documented: `auto_recharge` in the sandbox. */
export function isNativeRecharge({ usecase, source }: LedgerCredit): boolean {
  return /auto/i.test(`${usecase} ${source}`);
}

export function anchorOf(look: LedgerLook): Anchor {
  const newest = cardCredits(look.credits).reduce<LedgerCredit | null>(
    (best, credit) => (best === null || isNewer(credit, best) ? credit : best),
    null,
  );
  return newest === null ? { id: 'none', at: null } : { id: newest.id, at: newest.createdAt };
}

/** By time, then by id, so that two replicas agree on the newest of two rows of one second. */
export function isNewer(
  one: { readonly id: string; readonly createdAt: EpochMs },
  other: { readonly id: string; readonly createdAt: EpochMs },
): boolean {
  if (one.createdAt !== other.createdAt) return one.createdAt > other.createdAt;
  return compareIds(one.id, other.id) > 0;
}

/** Whether an anchor stands below one that was seen before, whose own stamp may change: its page is stale or partial (fence 2). */
export function isBelow(anchor: Anchor, highest: Anchor): boolean {
  if (highest.at === null || anchor.id === highest.id) return false;
  if (anchor.at === null) return true;
  return isNewer({ id: highest.id, createdAt: highest.at }, { id: anchor.id, createdAt: anchor.at });
}

function compareIds(one: string, other: string): number {
  const bothNumbers = /^\d{1,15}$/.test(one) && /^\d{1,15}$/.test(other);
  if (bothNumbers) return Number(one) - Number(other);
  return one < other ? -1 : one > other ? 1 : 0;
}

/** Whether `balance = total_credited - amount_used` holds in a look; `null` where the provider sent no totals. */
export function equationHolds(look: LedgerLook): boolean | null {
  if (look.totals === null) return null;
  const expected: MicroUsd = microUsd(look.totals.creditedMicroUsd - look.totals.usedMicroUsd);
  return Math.abs(expected - look.balanceMicroUsd) <= EQUATION_SLACK_MICRO_USD;
}

/** Whether it holds where it says something: in an empty wallet to which no money ever came it holds however a provider counts. */
export function provesEquation(look: LedgerLook): boolean {
  const { creditedMicroUsd = 0, usedMicroUsd = 0 } = look.totals ?? {};
  return equationHolds(look) === true && (creditedMicroUsd !== 0 || usedMicroUsd !== 0);
}

/** How much of a new credit `total_credited` may leave out (fees), before it is taken for an earlier instant. */
const FEE_SHARE_MAX = 0.2;

/** The totals as they belong to the highest anchor: `total_credited` without what the rows above that anchor brought. */
export type KnownTotals = {
  readonly highestAnchor: Anchor | null;
  readonly creditedMicroUsd: MicroUsd | null;
  readonly usedMicroUsd: MicroUsd | null;
};

/**
 * How long the same total has stood beside the same newest credit, and whether `amount_used` has gone on meanwhile.
 * `seenForMs` is for how long all looks have shown a wallet that is behind, whatever total: of the time between two looks
 * far apart little counts, for all may have been well.
 */
export type Rest = { readonly forMs: number; readonly seenForMs: number; readonly isInUse: boolean };

export const NO_REST: Rest = { forMs: 0, seenForMs: 0, isInUse: false };

/** No cache is stale, and no row late, for so long. */
export const RESTING_MS = 30 * MINUTE_MS;
/** What has stood so long is believed of a wallet that nobody uses, where no row is new. */
const LONG_REST_MS = 90 * MINUTE_MS;
/** For so much of that looks have to have shown it. */
const LONG_SEEN_MS = 60 * MINUTE_MS;

/**
 * Whether the wallet of a look is of an earlier instant than its rows, or than what was seen before: `total_credited` is
 * less than what is known and the rows from cards above the known anchor make it. Where it rests there it is believed (a
 * correction, a withdrawal, a row that came long after its money) if `amount_used` shows that it is no earlier wallet: it
 * goes on meanwhile or, where no row is new, has gone on since; or if, without new rows, it rests for very long.
 */
export function isWalletBehind(look: LedgerLook, known: KnownTotals, rest: Rest): boolean {
  const { highestAnchor } = known;
  if (look.totals === null || known.creditedMicroUsd === null) return false;
  if (highestAnchor !== null && isBelow(anchorOf(look), highestAnchor)) return false; // the whole page is: fence 2
  const risen = look.totals.creditedMicroUsd - known.creditedMicroUsd;
  const rows = amountsAbove(cardCredits(look.credits), highestAnchor);
  const news = sum(rows);
  const feesMax = Math.min(news * FEE_SHARE_MAX, Math.min(...rows) / 2); // a wallet that lacks a whole row is no fee
  if (risen >= news - feesMax - EQUATION_SLACK_MICRO_USD) return false;
  if (rest.forMs < RESTING_MS || rest.seenForMs < RESTING_MS) return true;
  const hasGoneOn = known.usedMicroUsd === null || look.totals.usedMicroUsd > known.usedMicroUsd;
  const hasStood = rest.forMs >= LONG_REST_MS && rest.seenForMs >= LONG_SEEN_MS;
  return !rest.isInUse && (news > 0 || (!hasGoneOn && !hasStood));
}

/** Whether a wallet is of an instant before a charge that is in its ledger: its total has not risen since by as much, less a fee. */
export function isBeforeCharge(
  look: LedgerLook,
  charge: { readonly creditedThenMicroUsd: MicroUsd | null; readonly amountCents: Cents },
): boolean {
  if (look.totals === null || charge.creditedThenMicroUsd === null) return false;
  const risen = look.totals.creditedMicroUsd - charge.creditedThenMicroUsd;
  return risen < microFromCents(charge.amountCents) * (1 - FEE_SHARE_MAX) - EQUATION_SLACK_MICRO_USD;
}

/**
 * The totals that belong to an anchor, after a consistent look. Totals may run ahead of rows, so more than the rows
 * explain is taken in only once it rests.
 */
export function totalsAt(
  look: LedgerLook,
  anchor: Anchor,
  known: KnownTotals,
  rest: Rest,
): Pick<KnownTotals, 'creditedMicroUsd' | 'usedMicroUsd'> {
  if (look.totals === null || isBelow(anchorOf(look), anchor)) return known;
  const { creditedMicroUsd: credited, usedMicroUsd } = look.totals;
  const explained =
    known.creditedMicroUsd === null || rest.forMs >= RESTING_MS
      ? credited
      : known.creditedMicroUsd + sumAbove(look.credits, known.highestAnchor);
  // A row above the anchor is seen at every look until the next: it explains its money each time, and is not counted in.
  const creditedMicroUsd = microUsd(Math.min(credited, explained) - sumAbove(look.credits, anchor));
  return creditedMicroUsd === known.creditedMicroUsd ? known : { creditedMicroUsd, usedMicroUsd };
}

/**
 * Whether `total_credited` has risen by so much, less a fee, without a row that shows it: money came, and its row is late.
 */
export function hasUnshownMoney(look: LedgerLook, known: KnownTotals, amountCents: Cents): boolean {
  const amount = microFromCents(amountCents) * (1 - FEE_SHARE_MAX);
  return unshownMicroUsd(look, known) >= amount - EQUATION_SLACK_MICRO_USD;
}

/** Whether `total_credited` is more than the rows make it. */
export function isAheadOfRows(look: LedgerLook, known: KnownTotals): boolean {
  return unshownMicroUsd(look, known) > EQUATION_SLACK_MICRO_USD;
}

/** What `total_credited` has risen by without a row that shows it. */
function unshownMicroUsd({ totals, credits }: LedgerLook, known: KnownTotals): number {
  if (totals === null || known.creditedMicroUsd === null) return Number.NEGATIVE_INFINITY;
  return totals.creditedMicroUsd - known.creditedMicroUsd - sumAbove(credits, known.highestAnchor);
}

/** Whether totals may be of an earlier instant than others that were seen: less had come, and no more was used. */
export function mayBeBefore(totals: Totals, seen: Totals): boolean {
  return totals.creditedMicroUsd < seen.creditedMicroUsd && totals.usedMicroUsd <= seen.usedMicroUsd;
}

/**
 * Whether they are, however long ago those were seen, for what was used is never less later: unless looks show them for very
 * long. With `isIdleToo` also where nothing was used between the two, which a correction looks like as well.
 */
export function isBefore(
  totals: Totals,
  seen: Totals,
  { rest, isIdleToo }: { readonly rest: Rest; readonly isIdleToo: boolean },
): boolean {
  const lackedMicroUsd = seen.creditedMicroUsd - totals.creditedMicroUsd;
  const isUsedLess =
    totals.usedMicroUsd < seen.usedMicroUsd || (isIdleToo && totals.usedMicroUsd === seen.usedMicroUsd);
  const isLess = lackedMicroUsd > EQUATION_SLACK_MICRO_USD && isUsedLess;
  return isLess && rest.seenForMs < (rest.isInUse ? RESTING_MS : LONG_SEEN_MS);
}

/** What the successful credits above an anchor sum up to, in micro-dollars. */
export function sumAbove(credits: readonly LedgerCredit[], anchor: Anchor | null): number {
  return sum(amountsAbove(credits, anchor));
}

function amountsAbove(credits: readonly LedgerCredit[], anchor: Anchor | null): readonly number[] {
  return credits
    .filter((credit) => credit.isSuccessful && isAbove(credit, anchor))
    .map(({ amountCents }) => microFromCents(amountCents));
}

function sum(amounts: readonly number[]): number {
  return amounts.reduce((total, amount) => total + amount, 0);
}

function isAbove(credit: LedgerCredit, anchor: Anchor | null): boolean {
  if (anchor === null || anchor.at === null) return true;
  return credit.id !== anchor.id && isNewer(credit, { id: anchor.id, createdAt: anchor.at });
}

/** Whether two looks a few seconds apart tell the same story: same newest credit, no money that came from nowhere. */
export function looksAgree(first: LedgerLook, second: LedgerLook): boolean {
  return anchorOf(first).id === anchorOf(second).id && second.balanceMicroUsd <= first.balanceMicroUsd;
}
