import { expect, test } from 'vitest';
import { onAnswer } from '../../src/charge/answer-step.ts';
import { type Intent, KEY_TOO_OLD } from '../../src/charge/intent.ts';
import { CHARGE_LIMITS } from '../../src/charge/next-move.ts';
import { onLook, onSilence } from '../../src/charge/step.ts';
import type { Step } from '../../src/charge/transitions.ts';
import type { LedgerCredit } from '../../src/domain/observation.ts';
import { addMs, type EpochMs, HOUR_MS, MINUTE_MS } from '../../src/domain/time.ts';
import { aCredit, aLook, NOW, paymentIntent } from '../domain/a-ledger.ts';
import { anIntent, inDoubt, KEY_CONFLICT, nothingDone, posted, UNCLEAR } from './an-intent.ts';

const after = (durationMs: number) => addMs(NOW, durationMs);
const CREDIT = aCredit('101', { createdAt: after(3_000) });
const OTHER_AMOUNT = aCredit('101', { createdAt: after(3_000), amountCents: 4_900 });

function look(
  intent: Intent,
  at: EpochMs,
  news: { credits?: readonly LedgerCredit[]; isComplete?: boolean; isNeeded?: boolean } = {},
): Step {
  const { credits = [], isComplete = true, isNeeded = true } = news;
  return onLook(intent, {
    look: aLook(credits, { at, isComplete }),
    claimed: new Set(),
    hasRival: false,
    isNeeded,
    isOfThisRun: false,
    now: at,
    limits: CHARGE_LIMITS,
  });
}

/** Past the horizon of 22.5 h, and past the quiet period of 2 h after its last POST. */
const LATE = after(23 * HOUR_MS);

test('a credit settles it from every open state, at the amount that the ledger shows', () => {
  const settled = { kind: 'settled', at: LATE, amountCents: 5_000, credit: '101', by: 'ledger' };
  const known = { paymentIntent: paymentIntent('pi_1') };
  const row = aCredit('101', { createdAt: after(3_000), paymentIntentId: 'pi_1' });
  const states: readonly Intent['state'][] = [
    { kind: 'armed' }, { kind: 'in_doubt', since: NOW, why: 'timeout' }, { kind: 'charged', since: NOW },
    { kind: 'action', since: NOW }, { kind: 'declined', since: NOW, code: 'expired_card' },
  ]; // biome-ignore format: a list of states
  for (const state of states)
    expect(look(anIntent({ ...known, state }), LATE, { credits: [row] })).toMatchObject({ intent: { state: settled }, freeze: null });
  const less = look(anIntent(known), LATE, { credits: [{ ...row, amountCents: OTHER_AMOUNT.amountCents }] });
  expect(less.intent.state).toEqual({ ...settled, amountCents: 4_900 });
}); // biome-ignore format: long lines of one check each

test('two complete looks ten minutes apart, after the quiet period, prove that nothing was charged', () => {
  const first = look(inDoubt(), LATE).intent;
  expect(first).toMatchObject({ absentLookAt: LATE, state: { kind: 'in_doubt' } });
  const second = addMs(LATE, 10 * MINUTE_MS);
  expect(look(first, addMs(second, -1)).intent.state.kind).toBe('in_doubt');
  expect(look(first, second).intent.state).toEqual({
    kind: 'released',
    at: second,
    because: 'absent',
    code: null,
  });
});

test.each<[string, Intent, EpochMs, Parameters<typeof look>[2]]>([
  ['a replay may still go out', inDoubt(), after(22 * HOUR_MS), {}],
  [
    'the last POST is younger than two hours',
    { ...inDoubt(), lastSendAt: addMs(LATE, -2 * HOUR_MS + 1) },
    LATE,
    {},
  ],
  ['the look is not complete', inDoubt(), LATE, { isComplete: false }],
])('a missing credit proves nothing while %s', (_sentence, intent, at, news) => {
  expect(look(intent, at, news)).toEqual({ intent, freeze: null, isTwin: false });
});

test('where no replay can follow, absence is proven without waiting for the horizon', () => {
  const start = after(3 * HOUR_MS);
  for (const [intent, isNeeded] of [[inDoubt({ canReplay: false }), true], [inDoubt(), false]] as const) {
    const first = look(intent, start, { isNeeded }).intent;
    const second = look(first, addMs(start, 10 * MINUTE_MS), { isNeeded }).intent;
    expect(second.state).toMatchObject({ kind: 'released', because: 'absent' });
  }
}); // biome-ignore format: two cases

