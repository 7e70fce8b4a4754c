import { expect, test } from 'vitest';
import type { Intent } from '../../src/charge/intent.ts';
import { CHARGE_LIMITS } from '../../src/charge/next-move.ts';
import { onPaymentStatus } from '../../src/charge/step.ts';
import { addMs, type EpochMs, HOUR_MS, MINUTE_MS } from '../../src/domain/time.ts';
import { NOW, paymentIntent } from '../domain/a-ledger.ts';
import { anIntent, aRepair } from './an-intent.ts';

type Status = Parameters<typeof onPaymentStatus>[1]['status'];
const read = (intent: Intent, status: Status, now: EpochMs, isAbsent?: boolean) =>
  onPaymentStatus(intent, { status, now, limits: CHARGE_LIMITS, ...(isAbsent === true ? { isAbsent } : {}) });
const LATER = addMs(NOW, MINUTE_MS);
const DECLINED = { kind: 'declined', since: NOW, code: 'insufficient_funds' } as const;
const CHALLENGED = { kind: 'declined', since: NOW, code: 'authentication_required' } as const;
const ACTION = { kind: 'action', since: NOW } as const;
const CHARGED = { kind: 'charged', since: NOW } as const;
const IN_DOUBT = { kind: 'in_doubt', since: NOW, why: 'timeout' } as const;
const having = (state: Intent['state'], changes: Partial<Intent> = {}) =>
  anIntent({ state, paymentIntent: paymentIntent('pi_1'), ...changes });
const aChallenge = (changes: Partial<Intent> = {}) =>
  aRepair({ state: CHALLENGED, paymentIntent: paymentIntent('pi_1'), ...changes });

test.each<[string, Intent, Status, Intent['state']]>([
  ['a charge that succeeded is settled', having(CHARGED), 'succeeded', { kind: 'settled', at: LATER, amountCents: anIntent().amountCents, credit: null, by: 'payment_status' }],
  ['a payment that a person confirmed is charged, and settled by a second look', having(ACTION), 'succeeded', { kind: 'charged', since: LATER }],
  ['a declined payment that went through after all is charged', having(DECLINED), 'succeeded', { kind: 'charged', since: LATER }],
  ['a doubted payment that went through is charged', having(IN_DOUBT), 'succeeded', { kind: 'charged', since: LATER }],
  ['a failed payment ends the decline', having(DECLINED), 'failed', { kind: 'released', at: LATER, because: 'declined', code: 'insufficient_funds' }],
  ['a confirmation that failed ends as a decline', having(ACTION), 'failed', { kind: 'released', at: LATER, because: 'declined', code: 'authentication_required' }],
  ['after a lost POST a failed payment says nothing of another one', having(DECLINED, { hasUnclearSend: true }), 'failed', DECLINED],
  ['the same while a person is to confirm', having(ACTION, { hasUnclearSend: true }), 'failed', ACTION],
  ['a failed payment does not take back what was charged', having(CHARGED), 'failed', CHARGED],
  ['a failed payment does not end a doubt', having(IN_DOUBT), 'failed', IN_DOUBT],
  ['a decline is not over while the payment is pending', having(DECLINED), 'pending', DECLINED],
  ['a charge is not settled while the payment is pending', having(CHARGED), 'pending', CHARGED],
  ['a word that is not known ends no decline', having(DECLINED), 'unknown', DECLINED],
  ['a decline for want of its holder waits for them while the payment does', aChallenge(), 'pending', { kind: 'action', since: LATER, wasDeclined: true }],
  ['that of a top-up does not: a page may be paid beside it', having(CHALLENGED), 'pending', CHALLENGED],
  ['but not by a word that is not known', aChallenge(), 'unknown', CHALLENGED],
  ['nor after a lost POST, of which it says nothing', aChallenge({ hasUnclearSend: true }), 'pending', { ...CHALLENGED }],
  ['it is a decline where the payment failed', aChallenge(), 'failed', { kind: 'released', at: LATER, because: 'declined', code: 'authentication_required' }],
  ['a person has not confirmed yet', having(ACTION), 'pending', ACTION],
])('payment status: %s', (_sentence, intent, status, state) => {
  expect(read(intent, status, LATER)).toEqual({ intent: { ...intent, state }, freeze: null, isTwin: false });
}); // biome-ignore format: a table

