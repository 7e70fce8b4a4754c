import { expect, test } from 'vitest';
import { readOutcome } from '../../src/charge/outcome.ts';
import { answered, failure, outcomeOf, success } from './an-answer.ts';

const PAID = { balance: 75.5, currency: 'USD', amount: 25.5, status: 'succeeded', payment_intent_id: 'pi_1' };

test.each<[string, object]>([
  ['a whole answer in the envelope', success(PAID)],
  ['a bare answer', PAID],
  ['without a payment: the new balance is evidence', success({ balance: 75.5 })],
  ['the balance as text', success({ balance: '75.50' })],
  ['the balance under another name', success({ new_balance: 75.5 })],
  ['the balance in a wallet', success({ wallet: { balance: 75.5 } })],
])('a 2xx charged: %s', (_sentence, body) => {
  expect(outcomeOf(200, body)).toMatchObject({
    kind: 'charged',
    balanceMicroUsd: 75_500_000,
    isReplay: false,
  });
  expect(outcomeOf(201, body).kind).toBe('charged');
});

test('a 2xx with a payment and no balance charged', () => {
  expect(outcomeOf(200, success({ payment_intent_id: 'pi_1' }))).toEqual({
    kind: 'charged',
    paymentIntent: 'pi_1',
    balanceMicroUsd: null,
    isReplay: false,
  });
});

test.each<[string, unknown, string]>([
  ['an empty body', undefined, 'unparsable_body'],
  ['a page of HTML', '<html>', 'unparsable_body'],
  ['a list', [], 'unparsable_body'],
  ['null', null, 'unparsable_body'],
  ['an empty object', {}, 'success_without_evidence'],
  ['an empty envelope', success(null), 'success_without_evidence'],
  ['a message alone', success({ message: 'ok' }), 'success_without_evidence'],
  ['a balance that is none', success({ balance: 'plenty' }), 'success_without_evidence'],
  ['a checkout page for a person', success({ checkout_url: 'https://pay.example/1' }), 'success_without_evidence'],
  ['an error in the envelope', { ...failure('server_error'), data: PAID }, 'error_in_success'],
  ['an error that is a word', { error: 'insufficient funds', data: { balance: 4 } }, 'error_in_success'],
  ["the vendor's other way to say no", { status: 'error', message: 'no', balance: 4 }, 'error_in_success'],
  ['success: false', { success: false, data: { balance: 4 } }, 'error_in_success'],
])('a 2xx without evidence is unclear: %s', (_sentence, body, why) => {
  expect(outcomeOf(200, body)).toEqual({ kind: 'unclear', why, isKeyConflict: false });
}); // biome-ignore format: a table

test.each<[string, unknown, string]>([
  ['a subscription', success({ subscription: { id: 1, status: 'active' }, status: 'active' }), 'charged'],
  ['a word', success({ message: 'Payment fixed' }), 'charged'],
  ['an empty object', {}, 'unclear'],
  ['an empty envelope', success(null), 'unclear'],
  ['an empty answer in the envelope', success({}), 'unclear'],
  ['success: false', { success: false }, 'unclear'],
  ["the vendor's other way to say no", { status: 'error', message: 'no' }, 'unclear'],
  ['an error that is a word', { error: 'no', data: null }, 'unclear'],
  ['a checkout page for a person', success({ checkout_url: 'https://pay.example/1' }), 'unclear'],
  ['a checkout page beside the data', { checkout_url: 'https://pay.example/1', data: {} }, 'unclear'],
  ['a page of HTML', '<html>', 'unclear'],
])('a subscription call that answers 200 with %s', (_sentence, body, expected) => {
  for (const kind of ['fix_payment', 'resume', 'subscribe', 'change_plan'] as const)
    expect(outcomeOf(200, body, kind).kind).toBe(expected);
}); // biome-ignore format: a table

test.each<[string, number, object]>([
  ['202 as documented', 202, success({ payment: { status: 'requires_action', payment_intent_id: 'pi_1', client_secret: 'pi_1_secret_2' }, message: 'Confirm' })],
  ['202 and nothing more', 202, success({ payment_intent_id: 'pi_1' })],
  ['the words with another 2xx', 200, success({ status: 'requires_action', payment_intent_id: 'pi_1' })],
])('a person has to confirm: %s', (_sentence, status, body) => {
  expect(outcomeOf(status, body)).toEqual({ kind: 'action', paymentIntent: 'pi_1', isReplay: false });
}); // biome-ignore format: a table