test('a look from before a further POST does not count as one of the two', () => {
  const first = look(inDoubt(), after(3 * HOUR_MS), { isNeeded: false }).intent;
  const replayed = onAnswer(posted(first, after(4 * HOUR_MS)), UNCLEAR, after(4 * HOUR_MS)).intent;
  const one = look(replayed, after(7 * HOUR_MS), { isNeeded: false }).intent;
  expect(one).toMatchObject({ state: { kind: 'in_doubt' } });
  const two = look(one, after(7 * HOUR_MS + 10 * MINUTE_MS), { isNeeded: false }).intent;
  expect(two.state).toMatchObject({ kind: 'released', because: 'absent' });
});

test('absence lets nothing go whose key another request holds: what that one did may still come', () => {
  const conflict = onAnswer(posted(inDoubt(), after(MINUTE_MS)), KEY_CONFLICT, after(MINUTE_MS)).intent;
  expect(conflict).toMatchObject({ state: { kind: 'in_doubt' }, canReplay: false });
  const start = after(3 * HOUR_MS);
  const first = look(conflict, start);
  expect(first.freeze).toBeNull();
  const second = look(first.intent, addMs(start, 10 * MINUTE_MS));
  expect(second.freeze).toBe('another request holds its key, and nothing shows what became of it');
  expect(second.intent.state.kind).toBe('in_doubt');
  const row = aCredit('101', { createdAt: after(3_000), amountCents: 6_900 });
  expect(look(second.intent, addMs(start, HOUR_MS), { credits: [row] }).intent.state).toMatchObject({ kind: 'settled', amountCents: 6_900 });
}); // biome-ignore format: one check a line

test('a credit that may be this charge stops everything: not absent, not settled, a person looks', () => {
  const step = look(inDoubt({ absentLookAt: after(22.6 * HOUR_MS) }), LATE, { credits: [OTHER_AMOUNT] });
  expect(step.intent.state.kind).toBe('in_doubt');
  expect(step.freeze).toBe('a credit appeared that may or may not be this charge');
  expect(look(inDoubt(), after(MINUTE_MS), { credits: [OTHER_AMOUNT] }).freeze).toBeNull();
});

test.each<[string, Parameters<typeof look>[2], boolean]>([
  ['what may be this charge', { credits: [OTHER_AMOUNT] }, true],
  ['money enough', { isNeeded: false }, true],
  ['nothing new', {}, false],
])('after a look that shows %s, whether no replay goes out without another: %j', (_what, news, mustLook) => {
  const { intent } = look(inDoubt(), after(3_000), news);
  expect(intent).toEqual({ ...inDoubt(), ...(mustLook ? { mustLook } : {}) });
});

test('charged and not in the ledger for two hours freezes, and stays charged', () => {
  const { intent } = look(anIntent({ state: { kind: 'charged', since: NOW } }), after(10 * MINUTE_MS));
  expect(look(intent, after(2 * HOUR_MS - 1)).freeze).toBeNull();
  const step = look(intent, after(2 * HOUR_MS));
  expect(step).toEqual({ intent, freeze: 'charged, but neither ledger nor subscription shows it', isTwin: false });
  expect(look(intent, after(48 * HOUR_MS)).intent.state.kind).toBe('charged');
  expect(look(intent, after(3 * HOUR_MS), { credits: [CREDIT] })).toMatchObject({ freeze: null, intent: { state: { kind: 'settled' } } });
}); // biome-ignore format: one check a line

test('a charge of before a long silence is not missed by one page, which may be an old one', () => {
  const { intent, freeze } = look(anIntent({ state: { kind: 'charged', since: NOW } }), after(5 * HOUR_MS));
  expect(freeze).toBeNull();
  expect(look(intent, after(5 * HOUR_MS + 10 * MINUTE_MS - 1)).freeze).toBeNull();
  expect(look(intent, after(5 * HOUR_MS + 10 * MINUTE_MS)).freeze).toContain('neither ledger');
});

test('what is due at the end of a period is not missed before that', () => {
  const state = { kind: 'charged', since: NOW, dueAt: after(100 * HOUR_MS) } as const;
  const { intent } = look(anIntent({ state }), after(HOUR_MS));
  expect(intent.absentLookAt).toBeNull();
  const { freeze } = look(intent, after(103 * HOUR_MS));
  expect(freeze).toBeNull();
});

test('an intent whose every POST was refused a hearing ends when the need is gone, and not before', () => {
  const heldBack = onAnswer(anIntent(), nothingDone(), NOW).intent;
  expect(look(heldBack, after(MINUTE_MS)).intent).toEqual(heldBack);
  const gone = look(heldBack, after(MINUTE_MS), { isNeeded: false }).intent;
  expect(gone.state).toEqual({ kind: 'released', at: after(MINUTE_MS), because: 'refused', code: null });
  expect(look(heldBack, LATE, { isNeeded: false }).intent.state).toMatchObject({ code: KEY_TOO_OLD });
  const doubtful = look(inDoubt(), after(MINUTE_MS), { isNeeded: false }).intent;
  expect(doubtful.state.kind).toBe('in_doubt');
});

