import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { IntentKind } from '../../src/charge/intent.ts';
import { readOutcome } from '../../src/charge/outcome.ts';
import { fuzzRuns } from '../fuzz-runs.ts';
import { answered } from './an-answer.ts';

const KINDS: readonly IntentKind[] = ['fund', 'fix_payment', 'subscribe', 'change_plan', 'resume'];
const FIELDS = [
  'data', 'error', 'meta', 'code', 'details', 'decline_code', 'payment', 'status', 'payment_intent_id', 'balance', 'wallet',
  'new_balance', 'idempotency_replay', 'checkout_url', 'success', 'message', 'subscription', '__proto__', 'constructor',
] as const; // biome-ignore format: a list of words
const oddValue = fc.oneof(
  fc.constantFrom<unknown>('pi_1', 'pi_2', 'requires_action', 'succeeded', 'payment_declined', 'error', 'idempotency_error'),
  fc.constantFrom<unknown>(true, false, null, 0, 5, -1, 1e300, '1e400', 'NaN', '', [], {}),
  fc.jsonValue({ maxDepth: 2 }),
); // biome-ignore format: lists of words
const { body } = fc.letrec((tie) => ({
  body: fc.oneof(
    { maxDepth: 4 },
    oddValue,
    fc.array(tie('body'), { maxLength: 3 }),
    fc.dictionary(fc.constantFrom(...FIELDS), tie('body'), { maxKeys: 5 }),
  ),
}));
const anyStatus = fc.oneof(
  fc.constantFrom(200, 201, 202, 204, 301, 400, 401, 402, 404, 409, 422, 429, 500, 503),
  fc.integer({ min: 100, max: 599 }),
);
const RUNS = fuzzRuns(5_000);

test('no answer breaks it, and only an answer below 300 with evidence in it says charged', () => {
  fc.assert(
    fc.property(anyStatus, body, fc.constantFrom(...KINDS), (status, sent, kind) => {
      const outcome = readOutcome(answered(status, sent), kind);
      if (outcome.kind !== 'charged') return;
      expect(status >= 200 && status < 300 && status !== 202).toBe(true);
      const text = JSON.stringify(sent);
      expect(text).toMatch(/^\{/);
      const { error = null, success = true, data = {} } = parts(sent);
      expect([error, success === false, parts(data)['error'] ?? null]).toEqual([null, false, null]);
      // Evidence of a funding is the name of a payment or a number of dollars; both can be found in the text.
      if (kind === 'fund') {
        expect(outcome.paymentIntent !== null || outcome.balanceMicroUsd !== null).toBe(true);
        if (outcome.paymentIntent !== null) expect(text).toContain(`"${outcome.paymentIntent}"`);
        else expect(text).toMatch(/balance":"?\s*[-+\d]/);
      } else expect('checkout_url' in { ...parts(sent), ...parts(data) }).toBe(false);
    }),
    RUNS,
  );
});

/** The fields of an object of the wire; of anything else none. */
function parts(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : {};
}

test('only what says so itself is a decline, a step for a person, or nothing done', () => {
  fc.assert(
    fc.property(anyStatus, body, fc.constantFrom(...KINDS), (status, sent, kind) => {
      const outcome = readOutcome(answered(status, sent), kind);
      const text = JSON.stringify(sent);
      const isFine = status >= 200 && status < 300;
      if (outcome.kind === 'declined') {
        expect(status === 402 || (isFine && text.includes('payment_declined'))).toBe(true);
        expect(outcome.code).toMatch(/^[a-z0-9_]{1,64}$/);
      }
      if (outcome.kind === 'action')
        expect(status === 202 || (isFine && text.includes('requires_action'))).toBe(true);
      if (outcome.kind === 'no_effect') expect([401, 429, 503]).toContain(status);
      if (outcome.kind === 'rejected') expect(status >= 400 && status < 500).toBe(true);
    }),
    RUNS,
  );
});

test('an answer that is nested without end is read all the same', () => {
  const depth = 20_000;
  for (const key of ['data', 'error', 'details', 'payment']) {
    const nested: unknown = JSON.parse(`${`{"${key}":`.repeat(depth)}1${'}'.repeat(depth)}`);
    for (const status of [200, 402, 422])
      expect(readOutcome(answered(status, nested), 'fund').kind).not.toBe('charged');
  }
  const wide = { data: { balance: 5, list: Array.from({ length: 100_000 }, (_, index) => `pi_${index}`) } };
  expect(readOutcome(answered(200, wide), 'fund')).toMatchObject({ kind: 'charged', paymentIntent: null });
});
