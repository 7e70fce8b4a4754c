import fc from 'fast-check';
import { expect, test } from 'vitest';
import { onAnswer } from '../../src/charge/answer-step.ts';
import type { Intent } from '../../src/charge/intent.ts';
import { type Asked, CHARGE_LIMITS, type Move, NOTHING_ASKED, nextMove } from '../../src/charge/next-move.ts';
import { addMs, DAY_MS, type EpochMs, HOUR_MS, MINUTE_MS, SECOND_MS } from '../../src/domain/time.ts';
import { NOW, paymentIntent } from '../domain/a-ledger.ts';
import { anIntent, aRepair, inDoubt, nothingDone, posted, UNCLEAR } from './an-intent.ts';

const after = (durationMs: number) => addMs(NOW, durationMs);
const move = (intent: Intent, at: EpochMs, asked: Partial<Asked> = {}) =>
  nextMove(intent, at, { ...NOTHING_ASKED, ...asked }, CHARGE_LIMITS);
const SAFE = { evidence: true, payment: true, isReplaySafe: true };
const UNSAFE = { evidence: true, payment: true, isReplaySafe: false };
/** In doubt for half an hour, its fast replays long behind it. */
const slow = inDoubt({ sends: 4, lastSendAt: after(22 * SECOND_MS) });

/** When POSTs go out while no answer ever comes back, in milliseconds after the arming; the first one is at 0. */
function sendTimes(start: Intent, asked: Partial<Asked>): readonly number[] {
  let intent = start;
  let now = NOW;
  const times = [0];
  while (now < after(3 * DAY_MS)) {
    const next = move(intent, now, asked);
    if (next.kind === 'send') {
      times.push(now - NOW);
      intent = onAnswer(posted(intent, now), UNCLEAR, now).intent;
    } else now = next.kind === 'wait' ? next.until : addMs(now, 1);
  }
  return times;
}

test('the first replays come 2, 5 and 15 s apart, later ones ever more seldom, none when the key is 22.5 h old', () => {
  const times = sendTimes(inDoubt(), SAFE);
  expect(times.slice(0, 4).map((ms) => ms / SECOND_MS)).toEqual([0, 2, 7, 22]);
  const gaps = times.slice(4).map((ms, index) => (ms - (times[index + 3] ?? 0)) / MINUTE_MS);
  expect(gaps.length).toBeGreaterThan(15);
  expect(gaps.every((gap, index) => gap >= ([1, 5, 15][index] ?? 60))).toBe(true);
  expect(Math.max(...gaps)).toBeLessThan(120);
  expect(Math.max(...times)).toBeLessThan(22.5 * HOUR_MS);
});

test('a look that is in hand is asked before an early replay, which goes out where it shows nothing', () => {
  expect(move(inDoubt(), after(3 * SECOND_MS), { hasLook: true })).toEqual({ kind: 'ask', what: 'ledger' });
  expect(move(inDoubt(), after(3 * SECOND_MS), { ...SAFE, hasLook: true })).toEqual({ kind: 'send' });
});

test('without a look that shows no new credit only the fast replays go out', () => {
  expect(sendTimes(inDoubt(), UNSAFE)).toHaveLength(4);
});

test.each<[string, Intent, EpochMs, Partial<Asked>]>([
  ['the key is too old', slow, after(22.5 * HOUR_MS), SAFE],
  ['its key was taken up when it was old', { ...slow, keySince: addMs(NOW, -12 * HOUR_MS) }, after(10.5 * HOUR_MS), SAFE],
  ['its key was taken up after minutes, and nobody looked', inDoubt({ keySince: addMs(NOW, -5 * MINUTE_MS) }), after(3 * SECOND_MS), {}],
  ['a replay was refused', { ...slow, canReplay: false }, after(HOUR_MS), SAFE],
  ['a replay was refused within the first seconds', inDoubt({ canReplay: false }), after(3 * SECOND_MS), SAFE],
  ['a new credit may be this charge', slow, after(HOUR_MS), UNSAFE],
  ['nobody looked yet', slow, after(HOUR_MS), {}],
  ['a look is in hand and was not asked yet, within the first seconds', inDoubt(), after(3 * SECOND_MS), { hasLook: true }],
  ['a look in hand may show it, within the first seconds', inDoubt(), after(3 * SECOND_MS), { ...UNSAFE, hasLook: true }],
  ['a look showed what may be it, and the next one was not to be had, within the first seconds', inDoubt({ mustLook: true }), after(3 * SECOND_MS), UNSAFE],
  ['the account is held', slow, after(HOUR_MS), { ...SAFE, maySend: false }],
  ['the account is held within the first seconds', inDoubt(), after(3 * SECOND_MS), { maySend: false }],
  ['the provider asked to wait', { ...slow, retryAt: after(HOUR_MS + 1) }, after(HOUR_MS), SAFE],
  ['it was charged', { ...slow, state: { kind: 'charged', since: NOW } }, after(HOUR_MS), SAFE],
  ['it was declined', { ...slow, state: { kind: 'declined', since: NOW, code: 'x' } }, after(HOUR_MS), SAFE],
  ['a person is to confirm', { ...slow, state: { kind: 'action', since: NOW } }, after(HOUR_MS), SAFE],
])('nothing is sent where %s', (_sentence, intent, at, asked) => {
  expect(move(intent, at, asked).kind).not.toBe('send');
}); // biome-ignore format: a table

