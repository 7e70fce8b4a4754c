import { expect, test } from 'vitest';
import type { Subscription } from '../../src/domain/observation.ts';
import { decideSubscription } from '../../src/policy/decide.ts';
import { aSubscription, aSubscriptionCase, planId } from './a-case.ts';

const MINUTE_MS = 60_000;

function decided(subscriptions: readonly Subscription[], troubleForMs: number) {
  return decideSubscription(aSubscriptionCase(subscriptions, { troubleForMs }));
}

test.each([
  ['an empty list', [], 5 * MINUTE_MS],
  [
    'a live subscription whose plan is not named',
    [aSubscription('active', { planId: null, planName: null })],
    5 * MINUTE_MS,
  ],
  ['a live subscription on another plan', [aSubscription('active', { planId: planId('11') })], MINUTE_MS / 2],
])('%s buys nothing before it was seen for a while', (_what, subscriptions, confirmMs) => {
  expect(decided(subscriptions, confirmMs - 1)).toMatchObject({
    kind: 'hold',
    reason: 'trouble_unconfirmed',
  });
  expect(decided(subscriptions, confirmMs)).toMatchObject({ kind: 'charge' });
});

test('a row that says canceled is believed at once', () => {
  const canceled = [aSubscription('canceled', { planId: planId('10') })];
  expect(decided(canceled, 0)).toMatchObject({ kind: 'charge', reason: 'no_subscription' });
});
