import type { PaymentIntentId } from '../domain/ids.ts';
import { isNewer, RESTING_MS, STAMP_SLACK_MS } from '../domain/ledger.ts';
import type { LedgerCredit, LedgerLook } from '../domain/observation.ts';
import { addMs, type EpochMs, MINUTE_MS, SECOND_MS } from '../domain/time.ts';
import { evidenceOf, type Intent, isLinkKind } from './intent.ts';
import { CHARGE_LIMITS } from './next-move.ts';
import { KEY_CONFLICT } from './outcome.ts';

/**
 * What a ledger look says about an intent:
 * - `match`: this credit is this charge;
 * - `candidate`: a new credit that may be, so neither a replay nor "absent" is safe;
 * - `none`: nothing there.
 */
export type CreditMatch =
  | { readonly kind: 'match'; readonly credit: LedgerCredit }
  | {
      readonly kind: 'candidate';
      /** Money of the very amount came that would settle it, were it known whose it is. */
      readonly isOfAmount: boolean;
      /** Of the one successful row of the amount, where there is just one. */
      readonly payment: PaymentIntentId | null;
    }
  | { readonly kind: 'none' };

/**
 * Settlement on evidence: the PaymentIntent id decides where both sides name one. Otherwise a new, unclaimed credit of
 * exactly our amount, not stamped long before the arming, is ours (of several the first, where the later ones can only be
 * another purser's); a new credit of another amount is ours only where another body holds our key. With a rival
 * (another open intent of the account whose credit may come any moment) an amount says nothing, nor does it of rows that may
 * be those of `doubts`.
 */
export function matchCredit(
  intent: Intent,
  look: LedgerLook,
  claimed: ReadonlySet<string>,
  hasRival: boolean,
  doubts: readonly Intent[] = [],
): CreditMatch {
  if (evidenceOf(intent.kind) !== 'ledger') return { kind: 'none' };
  const named = look.credits.find(
    (credit) => intent.paymentIntent !== null && credit.paymentIntentId === intent.paymentIntent,
  );
  if (named !== undefined)
    return named.isSuccessful
      ? { kind: 'match', credit: named }
      : { kind: 'candidate', isOfAmount: false, payment: null };
  const anchor = look.credits.find((credit) => credit.id === intent.anchor);
  const fresh = look.credits.filter(
    // The anchor was the newest when the intent was armed: what stands below it was there before.
    (credit) =>
      couldBe(intent, credit, { claimed, lookedAt: look.at }) &&
      (anchor === undefined || isNewer(credit, anchor)),
  );
  if (fresh.length === 0) return { kind: 'none' };
  const sameAmount = fresh.filter((credit) => credit.amountCents === intent.amountCents);
  const timely = sameAmount.filter((credit) => !isLongBefore(intent, credit));
  // A page is paid long after it was made; of several payments of its amount the last is the one that was just heard of.
  const own = timely.filter((credit) => !doubts.some((doubt) => isRowOf(doubt, credit, look)));
  const among = isLinkKind(intent.kind)
    ? own.toSorted(newestFirst).slice(0, 1)
    : withoutLater(intent, timely, look);
  const [only] = among;
  if (among.length === 1 && only?.isSuccessful === true && canMatchByAmount(intent) && !hasRival) {
    return { kind: 'match', credit: only };
  }
  const [first] = fresh;
  const isTwins = intent.state.kind === 'in_doubt' && intent.state.why === KEY_CONFLICT;
  if (isTwins && fresh.length === 1 && first?.isSuccessful === true) return { kind: 'match', credit: first };
  const [one, ...others] = among.length > 0 ? among : sameAmount;
  const payment = one?.isSuccessful === true && others.length === 0 ? one.paymentIntentId : null;
  const isOfAmount = canMatchByAmount(intent) && among.some(({ isSuccessful }) => isSuccessful);
  return { kind: 'candidate', isOfAmount, payment };
}

/** Stamps are cut to the second, and clocks that are kept differ by less. */
const STAMP_CUT_MS = 2 * SECOND_MS;
/** No POST that is answered at all takes longer. */
const POST_MAX_MS = 30 * SECOND_MS;

/**
 * Without the charges of a second purser, that came while the ledger could not be read. It makes the same key of the same
 * anchor, so the row next behind the anchor is this key's, where it is stamped at the arming and not before (as somebody's
 * payment may be); what comes later than any replay of ours is under another key.
 */
function withoutLater(
  intent: Intent,
  rows: readonly LedgerCredit[],
  { credits }: LedgerLook,
): readonly LedgerCredit[] {
  const anchor = credits.find(({ id }) => id === intent.anchor);
  if (anchor === undefined || rows.length < 2) return rows;
  const next = credits
    .filter((credit) => isNewer(credit, anchor))
    .toSorted(newestFirst)
    .at(-1);
  const own = rows.find(({ id }) => id === next?.id);
  const behindMs = (own?.createdAt ?? 0) - intent.armedAt;
  if (own?.isStampExact !== true || behindMs < -STAMP_CUT_MS || behindMs > POST_MAX_MS) return rows;
  const replayedMs = intent.lastSendAt - intent.armedAt;
  return rows.filter((row) => row.isStampExact !== true || row.createdAt - own.createdAt <= replayedMs);
}

function newestFirst(one: LedgerCredit, other: LedgerCredit): number {
  return isNewer(one, other) ? -1 : 1;
}

/** A row is stamped while its charge is under way; the two clocks may differ by as much. */
const STAMP_NEAR_MS = MINUTE_MS;

