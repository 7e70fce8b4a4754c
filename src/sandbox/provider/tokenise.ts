import { type EpochMs, formatInstant } from '../../domain/time.ts';
import { type Card, passesLuhn, testCard } from './cards.ts';
import { fingerprintOf } from './random.ts';
import { cardError, invalidRequest, type StripeAnswer, type StripeForm } from './stripe-answer.ts';

/** A card without an id yet: what is left of the number once it has been read. */
export type ReadCard = Omit<Card, 'id'>;

type Tokenised =
  | { readonly kind: 'card'; readonly card: ReadCard }
  | { readonly kind: 'refused'; readonly answer: StripeAnswer };

const YEARS_AHEAD_MAX = 50;

/**
 * Reads `<prefix>[number]`, `[exp_month]`, `[exp_year]`, `[cvc]` as Stripe does (docs.stripe.com/testing, "Invalid
 * data"): check digit, month, year, security code; a number that is no test card is refused, as in test mode.
 */
export function tokeniseCard(
  form: StripeForm,
  options: { readonly prefix: string; readonly now: EpochMs; readonly salt: string },
): Tokenised {
  const { prefix, now, salt } = options;
  const number = form[`${prefix}[number]`]?.replace(/[ -]/g, '');
  if (number === undefined || number === '') {
    return refused(
      invalidRequest(400, {
        message: `Missing required param: ${prefix}[number].`,
        code: 'parameter_missing',
        param: `${prefix}[number]`,
      }),
    );
  }
  if (!passesLuhn(number)) return wrong('incorrect_number', 'Your card number is incorrect.', 'number');

  const expMonth = wholeNumber(form[`${prefix}[exp_month]`]);
  const expYear = fullYear(wholeNumber(form[`${prefix}[exp_year]`]));
  const thisYear = Number(formatInstant(now).slice(0, 4));
  const thisMonth = Number(formatInstant(now).slice(5, 7));
  if (expMonth === null || expMonth < 1 || expMonth > 12) {
    return wrong('invalid_expiry_month', "Your card's expiration month is invalid.", 'exp_month');
  }
  if (expYear === null || expYear < thisYear || expYear > thisYear + YEARS_AHEAD_MAX) {
    return wrong('invalid_expiry_year', "Your card's expiration year is invalid.", 'exp_year');
  }
  if (expYear === thisYear && expMonth < thisMonth) {
    return wrong('invalid_expiry_month', "Your card's expiration month is invalid.", 'exp_month');
  }
  const cvc = form[`${prefix}[cvc]`];
  if (cvc !== undefined && !/^\d{3,4}$/.test(cvc)) {
    return wrong('invalid_cvc', "Your card's security code is invalid.", 'cvc');
  }
  const known = testCard(number);
  if (known === null) {
    const message = 'Your card was declined. Your request was in test mode, but used a non test (live) card.';
    return refused(cardError(402, { code: 'card_declined', declineCode: 'test_mode_live_card', message }));
  }
  const last4 = number.slice(-4);
  return {
    kind: 'card',
    card: { ...known, last4, expMonth, expYear, fingerprint: cardFingerprint(number, salt) },
  };
}

/** The same number gives the same fingerprint all over one world, as at Stripe. */
export function cardFingerprint(number: string, salt: string): string {
  return fingerprintOf(`${salt} card ${number}`).slice(0, 16);
}

function wrong(code: string, message: string, param: string): Tokenised {
  return refused(cardError(402, { code, message, param }));
}

function refused(answer: StripeAnswer): Tokenised {
  return { kind: 'refused', answer };
}

function wholeNumber(text: string | undefined): number | null {
  return text !== undefined && /^\d{1,4}$/.test(text) ? Number(text) : null;
}

/** "27" is 2027. */
function fullYear(year: number | null): number | null {
  return year !== null && year < 100 ? 2000 + year : year;
}