test('where several credits of its very amount came, "nothing was done" is no end: the journal may be an old copy of one that knew more', () => {
  const heldBack = onAnswer(anIntent(), nothingDone(), NOW).intent;
  const twin = aCredit('102', { createdAt: after(HOUR_MS) });
  const news = { credits: [CREDIT, twin], isNeeded: false };
  const soon = look(heldBack, after(2 * HOUR_MS - 1), news);
  expect(soon).toMatchObject({ freeze: null, intent: { state: { kind: 'armed' } } });
  const late = look(soon.intent, after(2 * HOUR_MS), news);
  expect(late.intent.state.kind).toBe('armed');
  expect(late.freeze).toBe('a credit appeared that may or may not be this charge');
  const others = [CREDIT, twin].map((row) => ({ ...row, amountCents: OTHER_AMOUNT.amountCents }));
  const pending = [{ ...CREDIT, isSuccessful: false }, OTHER_AMOUNT];
  for (const credits of [others, pending])
    expect(look(heldBack, after(MINUTE_MS), { credits, isNeeded: false }).intent.state).toMatchObject({ because: 'refused' });
}); // biome-ignore format: one check a line

test.each(['declined', 'action'] as const)('%s after a lost POST, and nobody looked for a day: the ledger is asked twice, then the payment', (kind) => {
  const state = kind === 'action' ? { kind, since: NOW } : { kind, since: NOW, code: 'expired_card' };
  const intent = inDoubt({ state, paymentIntent: paymentIntent('pi_1') });
  const first = look(intent, after(25 * HOUR_MS));
  expect(first).toEqual({ intent: { ...intent, absentLookAt: after(25 * HOUR_MS) }, freeze: null, isTwin: false });
  expect(look(first.intent, after(25 * HOUR_MS + MINUTE_MS))).toEqual({ ...first, isAbsent: undefined });
  expect(look(first.intent, after(26 * HOUR_MS))).toEqual({ ...first, isAbsent: true });
  const freeze = kind === 'action' ? null : 'declined, but the provider does not say that it failed';
  expect(look(intent, after(25 * HOUR_MS), { isComplete: false })).toMatchObject({ intent, freeze });
}); // biome-ignore format: one check a line

test('a decline after a lost POST is released only when the ledger was seen empty twice', () => {
  const state = { kind: 'declined', since: NOW, code: 'expired_card' } as const;
  const intent = inDoubt({ state });
  expect(look(intent, after(HOUR_MS)).intent).toEqual(intent);
  const first = look(intent, after(3 * HOUR_MS)).intent;
  const second = look(first, after(4 * HOUR_MS)).intent;
  expect(second.state).toEqual({ kind: 'released', at: after(4 * HOUR_MS), because: 'declined', code: 'expired_card' });
  const named = { ...first, paymentIntent: paymentIntent('pi_1') };
  expect(look(named, after(4 * HOUR_MS))).toEqual({ intent: named, freeze: null, isTwin: false, isAbsent: true });
  const shown = look(named, after(4 * HOUR_MS), { credits: [{ ...CREDIT, paymentIntentId: paymentIntent('pi_2') }] });
  expect(shown).toMatchObject({ intent: { state }, freeze: 'a credit appeared that may or may not be this charge' });
  expect(shown.isAbsent).toBeUndefined();
}); // biome-ignore format: one check a line

test.each<[string, Intent['state'], number, string]>([
  ['declined, and the payment does not fail', { kind: 'declined', since: NOW, code: 'x' }, 2, 'declined, but the provider does not say that it failed'],
])('an answer that leads to no end freezes: %s', (_sentence, state, hours, freeze) => {
  const intent = anIntent({ state, paymentIntent: paymentIntent('pi_1') });
  expect(look(intent, after(hours * HOUR_MS - 1)).freeze).toBeNull();
  expect(look(intent, after(hours * HOUR_MS))).toMatchObject({ freeze, intent: { state } });
}); // biome-ignore format: a table

test.each([
  ['of a key in its first minutes is believed', {}, 9, 'released'],
  ['of an older key is not: it may be forgotten', {}, 11, 'declined'],
  ['of one that was taken up when it was old is not', { keySince: after(-HOUR_MS) }, 9, 'declined'],
] as const)('a decline behind an unclear POST of a charge that only its answer shows, %s', (_what, changes, minutes, expected) => {
  const state = { kind: 'declined', since: after(minutes * MINUTE_MS), code: 'x' } as const;
  const intent = anIntent({ kind: 'charge_amount', hasUnclearSend: true, state, ...changes });
  const { intent: next, freeze } = onSilence(intent, after(3 * HOUR_MS), CHARGE_LIMITS);
  expect(next.state.kind).toBe(expected);
  expect(freeze === null).toBe(expected === 'released');
}); // biome-ignore format: a table
