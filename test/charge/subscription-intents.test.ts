import { expect, test } from 'vitest';
import { onAnswer } from '../../src/charge/answer-step.ts';
import { type Intent, KEY_TOO_OLD } from '../../src/charge/intent.ts';
import { CHARGE_LIMITS } from '../../src/charge/next-move.ts';
import { onSilence, onSubscription } from '../../src/charge/step.ts';
import type { Step } from '../../src/charge/transitions.ts';
import { addMs, type EpochMs, HOUR_MS, MINUTE_MS, SECOND_MS } from '../../src/domain/time.ts';
import { NOW, paymentIntent } from '../domain/a-ledger.ts';
import { aRepair, nothingDone } from './an-intent.ts';

const after = (durationMs: number) => addMs(NOW, durationMs);
const CHARGED = { kind: 'charged', since: NOW } as const;
const IN_DOUBT = { kind: 'in_doubt', since: NOW, why: 'timeout' } as const;
const DECLINED = { kind: 'declined', since: NOW, code: 'expired_card' } as const;
const STUCK = 'sent, but the subscription does not show it';

function read(
  intent: Intent,
  at: EpochMs,
  isReached: boolean,
  { isNeeded = !isReached, hasPeriodMoved = true } = {},
): Step {
  return onSubscription(intent, {
    isReached,
    isNeeded,
    maySend: isNeeded,
    hasPeriodMoved,
    now: at,
    limits: CHARGE_LIMITS,
  });
}

test('the wanted state read twice, two seconds apart, settles', () => {
  for (const state of [CHARGED, IN_DOUBT]) {
    const first = read(aRepair({ state, hasUnclearSend: true }), after(SECOND_MS), true).intent;
    expect(first).toMatchObject({ state, reachedAt: after(SECOND_MS) });
    expect(read(first, after(3 * SECOND_MS - 1), true).intent).toEqual(first);
    expect(read(first, after(3 * SECOND_MS), true).intent.state).toEqual({
      kind: 'settled', at: after(3 * SECOND_MS), amountCents: 1_000, credit: null, by: 'subscription_status',
    }); // biome-ignore format: one state
  }
});

test('resuming within a paid period is booked as nothing, and at the price where the period moved', () => {
  const booked = (hasPeriodMoved: boolean, repair: Partial<Intent>) => {
    const first = read(aRepair({ state: CHARGED, ...repair }), after(SECOND_MS), true).intent;
    return read(first, after(5 * SECOND_MS), true, { hasPeriodMoved }).intent.state;
  };
  expect(booked(false, { kind: 'resume' })).toMatchObject({ kind: 'settled', amountCents: 0 });
  expect(booked(true, { kind: 'resume' })).toMatchObject({ kind: 'settled', amountCents: 1_000 });
  const repaired = read(aRepair({ state: CHARGED, reachedAt: NOW }), after(5 * SECOND_MS), true, {
    hasPeriodMoved: false,
  });
  expect(repaired.intent.state).toMatchObject({ kind: 'settled', amountCents: 1_000 });
});

test('a change that was put off is booked as nothing, but where a new period began before it was due', () => {
  const booked = (hasPeriodMoved: boolean, dueInMs: number) => {
    const state = { ...CHARGED, dueAt: after(dueInMs) };
    const change = aRepair({ kind: 'change_plan', state, reachedAt: NOW });
    return read(change, after(5 * SECOND_MS), true, { hasPeriodMoved }).intent.state;
  };
  expect(booked(false, HOUR_MS)).toMatchObject({ kind: 'settled', amountCents: 0 });
  expect(booked(true, 0)).toMatchObject({ kind: 'settled', amountCents: 0 });
  expect(booked(true, HOUR_MS)).toMatchObject({ kind: 'settled', amountCents: 1_000 });
});

test('a state that was there and went away again has to be read twice anew', () => {
  const first = read(aRepair({ state: CHARGED }), after(SECOND_MS), true).intent;
  const gone = read(first, after(5 * SECOND_MS), false).intent;
  expect(gone.reachedAt).toBeNull();
  expect(read(gone, after(9 * SECOND_MS), true).intent.state.kind).toBe('charged');
});

test('charged and not shown for two hours freezes, and stays charged', () => {
  const { intent } = read(aRepair({ state: CHARGED }), after(HOUR_MS), false);
  expect(read(intent, after(2 * HOUR_MS - 1), false).freeze).toBeNull();
  expect(read(intent, after(2 * HOUR_MS), false)).toEqual({
    intent,
    freeze: 'charged, but neither ledger nor subscription shows it',
    isTwin: false,
  });
});

test('a doubt that no replay can end freezes after the quiet period, and is never called absent', () => {
  const intent = aRepair({ state: IN_DOUBT, hasUnclearSend: true });
  expect(read(intent, after(22 * HOUR_MS), false).freeze).toBeNull();
  const [once, at] = [{ ...intent, absentLookAt: after(23 * HOUR_MS) }, after(23 * HOUR_MS + 10 * MINUTE_MS)];
  expect(read(intent, after(23 * HOUR_MS), false)).toEqual({ intent: once, freeze: null, isTwin: false });
  expect(read(once, at, false)).toEqual({ intent: once, freeze: STUCK, isTwin: false });
  const missed = { ...intent, absentLookAt: after(2 * HOUR_MS - 10 * MINUTE_MS) };
  expect(read({ ...missed, canReplay: false }, after(2 * HOUR_MS), false).freeze).toBe(STUCK);
  expect(read(missed, after(2 * HOUR_MS), false, { isNeeded: false }).freeze).toBe(STUCK);
  expect(read(missed, after(2 * HOUR_MS - 1), false, { isNeeded: false }).freeze).toBeNull();
});