test('a rate-limited POST is sent again when the provider said, under the same intent', () => {
  const limited = onAnswer(anIntent(), nothingDone(30 * SECOND_MS), NOW).intent;
  expect(move(limited, after(SECOND_MS))).toEqual({ kind: 'wait', until: after(30 * SECOND_MS) });
  expect(move(limited, after(30 * SECOND_MS))).toEqual({ kind: 'send' });
});

const CHARGED = { kind: 'charged', since: NOW } as const;
const ACTION = { kind: 'action', since: NOW } as const;
const DECLINED = { kind: 'declined', since: NOW, code: 'expired_card' } as const;
const pi = { paymentIntent: paymentIntent('pi_1') };

test.each<[string, Intent, readonly string[]]>([
  ['a charge: the ledger, then the payment', anIntent({ ...pi, state: CHARGED }), ['ledger', 'payment', 'wait']],
  ['a charge without a payment: the ledger', anIntent({ state: CHARGED }), ['ledger', 'wait']],
  ['a charged subscription: the subscription alone', aRepair({ ...pi, state: CHARGED }), ['subscription', 'wait']],
  ['a person is to confirm: the payment, then the ledger', anIntent({ ...pi, state: ACTION }), ['payment', 'ledger', 'wait']],
  ['a decline: the payment', anIntent({ ...pi, state: DECLINED }), ['payment', 'wait']],
  ['a decline after a lost POST: the ledger first', anIntent({ ...pi, state: DECLINED, hasUnclearSend: true }), ['ledger', 'payment', 'wait']],
  ['a decline of which only answers tell, after a lost POST: the payment first', anIntent({ ...pi, kind: 'charge_amount', state: DECLINED, hasUnclearSend: true }), ['payment', 'silence', 'wait']],
  ['the same where a person is to confirm', anIntent({ ...pi, state: ACTION, hasUnclearSend: true }), ['ledger', 'payment', 'wait']],
  ['a doubt: the ledger, then the payment', { ...slow, ...pi }, ['ledger', 'payment', 'wait']],
  ['a doubt whose fast replays are used up within its first minute', { ...slow, lastSendAt: after(HOUR_MS - 8 * SECOND_MS), armedAt: after(HOUR_MS - 30 * SECOND_MS) }, ['ledger', 'wait']],
  ['a doubt past the horizon', { ...slow, armedAt: addMs(NOW, -DAY_MS) }, ['ledger', 'wait']],
  ['a doubted repair: the subscription', aRepair({ sends: 4, state: inDoubt().state }), ['subscription', 'wait']],
])('what is asked about %s', (_sentence, intent, expected) => {
  const asked = { evidence: false, payment: false };
  const moves: string[] = [];
  for (;;) {
    const next: Move = move(intent, after(HOUR_MS), asked);
    moves.push(next.kind === 'ask' ? next.what : next.kind);
    if (next.kind !== 'ask') break;
    asked[next.what === 'payment' ? 'payment' : 'evidence'] = true;
  }
  expect(moves).toEqual(expected);
}); // biome-ignore format: a table

test('evidence is asked for within seconds at first, within the hour always', () => {
  const intent = anIntent({ state: CHARGED });
  const waits = [0, 10 * SECOND_MS, MINUTE_MS, HOUR_MS, 30 * HOUR_MS].map((age) => {
    const next = move(intent, after(age), UNSAFE);
    return next.kind === 'wait' ? (next.until - after(age)) / SECOND_MS : next.kind;
  });
  expect(waits).toEqual([2, 15, 60, 360, 3_600]);
});

test('whatever the intent is like, its next move leads on: it asks what was not asked, sends, or waits into the future', () => {
  const duration = fc.integer({ min: -MINUTE_MS, max: 3 * DAY_MS });
  const someIntent = fc.record({
    state: fc.constantFrom<Intent['state']>({ kind: 'armed' }, inDoubt().state, CHARGED, ACTION, DECLINED),
    isFund: fc.boolean(),
    sends: fc.integer({ min: 1, max: 40 }),
    lastSend: duration,
    retry: fc.option(duration),
    changes: fc.record({
      canReplay: fc.boolean(),
      hasUnclearSend: fc.boolean(),
      paymentIntent: fc.constantFrom(null, paymentIntent('pi_1')),
    }),
  });
  fc.assert(
    fc.property(someIntent, duration, fc.boolean(), fc.boolean(), (some, age, isReplaySafe, maySend) => {
      const { state, isFund, sends, lastSend, retry, changes } = some;
      const retryAt = retry === null ? null : after(retry);
      const build = isFund ? anIntent : aRepair;
      const intent = build({ ...changes, state, sends, lastSendAt: after(lastSend), retryAt });
      const now = after(age);
      let asked: Asked = { ...NOTHING_ASKED, isReplaySafe, maySend };
      for (let asks = 0; asks <= 2; asks += 1) {
        const next = nextMove(intent, now, asked, CHARGE_LIMITS);
        if (next.kind === 'wait') expect(next.until).toBeGreaterThan(now);
        if (next.kind === 'send') expect(maySend && now >= (retryAt ?? now)).toBe(true);
        if (next.kind !== 'ask') return;
        const question = next.what === 'payment' ? 'payment' : 'evidence';
        expect(asked[question]).toBe(false);
        asked = { ...asked, [question]: true };
      }
      expect('an end').toBe('after two questions');
    }),
    { numRuns: 5_000 },
  );
});
