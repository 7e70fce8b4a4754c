import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type Intent, isOpen } from '../../src/charge/intent.ts';
import { addMs, type EpochMs, HOUR_MS, MINUTE_MS, SECOND_MS } from '../../src/domain/time.ts';
import { NOW } from '../domain/a-ledger.ts';
import { anIntent, aRepair, standing } from './an-intent.ts';
import { type Fact, missingEvidence } from './evidence.ts';
import { answer, type News, newsOrPerson, someNews, type Told, tell } from './some-news.ts';

const someStory = fc.record({
  isFund: fc.boolean(),
  firstAnswer: someNews.map(({ answer: outcome }) => outcome),
  news: fc.array(newsOrPerson, { minLength: 1, maxLength: 30 }),
});
type Chapter = {
  readonly before: Intent;
  readonly told: Told;
  readonly news: News | null;
  readonly now: EpochMs;
};

/** Plays the news against one intent until it closes; every chapter with the facts up to it. */
function play(
  { isFund, firstAnswer, news }: { isFund: boolean; firstAnswer: News['answer']; news: readonly News[] },
  look: (chapter: Chapter, facts: readonly Fact[]) => void,
): Intent {
  const start = isFund ? anIntent() : aRepair();
  const facts: Fact[] = [];
  let now = NOW;
  let told = answer(start, firstAnswer, now);
  const note = (before: Intent, one: News | null) => {
    if (told.fact !== null) facts.push(told.fact);
    look({ before, told, news: one, now }, facts);
  };
  note(start, null);
  for (const one of news) {
    if (!isOpen(told.intent)) break;
    const before = told.intent;
    now = addMs(now, one.waitMs);
    told = tell(before, one, now);
    note(before, one);
  }
  return told.intent;
}

test('whatever comes in whatever order, an intent closes only on the evidence that its end needs', () => {
  const ends = new Set<string>();
  fc.assert(
    fc.property(someStory, (story) => {
      const end = play(story, ({ told }, facts) => {
        expect(missingEvidence(told.intent, facts)).toBeNull();
      });
      ends.add(standing(end));
    }),
    { numRuns: 6_000 },
  );
  // A check that never meets an end proves nothing about it.
  for (const end of [
    'settled by ledger', 'settled by payment_status', 'settled by subscription_status', 'settled by operator', 'rejected',
    'released declined', 'released absent', 'released refused', 'released operator',
  ])
    expect([...ends]).toContain(end);
}); // biome-ignore format: a list of words

test('key, bytes, amount and everything else that was promised stay what they were', () => {
  fc.assert(
    fc.property(someStory, (story) => {
      play(story, ({ before, told: { intent, isSent } }) => {
        const { id, account, kind, key, endpoint, pathId, body, amountCents, card, anchor, attempt, armedAt } = before;
        expect(intent).toMatchObject({ id, account, kind, key, endpoint, pathId, body, amountCents, card, anchor, attempt, armedAt });
        expect(intent.sends - before.sends).toBe(isSent && before.sends + 1 === intent.sends ? 1 : 0);
        if (before.paymentIntent !== null) expect(intent.paymentIntent).not.toBeNull();
        if (!before.canReplay) expect(intent.canReplay).toBe(false);
      });
    }),
    { numRuns: 2_000 },
  );
}); // biome-ignore format: one check a line

test('no POST goes out past the horizon, after a refused replay, before the provider allows it, or over a credit that may be ours', () => {
  fc.assert(
    fc.property(someStory, (story) => {
      play(story, ({ before, told, news, now }, facts) => {
        if (!told.isSent || news === null) return;
        const earlier = facts.slice(0, -1).filter((fact) => fact.kind === 'post');
        expect(now - NOW).toBeLessThan(22.5 * HOUR_MS);
        expect(['armed', 'in_doubt']).toContain(before.state.kind);
        expect(news.asked.maySend).toBe(true);
        for (const { at, answer: outcome } of earlier) {
          if (outcome === 'lost') continue;
          expect(outcome.kind === 'rejected' || (outcome.kind === 'unclear' && outcome.isKeyConflict)).toBe(false);
          const isLast = at === earlier.at(-1)?.at && outcome === earlier.at(-1)?.answer;
          if (isLast && outcome.kind === 'no_effect') expect(now - at).toBeGreaterThanOrEqual(outcome.retryAfterMs ?? 5 * SECOND_MS);
        }
        const isFast = earlier.length <= 3 && now - NOW < MINUTE_MS;
        expect(isFast || (news.asked.evidence && news.asked.isReplaySafe)).toBe(true);
        expect(now - (earlier.at(-1)?.at ?? now)).toBeGreaterThanOrEqual(2 * SECOND_MS);
      });
    }),
    { numRuns: 4_000 },
  );
}); // biome-ignore format: one check a line