test.each([DECLINED, ACTION])('after a lost POST of which the ledger shows nothing, the payment has the last word: $kind', (state) => {
  const intent = having(state, { hasUnclearSend: true });
  const code = state.kind === 'declined' ? state.code : 'authentication_required';
  const released = { kind: 'released', at: LATER, because: 'declined', code };
  expect(read(intent, 'failed', LATER, true)).toMatchObject({ intent: { state: released }, freeze: null });
  expect(read(intent, 'pending', LATER, true)).toEqual({ intent, freeze: null, isTwin: false });
}); // biome-ignore format: one check a line

test('after a lost POST of which the lists show nothing, a challenge of a subscription waits for its holder', () => {
  const challenge = aChallenge({ hasUnclearSend: true, absentLookAt: NOW });
  const asked = read(challenge, 'pending', addMs(NOW, 3 * HOUR_MS), true);
  expect(asked).toMatchObject({ intent: { state: { kind: 'action', wasDeclined: true } }, freeze: null });
  const failed = read(asked.intent, 'failed', addMs(NOW, 4 * HOUR_MS), true);
  expect(failed.intent.state).toMatchObject({ kind: 'released', because: 'declined' });
  const paid = read(asked.intent, 'succeeded', addMs(NOW, 4 * HOUR_MS), true);
  expect(paid.intent).toMatchObject({ state: { kind: 'charged' }, absentLookAt: null });
});

test('where it has none for two hours, a decline freezes; before the ledger proved anything after a day', () => {
  const intent = having(DECLINED, { hasUnclearSend: true });
  const freeze = 'declined, but the provider does not say that it failed';
  const late = addMs(NOW, 2 * HOUR_MS);
  expect(read(intent, 'pending', late, true)).toEqual({ intent, freeze, isTwin: false });
  expect(read(intent, 'pending', late).freeze).toBeNull();
  expect(read(intent, 'pending', addMs(NOW, 24 * HOUR_MS)).freeze).toBe(freeze);
});

test('a subscription is settled by the subscription itself, never by a payment', () => {
  const intent = aRepair({ state: CHARGED, paymentIntent: paymentIntent('pi_1') });
  expect(read(intent, 'succeeded', LATER).intent).toEqual(intent);
});

test.each<[string, Intent, number, string]>([
  ['a decline for two hours', having(DECLINED), 2, 'declined, but the provider does not say that it failed'],
  [
    'a charge for two hours, which looks have missed',
    { ...having(CHARGED), absentLookAt: addMs(NOW, HOUR_MS) },
    2,
    'charged, but neither ledger nor subscription shows it',
  ],
])('a payment that stays pending freezes: %s', (_sentence, intent, hours, freeze) => {
  const late = addMs(NOW, hours * HOUR_MS);
  expect(read(intent, 'pending', addMs(late, -1)).freeze).toBeNull();
  expect(read(intent, 'pending', late)).toEqual({ intent, freeze, isTwin: false });
});

test('a decline for want of its holder freezes as any other where the word for its payment is not known', () => {
  const intent = having(CHALLENGED);
  const freeze = 'declined, but the provider does not say that it failed';
  expect(read(intent, 'unknown', addMs(NOW, 2 * HOUR_MS))).toEqual({ intent, freeze, isTwin: false });
});

test('a word of the payment alone freezes no charge that was not looked for', () => {
  expect(read(having(CHARGED), 'pending', addMs(NOW, 5 * HOUR_MS)).freeze).toBeNull();
});

test('a card holder may take as long as it takes: nothing is frozen, nothing is given up', () => {
  const intent = having(ACTION);
  expect(read(intent, 'pending', addMs(NOW, 30 * 24 * HOUR_MS))).toEqual({
    intent,
    freeze: null,
    isTwin: false,
  });
});
