import type { EpochMs } from '../../domain/time.ts';
import { formatInstant } from '../../domain/time.ts';

/**
 * A card as the processor keeps it. The number is never kept: brand, last four, expiry, a fingerprint and what the card
 * does when it is charged: `succeed`, `requires_action` (3-D Secure) or a decline code.
 */
export type Card = {
  readonly id: string;
  readonly brand: string;
  readonly last4: string;
  readonly expMonth: number;
  readonly expYear: number;
  readonly fingerprint: string;
  behaviour: string;
  /** False for the published decline numbers: Stripe refuses to attach those to a customer. */
  readonly isAttachable: boolean;
  /** The published number that asks for 3-D Secure until it was set up for later use. */
  readonly trustsSetup: boolean;
};

export type TestCard = {
  readonly brand: string;
  readonly behaviour: string;
  readonly isAttachable: boolean;
  readonly trustsSetup: boolean;
};

const works = (brand: string): TestCard => card(brand, 'succeed', true);
const declines = (behaviour: string): TestCard => card('visa', behaviour, false);
const asks3ds = (trustsSetup = false): TestCard => ({
  ...card('visa', 'requires_action', true),
  trustsSetup,
});

function card(brand: string, behaviour: string, isAttachable: boolean): TestCard {
  return { brand, behaviour, isAttachable, trustsSetup: false };
}

/** Stripe's published test numbers (docs.stripe.com/testing: "Cards by brand", "Declined payments", "3D Secure"). */
const TEST_CARDS: Readonly<Record<string, TestCard>> = {
  '4242424242424242': works('visa'),
  '4000056655665556': works('visa'),
  '5555555555554444': works('mastercard'),
  '2223003122003222': works('mastercard'),
  '5200828282828210': works('mastercard'),
  '5105105105105100': works('mastercard'),
  '378282246310005': works('amex'),
  '371449635398431': works('amex'),
  '6011111111111117': works('discover'),
  '3056930009020004': works('diners'),
  '3566002020360505': works('jcb'),
  '6200000000000005': works('unionpay'),
  '4000000000000002': declines('generic_decline'),
  '4000000000009995': declines('insufficient_funds'),
  '4000000000009987': declines('lost_card'),
  '4000000000009979': declines('stolen_card'),
  '4000000000000069': declines('expired_card'),
  '4000000000000127': declines('incorrect_cvc'),
  '4000000000000119': declines('processing_error'),
  '4000000000006975': declines('card_velocity_exceeded'),
  '4100000000000019': declines('fraudulent'),
  /** "Decline after attaching": attaches, then every charge fails. */
  '4000000000000341': card('visa', 'generic_decline', true),
  '4000002500003155': asks3ds(true),
  '4000002760003184': asks3ds(),
  '4000000000003220': asks3ds(),
};

/** The published test card of that number; `null` for any other number. */
export function testCard(number: string): TestCard | null {
  return Object.hasOwn(TEST_CARDS, number) ? (TEST_CARDS[number] ?? null) : null;
}

/** The check digit that every card number carries. */
export function passesLuhn(number: string): boolean {
  if (!/^\d{12,19}$/.test(number)) return false;
  let sum = 0;
  for (let place = 0; place < number.length; place += 1) {
    const digit = Number(number[number.length - 1 - place]);
    const doubled = place % 2 === 1 ? digit * 2 : digit;
    sum += doubled > 9 ? doubled - 9 : doubled;
  }
  return sum % 10 === 0;
}

/** True once the month that is printed on the card is over. */
export function isExpired(
  card: { readonly expMonth: number; readonly expYear: number },
  now: EpochMs,
): boolean {
  const printed = `${String(card.expYear).padStart(4, '0')}-${String(card.expMonth).padStart(2, '0')}`;
  return printed < formatInstant(now).slice(0, 7);
}

const MESSAGES: Readonly<Record<string, string>> = {
  insufficient_funds: 'Your card has insufficient funds.',
  expired_card: 'Your card has expired.',
  incorrect_cvc: "Your card's security code is incorrect.",
  processing_error: 'An error occurred while processing your card. Try again in a little bit.',
  authentication_required: 'Your card was declined. This transaction requires authentication.',
};

export function declineMessage(code: string): string {
  return MESSAGES[code] ?? 'Your card was declined.';
}
