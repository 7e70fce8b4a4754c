import { expect, test } from 'vitest';
import type { SubscriptionId } from '../../src/domain/ids.ts';
import type { Subscription } from '../../src/domain/observation.ts';
import { addMs, MINUTE_MS } from '../../src/domain/time.ts';
import { type LastLive, noteLive, waitedForUntil } from '../../src/policy/last-live.ts';
import { NOW } from '../domain/a-ledger.ts';
import { aGuard, aSubscription, planId } from './a-case.ts';

const id = (text: string) => text as SubscriptionId; // what `aSubscription` takes
const row = (name: string, status: Subscription['status'], plan: Partial<Subscription> = {}) =>
  aSubscription(status, { id: id(name), ...plan });
const other = { planId: planId('11'), planName: 'Other' };

const seenForMs = (minutes: number) => ({ seenForMs: minutes * MINUTE_MS, seenAt: NOW });
const KNOWN: LastLive = { subscription: id('a'), missing: null };
const MISSING: LastLive = { subscription: id('a'), missing: seenForMs(29) };
const GONE: LastLive = { subscription: id('a'), missing: seenForMs(30) };

test.each<[string, LastLive | null, readonly Subscription[], LastLive | null]>([
  ['none was ever seen live', null, [row('a', 'canceled')], null],
  ['the first live one is remembered', null, [row('x', 'paused'), row('a', 'active')], KNOWN],
  ['one on the declared plan before any other', null, [row('x', 'active', other), row('a', 'active')], KNOWN],
  ['the same as before, of two', KNOWN, [row('b', 'active'), row('a', 'active')], KNOWN],
  ['one that is there and ended', KNOWN, [row('a', 'canceled')], KNOWN],
  ['one that ended gives way to a live one', KNOWN, [row('a', 'canceled'), row('b', 'active')], { ...KNOWN, subscription: id('b') }],
  ['one that is missing stays', KNOWN, [row('b', 'past_due')], { ...KNOWN, missing: seenForMs(0) }],
  ['even beside a live one', KNOWN, [row('b', 'active')], { ...KNOWN, missing: seenForMs(0) }],
  ['it goes on missing', MISSING, [], MISSING],
  ['it is back', MISSING, [row('a', 'past_due')], KNOWN],
  ['gone for half an hour, it gives way to a live one', GONE, [row('b', 'active')], { ...KNOWN, subscription: id('b') }],
  ['without one it stays gone', GONE, [], GONE],
])('%s', (_sentence, known, subscriptions, next) => {
  expect(noteLive(known, { spec: aGuard(), subscriptions, plans: [] }, NOW)).toEqual(next);
}); // biome-ignore format: a table

test('it is waited for half an hour', () => {
  expect([null, KNOWN, MISSING, GONE].map((last) => waitedForUntil(last, NOW))).toEqual([
    null,
    null,
    addMs(NOW, MINUTE_MS),
    null,
  ]);
});
