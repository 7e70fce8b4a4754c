import { expect, test } from 'vitest';
import { onAnswer, onLostAnswer, onMootRefusal } from '../../src/charge/answer-step.ts';
import type { Intent } from '../../src/charge/intent.ts';
import type { Outcome } from '../../src/charge/outcome.ts';
import { microUsd } from '../../src/domain/money.ts';
import { addMs, MINUTE_MS, SECOND_MS } from '../../src/domain/time.ts';
import { NOW, paymentIntent } from '../domain/a-ledger.ts';
import {
  action, anIntent, aRepair, charged, declined, inDoubt, KEY_CONFLICT, nothingDone, posted, REJECTED, UNAVAILABLE, UNCLEAR,
} from './an-intent.ts'; // biome-ignore format: a list of words

const LATER = addMs(NOW, 2 * SECOND_MS);
const fresh = anIntent();
/** The first POST was lost, the second is on its way. */
const again = posted(inDoubt(), LATER);

test.each<[string, Intent, Outcome, Intent['state']]>([
  ['a charge is charged', fresh, charged(), { kind: 'charged', since: LATER }],
  ['a charge after a lost POST is charged', again, charged(), { kind: 'charged', since: LATER }],
  ['202 asks a person', fresh, action(), { kind: 'action', since: LATER }],
  ['402 with a payment waits for its status', fresh, declined({ payment: 'pi_1' }), { kind: 'declined', since: LATER, code: 'insufficient_funds' }],
  ['402 without a payment is proof enough', fresh, declined(), { kind: 'released', at: LATER, because: 'declined', code: 'insufficient_funds' }],
  ['402 after a lost POST says nothing of that one', again, declined(), { kind: 'declined', since: LATER, code: 'insufficient_funds' }],
  ['a replayed 402 is the answer to the lost POST', again, declined({ isReplay: true }), { kind: 'released', at: LATER, because: 'declined', code: 'insufficient_funds' }],
  ['a replayed 402 with a payment waits for its status', again, declined({ payment: 'pi_1', isReplay: true }), { kind: 'declined', since: LATER, code: 'insufficient_funds' }],
  ['429 and 401 leave it armed', fresh, nothingDone(), { kind: 'armed' }],
  ['503 leaves it armed', fresh, UNAVAILABLE, { kind: 'armed' }],
  ['429 does not end a doubt', again, nothingDone(), { kind: 'in_doubt', since: NOW, why: 'timeout' }],
  ['422 to the only POST closes it', fresh, REJECTED, { kind: 'rejected', at: LATER, code: 'validation_error' }],
  ['422 after a lost POST leaves it in doubt', again, REJECTED, { kind: 'in_doubt', since: NOW, why: 'then_refused_validation_error' }],
  ['a lost answer is doubt', fresh, UNCLEAR, { kind: 'in_doubt', since: LATER, why: 'timeout' }],
  ['a second lost answer keeps the beginning of the doubt', again, UNCLEAR, { kind: 'in_doubt', since: NOW, why: 'timeout' }],
  ['another body under our key is doubt', fresh, KEY_CONFLICT, { kind: 'in_doubt', since: LATER, why: 'key_used_with_another_body' }],
])('%s', (_sentence, intent, outcome, state) => {
  expect(onAnswer(intent, outcome, LATER).intent.state).toEqual(state);
}); // biome-ignore format: a table

test.each<[string, Intent, Outcome, boolean]>([
  ['a lost answer', fresh, UNCLEAR, true],
  ['503: a proxy may say so after the effect', fresh, UNAVAILABLE, true],
  ['429: the limiter stands in front', fresh, nothingDone(), false],
  ['429 is never proof that an earlier lost POST did nothing', again, nothingDone(), true],
  ['402 is no proof of that either', again, declined(), true],
  ['a new charge is no proof of that either', again, charged(), true],
  ['a replayed answer is', again, charged({ isReplay: true }), false],
  ['a replayed 202 is', again, action({ isReplay: true }), false],
  ['422 is not', again, REJECTED, true],
])('whether some POST may have had an effect of which no answer told: %s', (_sentence, intent, outcome, expected) => {
  expect(onAnswer(intent, outcome, LATER).intent.hasUnclearSend).toBe(expected);
}); // biome-ignore format: a table

test('a refusal freezes the account, whether or not it closed the intent', () => {
  const freeze = 'the provider refused the request: validation_error';
  expect(onAnswer(fresh, REJECTED, LATER)).toMatchObject({ freeze, intent: { state: { kind: 'rejected' } } });
  expect(onAnswer(again, REJECTED, LATER)).toMatchObject({ freeze, intent: { canReplay: false } });
  for (const outcome of [charged(), declined(), action(), nothingDone(), UNAVAILABLE, UNCLEAR, KEY_CONFLICT])
    expect(onAnswer(again, outcome, LATER).freeze).toBeNull();
});

