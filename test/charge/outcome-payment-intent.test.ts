import { expect, test } from 'vitest';
import { failure, outcomeOf, success } from './an-answer.ts';

test.each<[string, number, unknown, string | null]>([
  ['in the data', 200, success({ payment_intent_id: 'pi_1' }), 'pi_1'],
  ['in the payment', 200, success({ payment: { payment_intent_id: 'pi_1' } }), 'pi_1'],
  ['in a transaction', 200, success({ transaction: { transaction_id: 'pi_1' } }), 'pi_1'],
  ['at the top of a bare answer', 200, { payment_intent_id: 'pi_1' }, 'pi_1'],
  ['in a list', 200, success({ balance: 5, charges: [{ payment_intent: 'pi_1' }] }), 'pi_1'],
  ['twice the same', 200, success({ id: 'pi_1', payment: { payment_intent_id: 'pi_1' } }), 'pi_1'],
  ['two that differ: neither is believed', 200, success({ balance: 5, a: 'pi_1', b: 'pi_2' }), null],
  ['two that differ, one in a list', 200, success({ balance: 5, id: 'pi_1', charges: [{ payment_intent: 'pi_2' }] }), null],
  ['a client secret is no id', 200, success({ balance: 5, client_secret: 'pi_1_secret_abc' }), null],
  ['a word in a sentence is no id', 200, success({ balance: 5, message: 'pi_1 was paid' }), null],
  ['in the details of a decline', 402, failure('payment_declined', { payment_intent_id: 'pi_1' }), 'pi_1'],
  ['in a list of the details', 402, failure('payment_declined', { attempts: [{ payment_intent_id: 'pi_1' }] }), 'pi_1'],
  ['nowhere', 402, failure('payment_declined'), null],
])('the PaymentIntent of an answer: %s', (_sentence, status, body, expected) => {
  expect(outcomeOf(status, body)).toMatchObject({ paymentIntent: expected });
}); // biome-ignore format: a table

test.each<[string, object, boolean]>([
  ['at the top', { balance: 5, idempotency_replay: true }, true],
  ['in the data', success({ balance: 5, idempotency_replay: true }), true],
  ['in the meta', success({ balance: 5 }, { idempotency_replay: true }), true],
  ['nowhere', success({ balance: 5 }), false],
  ['false', success({ balance: 5, idempotency_replay: false }), false],
  ['a word', success({ balance: 5, idempotency_replay: 'true' }), false],
])('the mark of a replayed answer: %s', (_sentence, body, isReplay) => {
  expect(outcomeOf(200, body)).toMatchObject({ kind: 'charged', isReplay });
  expect(outcomeOf(202, body)).toMatchObject({ kind: 'action', isReplay });
  expect(outcomeOf(402, body)).toMatchObject({ kind: 'declined', isReplay });
});
