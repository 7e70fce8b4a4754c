import { expect, test } from 'vitest';
import { onAnswer, onLostAnswer } from '../../src/charge/answer-step.ts';
import { type Intent, isOpen, OPEN_STATES } from '../../src/charge/intent.ts';
import { CHARGE_LIMITS, NOTHING_ASKED, nextMove } from '../../src/charge/next-move.ts';
import { onLook, onOperator, onPaymentStatus, onSubscription } from '../../src/charge/step.ts';
import { BrokenPromise } from '../../src/domain/assert.ts';
import { cents } from '../../src/domain/money.ts';
import { addMs, HOUR_MS } from '../../src/domain/time.ts';
import { aCredit, aLook, NOW } from '../domain/a-ledger.ts';
import { anIntent, charged, inDoubt, UNCLEAR } from './an-intent.ts';

const CLOSED: readonly Intent['state'][] = [
  { kind: 'settled', at: NOW, amountCents: cents(5_000), credit: null, by: 'ledger' },
  { kind: 'released', at: NOW, because: 'absent', code: null },
  { kind: 'rejected', at: NOW, code: 'validation_error' },
];
const LIMITED = { isNeeded: false, now: NOW, limits: CHARGE_LIMITS };
const NEWS: Readonly<Record<string, (intent: Intent) => unknown>> = {
  'an answer': (intent) => onAnswer(intent, charged(), NOW),
  'a doubtful answer': (intent) => onAnswer(intent, UNCLEAR, NOW),
  'a lost answer': (intent) => onLostAnswer(intent, NOW),
  'a ledger look': (intent) =>
    onLook(intent, {
      ...LIMITED,
      look: aLook([aCredit('101')]),
      claimed: new Set(),
      hasRival: false,
      isOfThisRun: false,
    }),
  'a payment that succeeded': (intent) => onPaymentStatus(intent, { ...LIMITED, status: 'succeeded' }),
  'a payment that failed': (intent) => onPaymentStatus(intent, { ...LIMITED, status: 'failed' }),
  'a subscription': (intent) =>
    onSubscription(intent, { ...LIMITED, isReached: true, maySend: false, hasPeriodMoved: true }),
  "an operator's word": (intent) => onOperator(intent, 'not_charged', NOW),
};

test.each(Object.entries(NEWS))('%s never opens a closed intent again: it crashes instead', (_name, tell) => {
  for (const state of CLOSED) expect(() => tell(anIntent({ state }))).toThrow(BrokenPromise);
});

test('a closed intent is left alone for a day at a time', () => {
  for (const state of CLOSED) {
    expect(isOpen(anIntent({ state }))).toBe(false);
    const move = nextMove(anIntent({ state }), NOW, NOTHING_ASKED, CHARGE_LIMITS);
    expect(move).toEqual({ kind: 'wait', until: addMs(NOW, 24 * HOUR_MS) });
  }
  expect(OPEN_STATES).toEqual(['armed', 'in_doubt', 'charged', 'action', 'link_open', 'declined']);
});

test("an operator's word closes any open intent, at the amount that was asked for", () => {
  const later = addMs(NOW, HOUR_MS);
  for (const intent of [anIntent(), inDoubt(), anIntent({ state: { kind: 'action', since: NOW } })]) {
    expect(onOperator(intent, 'charged', later).intent.state).toEqual({
      kind: 'settled', at: later, amountCents: 5_000, credit: null, by: 'operator',
    }); // biome-ignore format: one state
    expect(onOperator(intent, 'not_charged', later).intent.state).toEqual({
      kind: 'released', at: later, because: 'operator', code: null,
    }); // biome-ignore format: one state
  }
});