test.each<[string, unknown, string, string | null]>([
  ['with every detail', failure('payment_declined', { decline_code: 'insufficient_funds', payment_intent_id: 'pi_1' }), 'insufficient_funds', 'pi_1'],
  ['with the code beside the error', { error: { code: 'card_declined', decline_code: 'lost_card' } }, 'lost_card', null],
  ['without details: the error says what is known', failure('payment_declined'), 'payment_declined', null],
  ['with nothing to read', '<html>', 'unknown', null],
  ['with a code that is a sentence', failure('payment_declined', { decline_code: 'Your card has no money.' }), 'unknown', null],
  ['with a code that is no text', failure('payment_declined', { decline_code: 51 }), 'unknown', null],
])('402 is a decline: %s', (_sentence, body, code, paymentIntent) => {
  expect(outcomeOf(402, body)).toEqual({ kind: 'declined', code, paymentIntent, isReplay: false });
}); // biome-ignore format: a table

test('a decline that comes as a 200 is a decline', () => {
  const body = failure('payment_declined', { decline_code: 'expired_card', payment_intent_id: 'pi_1' });
  expect(outcomeOf(200, body)).toMatchObject({
    kind: 'declined',
    code: 'expired_card',
    paymentIntent: 'pi_1',
  });
});

test.each<[number, string, boolean, number | null]>([
  [429, 'rate_limited', true, 30_000],
  [401, 'unauthorized', true, null],
  [503, 'unavailable', false, 30_000],
])('%d: the provider says that it did nothing', (status, why, isCertain, retryAfterMs) => {
  for (const body of [{ message: 'Too many requests' }, failure('nope'), '<html>', undefined])
    expect(readOutcome(answered(status, body, 30_000), 'fund')).toEqual({
      kind: 'no_effect', why, isCertain, retryAfterMs,
    }); // biome-ignore format: one outcome
});

test.each<[number, object, string]>([
  [400, failure('bad_request'), 'bad_request'],
  [422, failure('validation_error', { amount: ['min'] }), 'validation_error'],
  [422, { message: 'The amount is invalid.' }, 'http_422'],
  [422, failure('Card 4242424242424242 is not welcome here'), 'http_422'],
  [403, { message: 'Forbidden' }, 'http_403'],
  [404, { message: 'Not found' }, 'http_404'],
  [410, failure('gone'), 'gone'],
])('%d refuses the request itself: %j', (status, body, code) => {
  expect(outcomeOf(status, body)).toEqual({ kind: 'rejected', code });
});

test.each([100, 301, 302, 307, 308, 408, 409, 425, 500, 502, 504, 520, 599])(
  '%d proves nothing',
  (status) => {
    for (const body of [success(PAID), failure('payment_declined'), '<html>', undefined])
      expect(outcomeOf(status, body)).toEqual({
        kind: 'unclear',
        why: `http_${status}`,
        isKeyConflict: false,
      });
  },
);

test('bytes that never left did nothing; bytes whose answer is lost may have done anything', () => {
  expect(readOutcome({ kind: 'not_sent', reason: 'refused' }, 'fund')).toMatchObject({ kind: 'no_effect', isCertain: true });
  expect(readOutcome({ kind: 'lost', reason: 'timeout' }, 'fund')).toEqual({ kind: 'unclear', why: 'timeout', isKeyConflict: false });
}); // biome-ignore format: two outcomes

test.each([
  [400, 'idempotency_error'],
  [422, 'idempotency_key_reused'],
  [402, 'idempotency_error'],
])('%d %s: another body went out under our key, so somebody may have charged', (status, code) => {
  expect(outcomeOf(status, failure(code))).toEqual({
    kind: 'unclear',
    why: 'key_used_with_another_body',
    isKeyConflict: true,
  });
});

test('409 for a key that is in use just now is doubt, not a conflict', () => {
  expect(outcomeOf(409, failure('idempotency_error'))).toMatchObject({
    kind: 'unclear',
    isKeyConflict: false,
  });
});