test('one list that lacks it, or on which it is not needed, behind hours without any is not believed', () => {
  const intent = aRepair({ state: IN_DOUBT, hasUnclearSend: true });
  const odd = read(intent, after(3 * HOUR_MS), false, { isNeeded: false });
  expect(odd).toMatchObject({ freeze: null, intent: { absentLookAt: after(3 * HOUR_MS) } });
  expect(read(odd.intent, after(3 * HOUR_MS + MINUTE_MS), false).intent).toEqual(intent);
});

test('a pause that no list shows and that is not wanted any more is let go: it costs nothing', () => {
  const intent = aRepair({ kind: 'pause', state: IN_DOUBT, hasUnclearSend: true });
  const first = read(intent, after(2 * HOUR_MS), false, { isNeeded: false }).intent;
  expect(read(first, after(2 * HOUR_MS + 10 * MINUTE_MS), false, { isNeeded: false })).toMatchObject({
    freeze: null,
    intent: { state: { kind: 'released', because: 'absent' } },
  });
});

test('an intent that the provider never heard ends when somebody else mended it, the need is gone, or its key is too old', () => {
  const unheard = onAnswer(aRepair(), nothingDone(), NOW).intent;
  const refused = { kind: 'released', at: after(SECOND_MS), because: 'refused', code: null };
  expect(read(unheard, after(SECOND_MS), true).intent.state).toEqual(refused);
  expect(read(unheard, after(SECOND_MS), false, { isNeeded: false }).intent.state).toEqual(refused);
  expect(read(unheard, after(22 * HOUR_MS), false, { isNeeded: true }).intent).toEqual(unheard);
  const late = after(22.5 * HOUR_MS);
  expect(read(unheard, late, false, { isNeeded: true }).intent.state).toEqual({
    ...refused,
    at: late,
    code: KEY_TOO_OLD,
  });
});

/** What two lists do that are read behind the quiet period, ten minutes apart; earlier, and closer, they do nothing. */
function readTwice(intent: Intent): Step {
  const quietAt = after(2 * HOUR_MS);
  expect(read(intent, addMs(quietAt, -1), false).intent).toEqual(intent);
  const first = read(intent, quietAt, false);
  expect(first).toEqual({ intent: { ...intent, absentLookAt: quietAt }, freeze: null, isTwin: false });
  expect(read(first.intent, addMs(quietAt, 10 * MINUTE_MS - 1), false)).toEqual(first);
  return read(first.intent, addMs(quietAt, 10 * MINUTE_MS), false);
}

test('a decline after a lost POST waits for two lists behind the quiet period, and for its payment where it has one', () => {
  const intent = aRepair({ state: DECLINED, hasUnclearSend: true });
  expect(readTwice(intent).intent.state).toMatchObject({ kind: 'released', because: 'declined', code: 'expired_card' });
  const named = readTwice({ ...intent, paymentIntent: paymentIntent('pi_1') });
  expect(named).toMatchObject({ intent: { state: DECLINED, hasUnclearSend: true }, freeze: null, isAbsent: true });
}); // biome-ignore format: one check a line

test('so does a challenge after a lost POST: then its payment has the last word', () => {
  const state = { kind: 'action', since: after(MINUTE_MS) } as const;
  const waiting = aRepair({ state, hasUnclearSend: true, paymentIntent: paymentIntent('pi_1') });
  expect(readTwice(waiting)).toMatchObject({ intent: { state, hasUnclearSend: true }, freeze: null, isAbsent: true });
}); // biome-ignore format: one check a line

test('a list that shows it takes back what one before it did not show', () => {
  const state = { kind: 'action', since: after(MINUTE_MS) } as const;
  const waiting = aRepair({ state, hasUnclearSend: true, absentLookAt: after(2 * HOUR_MS), paymentIntent: paymentIntent('pi_1') });
  const shown = read(waiting, after(2 * HOUR_MS + 5 * MINUTE_MS), true).intent;
  expect(shown).toMatchObject({ reachedAt: after(2 * HOUR_MS + 5 * MINUTE_MS), absentLookAt: null });
  expect(read(shown, after(3 * HOUR_MS), false).isAbsent).toBeUndefined();
}); // biome-ignore format: one check a line

test('where only answers tell, a challenge after a lost POST waits for its payment alone, when no POST can be on its way', () => {
  const state = { kind: 'action', since: after(MINUTE_MS) } as const;
  const waiting = aRepair({ kind: 'charge_amount', state, hasUnclearSend: true, paymentIntent: paymentIntent('pi_1') });
  expect(onSilence(waiting, after(2 * HOUR_MS - 1), CHARGE_LIMITS).intent).toEqual(waiting);
  expect(onSilence(waiting, after(2 * HOUR_MS), CHARGE_LIMITS).intent).toEqual({ ...waiting, hasUnclearSend: false });
  const late = { ...waiting, state: { ...state, since: after(11 * MINUTE_MS) } };
  expect(onSilence(late, after(2 * HOUR_MS), CHARGE_LIMITS).intent).toEqual(late);
}); // biome-ignore format: one check a line
