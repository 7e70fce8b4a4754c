import { RESTING_MS } from '../domain/ledger.ts';

/**
 * What `confirm-checkout` says of a page that was not paid, in the provider's own words: a refusal's status and code, or the
 * words of an answer. None of them is documented (API sheet #17, #27).
 */
export type PageAnswer = {
  readonly text: string;
  /** `null` for a refusal. */
  readonly words: readonly string[] | null;
  /** "Forbidden" and "too early" may be about the account. */
  readonly isVague: boolean;
};

/** Of an answer: nobody has paid. */
const UNPAID_WORDS = new Set([
  'open',
  'unpaid',
  'not_paid',
  'incomplete',
  'incomplete_expired',
  'expired',
  'canceled',
  'cancelled',
  'failed',
  'requires_payment_method',
]);

/** Of a refusal: a payment that may take days is on its way (Stripe, "Delayed notification payment methods"). */
const UNDER_WAY = /processing|pending|in_?progress|under_?way/i;
/** Of a refusal: nobody has paid, or can any more. */
const UNPAID = /unpaid|incomplete|expired|cancell?ed|not_?(?:yet_?)?(?:paid|complete|confirmed|finished)/i;
/** Of a refusal: it was confirmed before, and the answer to that was lost. */
const DONE =
  /already_?(?:been_?)?(?:processed|confirmed|completed?|credited|fulfilled|paid|succeeded|used|active|subscribed)/i;

/** Of a vague refusal: it is about the page. */
const NAMES_PAGE = /checkout|session|paid/i;

/**
 * What an answer means that does not say "paid". `notYet` is what the page said when nobody could have paid; what differs from
 * that may come behind a "paid" that never arrived, so it is believed only where it is clear, or has stood until the ledger
 * would show the money.
 */
export function wordFor(
  { text, words, isVague }: PageAnswer,
  page: { readonly notYet: string | null; readonly forMs: number },
): 'paid' | 'unpaid' | 'under_way' | 'unclear' {
  if (text === page.notYet) return 'unpaid';
  if (words !== null) return words.every((word) => UNPAID_WORDS.has(word)) ? 'unpaid' : 'under_way';
  if (isVague) return 'unclear';
  if (UNDER_WAY.test(text)) return 'under_way';
  if (UNPAID.test(text)) return 'unpaid';
  if (DONE.test(text)) return 'paid';
  return page.notYet === null || page.forMs >= RESTING_MS ? 'unpaid' : 'unclear';
}

/** Whether an answer can be what a page says that was made a moment ago. */
export function mayBeNotYet({ text, isVague }: PageAnswer): boolean {
  return !DONE.test(text) && (!isVague || NAMES_PAGE.test(text));
}
