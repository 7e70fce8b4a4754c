/**
 * What a decline code asks for (charging.md, "Declines"; codes from Stripe's published list of decline codes).
 * - `retry_later`: the same card may work later.
 * - `retry_twice`: issuers that say nothing; the same card, at most twice.
 * - `next_card`: another card now; this one needs a person.
 * - `never`: this card is never charged again.
 */
export type DeclineClass = 'retry_later' | 'retry_twice' | 'next_card' | 'never';

const RETRY_LATER = new Set([
  'insufficient_funds',
  'try_again_later',
  'processing_error',
  'reenter_transaction',
  'issuer_not_available',
  'card_velocity_exceeded',
]);
const RETRY_TWICE = new Set(['generic_decline', 'do_not_honor']);
const NEVER = new Set([
  'lost_card',
  'stolen_card',
  'pickup_card',
  'fraudulent',
  'merchant_blacklist',
  'do_not_try_again',
  'stop_payment_order',
  'testmode_decline',
]);

/** Class of a Stripe decline code; anything unknown asks for the next card. */
export function declineClass(code: string): DeclineClass {
  if (RETRY_LATER.has(code)) return 'retry_later';
  if (RETRY_TWICE.has(code)) return 'retry_twice';
  if (NEVER.has(code) || code.startsWith('revocation_')) return 'never';
  return 'next_card';
}
