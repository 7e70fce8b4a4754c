import fc from 'fast-check';
import { expect, test } from 'vitest';
import { declineClass } from '../../src/contract/declines.ts';
import { cardVerdict, DECLINES_REMEMBERED_MS } from '../../src/domain/card-ceiling.ts';
import { addMs, DAY_MS, type EpochMs, HOUR_MS } from '../../src/domain/time.ts';
import { NOW } from './a-ledger.ts';

/** One account's wish to try the card, the answer it would get, and how long the answer takes. */
const attempt = fc.record({
  afterMs: fc.oneof(
    fc.constantFrom(0, 1, 2_000, 6 * HOUR_MS, DAY_MS),
    fc.integer({ min: 0, max: 3 * DAY_MS }),
  ),
  answerMs: fc.oneof(fc.constantFrom(0, 1_000), fc.integer({ min: 0, max: 2 * DAY_MS })),
  code: fc.oneof(
    { weight: 6, arbitrary: fc.constantFrom('insufficient_funds', 'processing_error', 'try_again_later') },
    { weight: 2, arbitrary: fc.constantFrom('success', 'do_not_honor') },
    { weight: 1, arbitrary: fc.constantFrom('expired_card', 'stolen_card') },
  ),
});

type Tried = { readonly at: EpochMs; readonly answeredAt: EpochMs; readonly code: string };

/** Accounts try one card whenever it is free; the journal knows of an answer only once it came. */
function play(wishes: readonly { afterMs: number; answerMs: number; code: string }[]): readonly Tried[] {
  const tried: Tried[] = [];
  let now = NOW;
  for (const { afterMs, answerMs, code } of wishes) {
    now = addMs(now, afterMs);
    const answered = tried.filter(({ answeredAt }) => answeredAt <= now);
    const declines = answered
      .filter((one) => one.code !== 'success')
      .map((one) => ({ at: one.answeredAt, code: one.code, isForgiven: false }))
      // As the journal keeps them: a soft decline is forgotten some day.
      .filter((one) => declineClass(one.code) !== 'retry_later' || one.at > now - DECLINES_REMEMBERED_MS)
      .sort((a, b) => a.at - b.at);
    const successes = answered.filter((one) => one.code === 'success').map((one) => one.answeredAt);
    const lastSuccessAt = successes.reduce<EpochMs | null>(
      (last, at) => (last !== null && last > at ? last : at),
      null,
    );
    const verdict = cardVerdict(
      { declines, undecided: tried.length - answered.length, challenged: 0, lastSuccessAt },
      now,
    );
    if (verdict.kind === 'wait') expect(verdict.until).toBeGreaterThan(now);
    if (verdict.kind === 'free') tried.push({ at: now, answeredAt: addMs(now, answerMs), code });
  }
  return tried;
}

const someAttempts = fc.array(attempt, { minLength: 1, maxLength: 80 });
const mostIn = (times: readonly number[], windowMs: number) =>
  Math.max(0, ...times.map((end) => times.filter((at) => at <= end && at > end - windowMs).length));

test('whoever shares a card, it is declined at most twice in 24 h and five times in 30 days', () => {
  fc.assert(
    fc.property(someAttempts, (wishes) => {
      const declined = play(wishes).filter(({ code }) => code !== 'success');
      for (const times of [declined.map(({ at }) => at), declined.map(({ answeredAt }) => answeredAt)]) {
        expect(mostIn(times, DAY_MS)).toBeLessThanOrEqual(2);
        expect(mostIn(times, 30 * DAY_MS)).toBeLessThanOrEqual(5);
      }
    }),
    { numRuns: 2_000 },
  );
});

test('a dead card that fifty accounts need gets no storm: five attempts in a month of trying every minute', () => {
  const wishes = Array.from({ length: 30 * 24 * 60 }, () => ({
    afterMs: 60_000,
    answerMs: 2_000,
    code: 'insufficient_funds',
  }));
  const tried = play(wishes);
  expect(tried.length).toBeLessThanOrEqual(5);
  const gaps = tried.map(({ at }, index) => Math.floor((at - (tried[index - 1]?.at ?? at)) / HOUR_MS));
  expect(gaps).toEqual([0, 6, 24, 72, 168]);
});

test('no attempt starts after a stolen card was reported, nor after an expiry until one that was under way succeeds', () => {
  fc.assert(
    fc.property(someAttempts, (wishes) => {
      const tried = play(wishes);
      for (const { code, answeredAt } of tried) {
        const later = tried.filter(({ at }) => at > answeredAt);
        if (code === 'stolen_card') expect(later).toEqual([]);
        if (code !== 'expired_card') continue;
        const [first] = later;
        const isMended = tried.some(
          (one) =>
            one.code === 'success' &&
            first !== undefined &&
            one.answeredAt >= answeredAt &&
            one.answeredAt <= first.at,
        );
        expect(first === undefined || isMended).toBe(true);
      }
    }),
    { numRuns: 2_000 },
  );
});
