import { expect, test } from 'vitest';
import type { SubscriptionId } from '../../src/domain/ids.ts';
import type { Subscription } from '../../src/domain/observation.ts';
import { addMs, MINUTE_MS } from '../../src/domain/time.ts';
import { type LastLive, noteLive, waitedForUntil, withoutEarlier } from '../../src/policy/last-live.ts';
import { NOW } from '../domain/a-ledger.ts';
import { aGuard, aSubscription, planId } from './a-case.ts';

const id = (text: string) => text as SubscriptionId; // what `aSubscription` takes
const row = (name: string, status: Subscription['status'], plan: Partial<Subscription> = {}) =>
  aSubscription(status, { id: id(name), ...plan });
const other = { planId: planId('11'), planName: 'Other' };

const seenForMs = (minutes: number) => ({ seenForMs: minutes * MINUTE_MS, seenAt: NOW });
const KNOWN: LastLive = { subscription: id('a'), missing: null, earlier: [] };
const MISSING: LastLive = { subscription: id('a'), missing: seenForMs(29), earlier: [] };
const GONE: LastLive = { subscription: id('a'), missing: seenForMs(30), earlier: [] };
const B_THEN: LastLive = { subscription: id('b'), missing: null, earlier: [id('a')] };
const MANY: LastLive = { ...GONE, earlier: ['s', 't', 'u', 'v', 'w', 'x', 'y', 'z'].map(id) };

test.each<[string, LastLive | null, readonly Subscription[], LastLive | null]>([
  ['none was ever seen live', null, [row('a', 'canceled')], null],
  ['the first live one is remembered, and one that rests beside it', null, [row('x', 'paused'), row('a', 'active')], { ...KNOWN, earlier: [id('x')] }],
  ['one at rest, where none is live', null, [row('x', 'canceled'), row('a', 'paused')], KNOWN],
  ['none that is over', null, [row('x', 'canceled')], null],
  ['one on the declared plan before any other', null, [row('x', 'active', other), row('a', 'active')], KNOWN],
  ['the same as before, of two', KNOWN, [row('b', 'active'), row('a', 'active')], KNOWN],
  ['one that is there and ended', KNOWN, [row('a', 'canceled')], KNOWN],
  ['one that ended gives way to a live one', KNOWN, [row('a', 'canceled'), row('b', 'active')], { ...KNOWN, subscription: id('b') }],
  ['one that is missing stays', KNOWN, [row('b', 'past_due')], { ...KNOWN, missing: seenForMs(0) }],
  ['even beside a live one', KNOWN, [row('b', 'active')], { ...KNOWN, missing: seenForMs(0) }],
  ['it goes on missing', MISSING, [], MISSING],
  ['it is back', MISSING, [row('a', 'past_due')], KNOWN],
  ['gone for half an hour, it gives way to a live one, and is not forgotten', GONE, [row('b', 'active')], B_THEN],
  ['at rest, it gives way to a live one, and is not forgotten', KNOWN, [row('a', 'paused'), row('b', 'active')], B_THEN],
  ['nor while that one is missing', B_THEN, [], { ...B_THEN, missing: seenForMs(0) }],
  ['nor when it is listed again', B_THEN, [row('a', 'active'), row('b', 'active')], B_THEN],
  ['one that is listed as over is forgotten', B_THEN, [row('a', 'canceled'), row('b', 'active')], { ...B_THEN, earlier: [] }],
  ['one that is followed again is no earlier one', { ...B_THEN, missing: seenForMs(30) }, [row('a', 'active')], { ...KNOWN, earlier: [id('b')] }],
  ['of many the newest are kept', MANY, [row('b', 'active')], { ...B_THEN, earlier: [...MANY.earlier.slice(1), id('a')] }],
  ['without one it stays gone', GONE, [], GONE],
])('%s', (_sentence, known, subscriptions, next) => {
  expect(noteLive(known, { spec: aGuard(), subscriptions, plans: [] }, NOW)).toEqual(next);
}); // biome-ignore format: a table

test('what has not changed is the same record', () => {
  const subscriptions = [row('b', 'active')];
  expect(noteLive(B_THEN, { spec: aGuard(), subscriptions, plans: [] }, NOW)).toBe(B_THEN);
  expect(withoutEarlier(B_THEN, id('b'))).toBe(B_THEN);
  expect(withoutEarlier(B_THEN, id('a'))).toEqual({ ...B_THEN, earlier: [] });
});

test('it is waited for half an hour', () => {
  expect([null, KNOWN, MISSING, GONE].map((last) => waitedForUntil(last, NOW))).toEqual([
    null,
    null,
    addMs(NOW, MINUTE_MS),
    null,
  ]);
});