test('a refusal of what a person did first releases the charge, but never one that may have been made', () => {
  const released = { kind: 'released', at: LATER, because: 'refused', code: 'validation_error' };
  expect(onMootRefusal(fresh, 'validation_error', LATER)).toMatchObject({
    freeze: null,
    intent: { state: released },
  });
  expect(() => onMootRefusal(again, 'validation_error', LATER)).toThrow('no proof');
});

test('only a refused replay makes further replays useless', () => {
  const canReplay = (outcome: Outcome) => onAnswer(again, outcome, LATER).intent.canReplay;
  expect([KEY_CONFLICT, REJECTED].map(canReplay)).toEqual([false, false]);
  expect([UNCLEAR, UNAVAILABLE, nothingDone()].map(canReplay)).toEqual([true, true, true]);
  expect(onAnswer({ ...again, canReplay: false }, UNCLEAR, LATER).intent.canReplay).toBe(false);
});

test('the first POST answered as a replay betrays a second purser with our key, and so does another body under it; a replay of our own does not', () => {
  expect(onAnswer(fresh, charged({ isReplay: true }), LATER).isTwin).toBe(true);
  expect(onAnswer(fresh, declined({ isReplay: true }), LATER).isTwin).toBe(true);
  expect(onAnswer(again, KEY_CONFLICT, LATER).isTwin).toBe(true);
  expect(onAnswer(fresh, charged(), LATER).isTwin).toBe(false);
  expect(onAnswer(again, charged({ isReplay: true }), LATER).isTwin).toBe(false);
});

test('it waits as long as the provider asks, five seconds where it does not say', () => {
  const retryAt = (outcome: Outcome) => onAnswer(fresh, outcome, LATER).intent.retryAt;
  expect(retryAt(nothingDone(MINUTE_MS))).toBe(addMs(LATER, MINUTE_MS));
  expect(retryAt(nothingDone())).toBe(addMs(LATER, 5 * SECOND_MS));
  expect(retryAt(UNAVAILABLE)).toBe(addMs(LATER, 5 * SECOND_MS));
  expect(retryAt(UNCLEAR)).toBeNull();
});

test('the payment of an answer is kept, and an answer that names none does not wipe it out', () => {
  expect(onAnswer(fresh, charged({ payment: 'pi_7' }), LATER).intent.paymentIntent).toBe('pi_7');
  const known = { ...again, paymentIntent: paymentIntent('pi_7') };
  for (const outcome of [charged({ payment: null }), UNCLEAR, nothingDone(), REJECTED])
    expect(onAnswer(known, outcome, LATER).intent.paymentIntent).toBe('pi_7');
});

const dollars = (value: number) => microUsd(value * 1_000_000);
const told = (balance: number | null): Outcome => ({
  kind: 'charged',
  paymentIntent: null,
  balanceMicroUsd: balance === null ? null : dollars(balance),
  isReplay: false,
});

test.each([
  ['what two charges brought under one key', 110, 153],
  ['what a person paid meanwhile', 67, 110],
  ['its own charge alone', 57, 100],
  ['less, for what was used since', 56.2, 100],
  ['a cache from before it', 7, 100],
])('the balance of an answer tells what had been credited before: %s', (_sentence, balance, before) => {
  const look = { creditedThenMicroUsd: dollars(100), usedThenMicroUsd: dollars(93) }; // $7, and $50 more
  const { intent } = onAnswer({ ...fresh, ...look }, told(balance), LATER);
  expect(intent.creditedThenMicroUsd).toBe(dollars(before));
});

test('an answer without a balance, or one to a call that is no top-up, tells nothing of it', () => {
  const look = { creditedThenMicroUsd: dollars(100), usedThenMicroUsd: dollars(93) };
  const creditedThen = (intent: Intent, outcome: Outcome) =>
    onAnswer(intent, outcome, LATER).intent.creditedThenMicroUsd;
  expect(creditedThen({ ...fresh, ...look }, told(null))).toBe(dollars(100));
  expect(creditedThen({ ...fresh, ...look, creditedThenMicroUsd: null }, told(110))).toBeNull();
  expect(creditedThen({ ...aRepair(), ...look }, told(110))).toBe(dollars(100));
});

test('a crash between POST and answer is doubt, not failure', () => {
  expect(onLostAnswer(fresh, LATER)).toEqual({
    ...fresh,
    hasUnclearSend: true,
    state: { kind: 'in_doubt', since: LATER, why: 'no_answer_recorded' },
  });
});
