import { expect, test } from 'vitest';
import type { Subscription } from '../../src/domain/observation.ts';
import { addMs, MINUTE_MS } from '../../src/domain/time.ts';
import { decideSubscription } from '../../src/policy/decide.ts';
import type { LastLive } from '../../src/policy/last-live.ts';
import { NOW } from '../domain/a-ledger.ts';
import { aSubscription, aSubscriptionCase, planId } from './a-case.ts';

const CANCELED = aSubscription('canceled', { planId: planId('10') });

function decided(
  subscriptions: readonly Subscription[],
  troubleForMs: number,
  lastLive: LastLive | null = null,
) {
  return decideSubscription(aSubscriptionCase(subscriptions, { troubleForMs, lastLive }));
}

test.each([
  ['an empty list', [], 5 * MINUTE_MS],
  ['a list of an ended subscription, where none was seen live,', [CANCELED], 5 * MINUTE_MS],
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

test('the one that was seen live is believed at once when it says canceled', () => {
  const lastLive = { subscription: CANCELED.id, missing: null, earlier: [] };
  expect(decided([CANCELED], 0, lastLive)).toMatchObject({ kind: 'charge', reason: 'no_subscription' });
});

test('where the list lacks the one that was live, no row of it is believed', () => {
  const { id: subscription } = aSubscription('active', { number: '78' });
  const lastLive = { subscription, missing: { seenForMs: 29 * MINUTE_MS, seenAt: NOW }, earlier: [] };
  for (const status of ['canceled', 'past_due', 'paused'] as const) {
    const one = aSubscriptionCase([aSubscription(status, { planId: planId('10') })], { lastLive });
    expect(decideSubscription(one)).toMatchObject({
      kind: 'hold',
      reason: 'trouble_unconfirmed',
      sentence: expect.stringContaining('half a list'),
      until: addMs(NOW, MINUTE_MS),
    });
  }
});