/**
 * Whether a row of the right amount is hardly anybody else's: it names the payment, or is stamped when the charge was armed.
 * One that comes later may be what a person paid who was told that it is not known whether purser did.
 */
export function isSurelyOf(
  { paymentIntent, armedAt }: Pick<Intent, 'paymentIntent' | 'armedAt'>,
  credit: Pick<LedgerCredit, 'paymentIntentId' | 'createdAt'>,
): boolean {
  const isNamed = paymentIntent !== null && paymentIntent === credit.paymentIntentId;
  return isNamed || Math.abs(credit.createdAt - armedAt) <= STAMP_NEAR_MS;
}

/** No two clocks are further apart where anything is charged. */
const CLOCKS_APART_MS = 5 * MINUTE_MS;
/** No page lacks a row for longer. */
const UNSEEN_MAX_MS = RESTING_MS + CLOCKS_APART_MS;

/**
 * Whether a row is older than any that the look before the arming could lack. A purser whose journal was lost may find its
 * own earlier charge so, and one that armed on a stale page somebody's: an amount does not tell which.
 */
function isLongBefore({ armedAt }: Intent, credit: LedgerCredit): boolean {
  return credit.isStampExact === true && credit.createdAt < addMs(armedAt, -UNSEEN_MAX_MS);
}

/**
 * A row of any status: one that is still pending may become this charge. New is what the journal had not taken in when
 * the intent was armed.
 */
function couldBe(
  intent: Intent,
  credit: LedgerCredit,
  { claimed, lookedAt }: { readonly claimed: ReadonlySet<string>; readonly lookedAt: EpochMs },
): boolean {
  return (
    !claimed.has(credit.id) &&
    credit.id !== intent.anchor &&
    credit.createdAt >= addMs(intent.armedAt, -STAMP_SLACK_MS) &&
    isFundingRow(credit) &&
    (intent.paymentIntent === null ||
      credit.paymentIntentId === null ||
      isOfAnEarlierSend(intent, credit, lookedAt))
  );
}

/**
 * The payment that an answer named is that of its own POST. One before it, of which nothing is known, may have made
 * another, where the provider had forgotten the key in between; but not when none can be on its way any more.
 */
function isOfAnEarlierSend(
  { state, hasUnclearSend, amountCents, lastSendAt }: Intent,
  { amountCents: cents, isStampExact, createdAt }: LedgerCredit,
  lookedAt: EpochMs,
): boolean {
  const isAnswered = state.kind === 'declined' || state.kind === 'action';
  const isStamped = isStampExact === true && createdAt <= addMs(lookedAt, CLOCKS_APART_MS); // no clock of another zone
  const isLater = isStamped && createdAt > addMs(lastSendAt, CHARGE_LIMITS.quietMs);
  return isAnswered && hasUnclearSend && cents === amountCents && !isLater;
}

/** Where the provider names the use, only wallet funding is ours: its own recharge has another name. */
function isFundingRow(credit: LedgerCredit): boolean {
  return credit.usecase === '' || credit.usecase === 'wallet_funding';
}

/** Whether the next credit of this amount may be this intent's, for want of a payment to know it by. */
export function expectsAnyCredit(intent: Intent): boolean {
  return evidenceOf(intent.kind) === 'ledger' && intent.paymentIntent === null && canMatchByAmount(intent);
}

/**
 * Whether a row of its amount may as well be that of another open intent. For a page that is known to be paid only what is
 * known to be charged is one.
 */
export function isRivalOf(other: Intent, intent: Intent): boolean {
  if (other.id === intent.id || !expectsAnyCredit(other)) return false;
  return !isPaidPage(intent) || other.state.kind === 'charged';
}

/** Whether some rows may be those of a card of which it is not known whether it was charged, and no paid page's. */
export function isDoubtBeside(other: Intent, intent: Intent): boolean {
  const { state, hasUnclearSend, retryAt } = other;
  // Without a journalled answer, as a crash leaves it, it is one as well.
  const isUnclear =
    state.kind === 'in_doubt' || (state.kind === 'armed' && (hasUnclearSend || retryAt === null));
  return isPaidPage(intent) && isUnclear && expectsAnyCredit(other);
}

function isPaidPage({ kind, state }: Intent): boolean {
  return isLinkKind(kind) && state.kind === 'charged';
}

/** Whether a row is stamped between the first and the last POST of a charge, as far as stamps go, and is newer than its anchor. */
function isRowOf(doubt: Intent, credit: LedgerCredit, look: LedgerLook): boolean {
  const anchor = look.credits.find(({ id }) => id === doubt.anchor);
  if (anchor !== undefined && !isNewer(credit, anchor)) return false;
  return credit.isStampExact !== true || isSentAround(doubt, credit, CLOCKS_APART_MS + STAMP_NEAR_MS);
}

/** Whether a row is stamped between the first and the last POST of a charge. */
export function isSentAround(
  { armedAt, lastSendAt }: Intent,
  { createdAt }: LedgerCredit,
  slackMs = STAMP_NEAR_MS,
): boolean {
  return createdAt >= addMs(armedAt, -slackMs) && createdAt <= addMs(lastSendAt, slackMs);
}

/** A declined or waiting payment is known by its PaymentIntent; a sum that happens to be equal is not it. */
function canMatchByAmount(intent: Intent): boolean {
  if (isLinkKind(intent.kind)) return intent.state.kind === 'charged'; // whether it was paid is asked, never guessed
  return intent.state.kind === 'armed' || intent.state.kind === 'in_doubt' || intent.state.kind === 'charged';
}
