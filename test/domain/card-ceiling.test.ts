import { expect, test } from 'vitest';
import { declineClass } from '../../src/contract/declines.ts';
import { cardVerdict } from '../../src/domain/card-ceiling.ts';
import type { CardRecord } from '../../src/domain/history.ts';
import { addMs, DAY_MS, HOUR_MS } from '../../src/domain/time.ts';
import { ago, NOW } from './a-ledger.ts';

/** A card with declines so many hours ago. */
function card(
  declines: readonly (readonly [hoursAgo: number, code: string, isForgiven?: 'forgiven'])[],
  changes: { undecided?: number; successHoursAgo?: number } = {},
): CardRecord {
  const { undecided = 0, successHoursAgo } = changes;
  return {
    declines: declines.map(([hours, code, forgiven]) => ({
      at: ago(hours * HOUR_MS),
      code,
      isForgiven: forgiven === 'forgiven',
    })),
    undecided,
    challenged: 0,
    lastSuccessAt: successHoursAgo === undefined ? null : ago(successHoursAgo * HOUR_MS),
  };
}
const SOFT = 'insufficient_funds';

test.each<[string, CardRecord, number]>([
  ['6 h after the first decline', card([[0, SOFT]]), 6],
  ['24 h after the second in a row', card([[30, SOFT], [0, SOFT]]), 24],
  ['72 h after the third', card([[100, SOFT], [60, SOFT], [0, SOFT]]), 72],
  ['168 h after the fourth', card([[300, SOFT], [200, SOFT], [100, SOFT], [0, SOFT]]), 168],
  ['6 h after a silent decline', card([[0, 'do_not_honor']]), 6],
  ['6 h again after a success in between', card([[300, SOFT], [200, SOFT], [0, SOFT]], { successHoursAgo: 100 }), 6],
  ['until an hour more than a day after the first of two, though a success was in between', card([[20, SOFT], [10, SOFT]], { successHoursAgo: 5 }), 5],
  ['until the first of five is 31 days old', card([[700, SOFT], [600, SOFT], [500, SOFT], [400, SOFT], [300, SOFT]], { successHoursAgo: 1 }), 44],
])('a declined card rests %s', (_sentence, record, hours) => {
  const until = addMs(NOW, hours * HOUR_MS);
  expect(cardVerdict(record, NOW)).toMatchObject({ kind: 'wait', until });
  expect(cardVerdict(record, addMs(until, -1)).kind).toBe('wait');
  expect(cardVerdict(record, until).kind).toBe('free');
}); // biome-ignore format: a table

test('a rest says why and how long', () => {
  expect(cardVerdict(card([[2, SOFT]]), NOW)).toEqual({
    kind: 'wait',
    until: addMs(NOW, 4 * HOUR_MS),
    why: 'declined (insufficient_funds), rests for 4h',
  });
});

test.each<[string, CardRecord, string]>([
  ['a code that asks for the next card', card([[900, 'expired_card']]), 'declined and needs a person (expired_card)'],
  ['a code that nobody knows', card([[1, 'brand_new_code']]), 'declined and needs a person (brand_new_code)'],
  ['the same, although another attempt came back softer a second later', card([[1, 'expired_card'], [0.9, SOFT]]), 'declined and needs a person (expired_card)'],
  ['two declines without a reason', card([[600, 'generic_decline'], [300, 'do_not_honor']]), 'declined 2 times without a reason (do_not_honor)'],
  ['two declines without a reason, others in between', card([[600, 'do_not_honor'], [400, SOFT], [200, 'do_not_honor'], [100, SOFT]]), 'declined 2 times without a reason (do_not_honor)'],
  ['a code that forbids it for ever', card([[9_000, 'stolen_card']]), 'declined for good (stolen_card)'],
  ['the same, whatever it did later', card([[9_000, 'revocation_of_authorization']], { successHoursAgo: 1 }), 'declined for good (revocation_of_authorization)'],
  ['the same, whatever a person says', card([[9_000, 'lost_card', 'forgiven']]), 'declined for good (lost_card)'],
])('a card is not tried again after %s', (_sentence, record, why) => {
  expect(cardVerdict(record, NOW)).toEqual({ kind: 'dead', why });
}); // biome-ignore format: a table

test.each<[string, CardRecord]>([
  ['it was never declined', card([])],
  ['a success came after its decline', card([[1, SOFT]], { successHoursAgo: 0.5 })],
  ['a success came after an expiry: somebody mended it', card([[1, 'expired_card']], { successHoursAgo: 0.5 })],
  ['a success came between two silent declines and time went by', card([[600, 'do_not_honor'], [300, 'do_not_honor']], { successHoursAgo: 400 })],
  ['a person mended it', card([[1, 'expired_card', 'forgiven']])],
  ['a person mended it after two silent declines', card([[600, 'do_not_honor', 'forgiven'], [300, 'do_not_honor', 'forgiven']])],
  ['one attempt is on its way', card([], { undecided: 1 })],
])('a card may be tried: %s', (_sentence, record) => {
  expect(cardVerdict(record, NOW)).toEqual({ kind: 'free' });
}); // biome-ignore format: a table

test.each<[string, CardRecord]>([
  ['two are on their way already', card([], { undecided: 2 })],
  ['one was declined today and one is on its way', card([[7, SOFT]], { undecided: 1 })],
  ['four were declined this month and one is on its way', card([[700, SOFT], [600, SOFT], [500, SOFT], [400, SOFT]], { undecided: 1 })],
])('a card waits for answers: %s', (_sentence, record) => {
  expect(cardVerdict(record, NOW)).toEqual({ kind: 'busy' });
}); // biome-ignore format: a table

test('what a person mended still counts for the networks', () => {
  const record = card([[10, SOFT, 'forgiven'], [9, 'expired_card', 'forgiven']]); // biome-ignore format: one card
  expect(cardVerdict(record, NOW)).toMatchObject({
    kind: 'wait',
    until: addMs(NOW, DAY_MS + HOUR_MS - 10 * HOUR_MS),
  });
});

test.each([
  ['retry_later', ['insufficient_funds', 'try_again_later', 'processing_error', 'reenter_transaction', 'issuer_not_available', 'card_velocity_exceeded']],
  ['retry_twice', ['generic_decline', 'do_not_honor']],
  ['next_card', ['expired_card', 'incorrect_cvc', 'incorrect_number', 'invalid_account', 'authentication_required', 'call_issuer', 'card_not_supported', 'transaction_not_allowed', 'restricted_card', 'unknown', 'payment_declined', '']],
  ['never', ['lost_card', 'stolen_card', 'pickup_card', 'fraudulent', 'merchant_blacklist', 'do_not_try_again', 'revocation_of_authorization', 'revocation_of_all_authorizations', 'stop_payment_order', 'testmode_decline']],
])('%s is asked for by %j', (expected, codes) => {
  for (const code of codes) expect(`${code}: ${declineClass(code)}`).toBe(`${code}: ${expected}`);
}); // biome-ignore format: a table
