import fc from 'fast-check';
import { expect, test } from 'vitest';
import { onAnswer } from '../../src/charge/answer-step.ts';
import { onCheckout } from '../../src/charge/checkout-step.ts';
import { type Intent, isOpen } from '../../src/charge/intent.ts';
import {
  type Asked,
  CHARGE_LIMITS,
  NOTHING_ASKED,
  nextMove,
  type Question,
} from '../../src/charge/next-move.ts';
import { onLook, onPaymentStatus, onSilence, onSubscription } from '../../src/charge/step.ts';
import type { Step } from '../../src/charge/transitions.ts';
import { addMs, DAY_MS, type EpochMs, HOUR_MS } from '../../src/domain/time.ts';
import { aCredit, aLook, NOW } from '../domain/a-ledger.ts';
import { anIntent, aRepair, posted, standing, UNCLEAR } from './an-intent.ts';
import { answer, someNews, tell } from './some-news.ts';

/** What the provider shows from now on, while every POST to it is lost. */
type World = {
  readonly isPaid: boolean;
  readonly isNeeded: boolean;
  /** A held account sends nothing, and needs nothing as long as it is held. */
  readonly maySend: boolean;
};
type End = {
  readonly intent: Intent;
  readonly freeze: string | null;
  readonly hours: number;
  readonly sends: number;
};

/** The keeper's loop over `nextMove`, hour for hour until the intent is closed, an account frozen, or four days over. */
function live(start: Intent, from: EpochMs, world: World): End {
  let intent = start;
  let now = from;
  let asked: Asked = { ...NOTHING_ASKED, maySend: world.maySend };
  for (let moves = 0; moves < 3_000 && now < addMs(from, 4 * DAY_MS); moves += 1) {
    const move = nextMove(intent, now, asked, CHARGE_LIMITS);
    if (move.kind === 'wait') {
      now = move.until;
      asked = { ...NOTHING_ASKED, maySend: world.maySend };
      continue;
    }
    const step = move.kind === 'send' ? onAnswer(posted(intent, now), UNCLEAR, now) : see(intent, move.what, now, { ...world, isAbsent: asked.isAbsent });
    intent = step.intent;
    const end = { intent, freeze: step.freeze, hours: (now - from) / HOUR_MS, sends: intent.sends };
    if (step.freeze !== null || !isOpen(intent)) return end;
    if (move.kind === 'ask')
      asked = move.what === 'payment' ? { ...asked, payment: true } : { ...asked, evidence: true, isReplaySafe: world.isNeeded, isAbsent: step.isAbsent === true };
  }
  return { intent, freeze: null, hours: (now - from) / HOUR_MS, sends: intent.sends };
} // biome-ignore format: one move a line

function see(
  intent: Intent,
  what: Question,
  now: EpochMs,
  world: World & { readonly isAbsent: boolean },
): Step {
  const { isPaid, isNeeded, maySend, isAbsent } = world;
  const row = aCredit('777', { createdAt: addMs(NOW, 1_000), paymentIntentId: intent.paymentIntent });
  const news = { isNeeded: isNeeded && maySend && !isPaid, now, limits: CHARGE_LIMITS };
  switch (what) {
    case 'ledger':
      return onLook(intent, {
        ...news,
        look: aLook(isPaid ? [row] : [], { at: now }),
        claimed: new Set(),
        hasRival: false,
        isOfThisRun: false,
      });
    case 'payment':
      return onPaymentStatus(intent, { ...news, isAbsent, status: isPaid ? 'succeeded' : 'failed' });
    case 'subscription':
      return onSubscription(intent, {
        ...news,
        maySend: news.isNeeded,
        isReached: isPaid,
        hasPeriodMoved: isPaid,
      });
    case 'checkout':
      return onCheckout(intent, { ...news, word: { kind: isPaid ? 'unclear' : 'unpaid' } });
    case 'silence':
      return onSilence(intent, now, CHARGE_LIMITS);
  }
}

test('a charge of which nothing is ever heard is replayed for a day at most, then proven absent', () => {
  const { intent, freeze, hours, sends } = live(anIntent(), NOW, {
    isPaid: false,
    isNeeded: true,
    maySend: true,
  });
  expect([standing(intent), freeze]).toEqual(['released absent', null]);
  expect(hours).toBeGreaterThan(22.5);
  expect(hours).toBeLessThan(27);
  expect(sends).toBeLessThan(40);
});

test('a charge of which nothing is heard but that the ledger shows is settled within a minute, with one credit', () => {
  const { intent, hours } = live(anIntent(), NOW, { isPaid: true, isNeeded: false, maySend: true });
  expect(standing(intent)).toBe('settled by ledger');
  expect(hours * 60).toBeLessThan(2);
});

test('a repair of which nothing is ever heard ends with a person, not with a guess', () => {
  const { intent, freeze } = live(aRepair(), NOW, { isPaid: false, isNeeded: true, maySend: true });
  expect([standing(intent), freeze]).toEqual(['in_doubt', 'sent, but the subscription does not show it']);
});

test('whatever happened, once the world is quiet every intent is closed, its account frozen, or its card holder asked, within four days', () => {
  const story = fc.record({
    isFund: fc.boolean(),
    firstAnswer: someNews.map(({ answer: outcome }) => outcome),
    news: fc.array(someNews, { maxLength: 12 }),
    world: fc.record({ isPaid: fc.boolean(), isNeeded: fc.boolean(), maySend: fc.boolean() }),
  });
  fc.assert(
    fc.property(story, ({ isFund, firstAnswer, news, world }) => {
      let { intent } = answer(isFund ? anIntent() : aRepair(), firstAnswer, NOW);
      let now = NOW;
      for (const one of news) {
        if (!isOpen(intent)) return;
        now = addMs(now, one.waitMs);
        intent = tell(intent, one, now).intent;
      }
      if (!isOpen(intent)) return;
      const end = live(intent, now, world);
      const isAsked = end.intent.state.kind === 'action';
      expect(end.freeze !== null || !isOpen(end.intent) || isAsked).toBe(true);
    }),
    { numRuns: 2_000 },
  );
});
