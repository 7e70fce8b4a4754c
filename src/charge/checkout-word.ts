import { RESTING_MS } from '../domain/ledger.ts';

/**
 * What `confirm-checkout` says of a page that was not paid: none of its words and codes is documented (API sheet #17, #27).
 */
export type PageAnswer = {
  /** Equal where the provider said the same again. */
  readonly text: string;
  /** The code of a refusal, or the words of an answer. */
  readonly code: string;
  readonly isRefusal: boolean;
  /** "Forbidden" and "too early" may be about the account. */
  readonly isVague: boolean;
};

/** Words, and codes of refusals, for a page on which nobody has paid, or can any more. */
const UNPAID =
  /^open$|unpaid|incomplete|expired|cancell?ed|payment_?failed|not_?(?:yet_?)?(?:paid|complete|confirmed|finished)|requires_payment_method/i;
/** A payment that takes days is on its way (Stripe, "Delayed notification payment methods"). */
const UNDER_WAY = /(?<!not_?)processing(?!_?error)|in_?progress|under_?way|^complete\/(?:unpaid|pending)$/i;
/** It may be what a page says that nobody has paid; behind other words it is a payment that takes days (API sheet #23). */
const PENDING = /pending/i;
/** "Payment required" and "conflict" of a page that is there, and waits for its payment. */
const AWAITED = /^40[29] \S*pending/i;
/** Nobody can pay any more, whatever else it says. */
const ENDED = /expired|cancell?ed|payment_?failed/i;
/** It was confirmed before, and the answer to that was lost. */
const DONE =
  /(?:^|checkout_|session_|payment_|subscription_)already_?(?:been_?)?(?:processed|confirmed|completed?|credited|fulfilled|paid|succeeded|used|active|subscribed)/i;
/** A code may name several causes. */
const SEVERAL = /_or_/i;
/** Of a vague refusal: it is about the page. */
const NAMES_PAGE = /checkout|session|paid/i;
/** And no login. */
const NAMES_PAYMENT = /checkout|paid/i;

/**
 * What an answer means that does not say "paid". `notYet` is what the page said when nobody could have paid; what differs from
 * that may come behind a "paid" that never arrived. So until the page has ended it is no "unpaid", and behind its end only
 * where it is clear, or has stood until the ledger would show the money (`forMs`). A page whose `notYet` was missed, or is
 * contested, has the one that has stood for so long.
 */
export function wordFor(
  { text, code, isRefusal, isVague }: PageAnswer,
  page: {
    readonly notYet: string | null;
    /** Said in its first minute, where that is no `notYet`: behind other words only what says that nobody has paid lasts. */
    readonly first: string | null;
    readonly isOver: boolean;
    readonly forMs: number;
  },
): 'paid' | 'unpaid' | 'under_way' | 'unclear' {
  const { notYet, first, isOver, forMs } = page;
  if (text === notYet) return 'unpaid';
  if (isVague && !isUnpaidPage(code)) return 'unclear';
  if (UNDER_WAY.test(code)) return 'under_way';
  const before = notYet ?? first;
  const isDebit = PENDING.test(code) && before !== null && !PENDING.test(before);
  if (isDebit && !ENDED.test(code)) return 'under_way';
  if (isOver && UNPAID.test(code) && !SEVERAL.test(code)) return 'unpaid';
  if (isRefusal && saysDone(code)) return 'paid';
  const isContested = first !== null && first !== text;
  const isClear = !PENDING.test(code) && (!isContested || (UNPAID.test(code) && !/^complete/i.test(code)));
  const isLasting = isOver || (notYet === null && isClear);
  return isLasting && forMs >= RESTING_MS ? 'unpaid' : 'unclear';
}

/** Whether an answer can be what a page says that was made a moment ago. */
export function mayBeNotYet({ code, isVague }: PageAnswer): boolean {
  return !saysDone(code) && !UNDER_WAY.test(code) && (!isVague || NAMES_PAGE.test(code));
}

/** Whether somebody may have begun to pay, where a page said so. */
export function mayBePaying(text: string): boolean {
  return UNDER_WAY.test(text) || PENDING.test(text);
}

/**
 * Whether a session that is not known everywhere yet may be answered so, whatever the status and "expired" too: that its payment
 * is waited for is said only of one that is known.
 */
export function mayBeUnknown({ text, code, isRefusal }: PageAnswer): boolean {
  const isKnown = isUnpaidPage(code) || AWAITED.test(text);
  return isRefusal && (!isKnown || ENDED.test(code) || SEVERAL.test(code));
}

function isUnpaidPage(code: string): boolean {
  return UNPAID.test(code) && NAMES_PAYMENT.test(code);
}

function saysDone(code: string): boolean {
  return DONE.test(code) && !UNPAID.test(code) && !SEVERAL.test(code);
}
