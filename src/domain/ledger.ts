import { type Cents, type MicroUsd, microFromCents, microUsd } from './money.ts';
import type { LedgerCredit, LedgerLook } from './observation.ts';
import type { EpochMs } from './time.ts';

/** The newest successful card-funding credit: what the next key hangs on. `id` is `none` before the first. */
export type Anchor = { readonly id: string; readonly at: EpochMs | null };

/** Rounding that `total_credited - amount_used` may show against the balance. */
const EQUATION_SLACK_MICRO_USD = 10_000;

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

/** Whether an anchor stands below one that was seen before: its page is stale or partial (fence 2). */
export function isBelow(anchor: Anchor, highest: Anchor): boolean {
  if (highest.at === null) return false;
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

/** How much of a new credit `total_credited` may leave out (fees), before it is taken for an earlier instant. */
const FEE_SHARE_MAX = 0.2;

/** The totals as they belong to the highest anchor: `total_credited` without what the rows above that anchor brought. */
export type KnownTotals = {
  readonly highestAnchor: Anchor | null;
  readonly creditedMicroUsd: MicroUsd | null;
  readonly usedMicroUsd: MicroUsd | null;
};

/** Whether the same total has stood beside the same newest credit for a while, and `amount_used` gone on meanwhile. */
export type Rest = 'none' | 'idle' | 'in_use';

/**
 * Whether the wallet of a look is of an earlier instant than its rows, or than what was seen before: `total_credited` is
 * less than what is known and the rows from cards above the known anchor make it. Where it rests there it is believed (a
 * correction, a withdrawal, a row that came long after its money) if `amount_used` shows that it is no earlier wallet: it
 * goes on meanwhile or, where no row is new, has gone on since.
 */
export function isWalletBehind(look: LedgerLook, known: KnownTotals, rest: Rest): boolean {
  const { highestAnchor } = known;
  if (look.totals === null || known.creditedMicroUsd === null) return false;
  if (highestAnchor !== null && isBelow(anchorOf(look), highestAnchor)) return false; // the whole page is: fence 2
  const risen = look.totals.creditedMicroUsd - known.creditedMicroUsd;
  const news = sumAbove(cardCredits(look.credits), highestAnchor);
  if (risen >= news * (1 - FEE_SHARE_MAX) - EQUATION_SLACK_MICRO_USD) return false;
  const hasGoneOn = known.usedMicroUsd === null || look.totals.usedMicroUsd > known.usedMicroUsd;
  return !(rest === 'in_use' || (rest === 'idle' && news === 0 && hasGoneOn));
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
    known.creditedMicroUsd === null || rest !== 'none'
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
  if (look.totals === null || known.creditedMicroUsd === null) return false;
  const shown = known.creditedMicroUsd + sumAbove(look.credits, known.highestAnchor);
  const amount = microFromCents(amountCents) * (1 - FEE_SHARE_MAX);
  return look.totals.creditedMicroUsd - shown >= amount - EQUATION_SLACK_MICRO_USD;
}

/** What the successful credits above an anchor sum up to, in micro-dollars. */
function sumAbove(credits: readonly LedgerCredit[], anchor: Anchor | null): number {
  return credits
    .filter((credit) => credit.isSuccessful && isAbove(credit, anchor))
    .reduce((sum, { amountCents }) => sum + microFromCents(amountCents), 0);
}

function isAbove(credit: LedgerCredit, anchor: Anchor | null): boolean {
  if (anchor === null || anchor.at === null) return true;
  return credit.id !== anchor.id && isNewer(credit, { id: anchor.id, createdAt: anchor.at });
}

/** Whether two looks a few seconds apart tell the same story: same newest credit, no money that came from nowhere. */
export function looksAgree(first: LedgerLook, second: LedgerLook): boolean {
  return anchorOf(first).id === anchorOf(second).id && second.balanceMicroUsd <= first.balanceMicroUsd;
}
