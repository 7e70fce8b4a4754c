import { expect, test } from 'vitest';
import type { Subscription } from '../../src/domain/observation.ts';
import { addMs, MINUTE_MS } from '../../src/domain/time.ts';
import { decideSubscription } from '../../src/policy/decide.ts';
import { NOW } from '../domain/a-ledger.ts';
import { aSubscription, aSubscriptionCase, planId } from './a-case.ts';

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

test('where the list lacks the one that was live, no row of it is believed', () => {
  const waitedForUntil = addMs(NOW, MINUTE_MS);
  for (const status of ['canceled', 'past_due', 'paused'] as const) {
    const one = aSubscriptionCase([aSubscription(status, { planId: planId('10') })], { waitedForUntil });
    expect(decideSubscription(one)).toMatchObject({
      kind: 'hold',
      reason: 'trouble_unconfirmed',
      sentence: expect.stringContaining('half a list'),
      until: waitedForUntil,
    });
  }
});
