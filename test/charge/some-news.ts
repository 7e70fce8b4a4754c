import fc from 'fast-check';
import { onAnswer, onLostAnswer } from '../../src/charge/answer-step.ts';
import type { Intent } from '../../src/charge/intent.ts';
import { type Asked, CHARGE_LIMITS, nextMove } from '../../src/charge/next-move.ts';
import type { Outcome } from '../../src/charge/outcome.ts';
import { onLook, onOperator, onPaymentStatus, onSubscription } from '../../src/charge/step.ts';
import type { Step } from '../../src/charge/transitions.ts'; // biome-ignore format: a list of words
import { microUsd } from '../../src/domain/money.ts';
import type { LedgerCredit } from '../../src/domain/observation.ts';
import { addMs, type EpochMs, HOUR_MS, MINUTE_MS, SECOND_MS } from '../../src/domain/time.ts';
import { aCredit, NOW } from '../domain/a-ledger.ts';
import { action, charged, declined, KEY_CONFLICT, nothingDone, posted, REJECTED, UNAVAILABLE, UNCLEAR } from './an-intent.ts'; // biome-ignore format: a list of words
import type { Fact } from './evidence.ts';

/** One thing that may happen to an intent, drawn at random; what does not apply to its kind happens not at all. */
export type News = {
  readonly waitMs: number;
  readonly what: 'pass' | 'look' | 'payment' | 'subscription' | 'operator';
  readonly answer: Outcome | 'lost';
  readonly asked: Asked;
  readonly credits: readonly LedgerCredit[];
  readonly claimed: ReadonlySet<string>;
  readonly isComplete: boolean;
  readonly isNeeded: boolean;
  readonly isReached: boolean;
  readonly status: 'succeeded' | 'pending' | 'failed';
  readonly verdict: 'charged' | 'not_charged';
};

const often = { weight: 4, arbitrary: fc.constant(true) };
const mostly = fc.oneof(often, { weight: 1, arbitrary: fc.constant(false) });
const replay = { isReplay: true };
const anyAnswer = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom<Outcome | 'lost'>('lost', UNCLEAR, nothingDone(), nothingDone(MINUTE_MS), UNAVAILABLE) },
  { weight: 2, arbitrary: fc.constantFrom(declined(), declined({ payment: 'pi_1' }), declined(replay), declined({ payment: 'pi_2', ...replay })) },
  { weight: 1, arbitrary: fc.constantFrom(charged(), charged({ payment: null }), charged(replay), action(), action({ payment: null }), REJECTED, KEY_CONFLICT) },
); // biome-ignore format: lists of words
const anyCredit = fc
  .record({
    id: fc.constantFrom('100', '101', '102', '99'),
    createdAt: fc.constantFrom(addMs(NOW, -37 * HOUR_MS), addMs(NOW, -MINUTE_MS), addMs(NOW, SECOND_MS), addMs(NOW, HOUR_MS)),
    amountCents: fc.constantFrom(5_000, 5_000, 4_900),
    paymentIntentId: fc.constantFrom(null, 'pi_1', 'pi_2', 'pi_9'),
    usecase: fc.constantFrom('wallet_funding', 'wallet_funding', '', 'auto_recharge'),
    isSuccessful: mostly,
  })
  .map(({ id, ...rest }) => aCredit(id, rest)); // biome-ignore format: a list of words

export const someNews: fc.Arbitrary<News> = fc.record({
  waitMs: fc.constantFrom(0, SECOND_MS, 2 * SECOND_MS, 10 * SECOND_MS, MINUTE_MS, 10 * MINUTE_MS, HOUR_MS, 2 * HOUR_MS, 12 * HOUR_MS),
  what: fc.constantFrom('pass', 'pass', 'pass', 'look', 'look', 'look', 'payment', 'subscription', 'subscription'),
  answer: anyAnswer,
  asked: fc.record({ evidence: fc.boolean(), payment: fc.boolean(), isReplaySafe: fc.boolean(), isAbsent: fc.constant(false), maySend: mostly, hasLook: fc.boolean() }),
  credits: fc.oneof({ weight: 3, arbitrary: fc.constant([]) }, { weight: 2, arbitrary: fc.uniqueArray(anyCredit, { maxLength: 3, selector: ({ id }) => id }) }),
  claimed: fc.constantFrom(new Set<string>(), new Set(['101']), new Set(['101', '102'])),
  isComplete: mostly,
  isNeeded: fc.boolean(),
  isReached: fc.boolean(),
  status: fc.constantFrom('succeeded', 'pending', 'failed', 'failed'),
  verdict: fc.constantFrom('charged', 'not_charged'),
}); // biome-ignore format: lists of words

/** Once in a while a person decides; more often would end every story early. */
export const newsOrPerson = fc.oneof(
  { weight: 40, arbitrary: someNews },
  { weight: 1, arbitrary: someNews.map((news): News => ({ ...news, what: 'operator' })) },
);

export type Told = { readonly intent: Intent; readonly fact: Fact | null; readonly isSent: boolean };

/** What one piece of news does, as the keeper would pass it on. `fact` is `null` where nothing happened. */
export function tell(intent: Intent, news: News, now: EpochMs): Told {
  switch (news.what) {
    case 'pass': {
      const move = nextMove(intent, now, news.asked, CHARGE_LIMITS);
      return move.kind === 'send' ? answer(posted(intent, now), news.answer, now) : nothing(intent);
    }
    case 'look': {
      const { credits, claimed, isComplete, isNeeded } = news;
      if (intent.kind !== 'fund') return nothing(intent);
      const fact = { kind: 'look', at: now, credits, claimed, isComplete, isNeeded } as const;
      const look = { at: now, balanceMicroUsd: microUsd(5_000_000), totals: null, credits, isComplete };
      return after(onLook(intent, { look, claimed, hasRival: false, isNeeded, isOfThisRun: false, now, limits: CHARGE_LIMITS }), fact);
    }
    case 'payment':
      if (intent.paymentIntent === null) return nothing(intent);
      return after(onPaymentStatus(intent, { status: news.status, now, limits: CHARGE_LIMITS }), { kind: 'payment', at: now, status: news.status });
    case 'subscription': {
      const { isReached, isNeeded } = news;
      if (intent.kind === 'fund') return nothing(intent);
      const fact = { kind: 'subscription', at: now, isReached, isNeeded } as const;
      return after(onSubscription(intent, { isReached, isNeeded, maySend: isNeeded, hasPeriodMoved: isReached, now, limits: CHARGE_LIMITS }), fact);
    }
    case 'operator':
      return after(onOperator(intent, news.verdict, now), { kind: 'operator', at: now, verdict: news.verdict });
  }
} // biome-ignore format: one piece of news each

/** An answer to the POST that is on its way; a lost one is noticed only where the intent was just armed. */
export function answer(intent: Intent, outcome: Outcome | 'lost', now: EpochMs): Told {
  const fact = { kind: 'post', at: now, answer: outcome } as const;
  if (outcome !== 'lost') return { ...after(onAnswer(intent, outcome, now), fact), isSent: true };
  return { intent: intent.state.kind === 'armed' ? onLostAnswer(intent, now) : intent, fact, isSent: true };
}

function after(step: Step, fact: Fact): Told {
  return { intent: step.intent, fact, isSent: false };
}

function nothing(intent: Intent): Told {
  return { intent, fact: null, isSent: false };
}
