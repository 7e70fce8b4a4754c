import { expect, test } from 'vitest';
import type { ChargeAction } from '../../src/domain/decision.ts';
import type { SubscriptionId } from '../../src/domain/ids.ts';
import type { Subscription } from '../../src/domain/observation.ts';
import type { SubscriptionSpec } from '../../src/domain/spec.ts';
import { isInTheWay, unlistedIn } from '../../src/policy/unlisted.ts';
import { aGuard, aSubscription, BASIC, cardId, PRO, planId } from './a-case.ts';

const id = (text: string) => text as SubscriptionId; // what `aSubscription` takes
const row = (name: string, status: Subscription['status'], plan: Partial<Subscription> = {}) =>
  aSubscription(status, { id: id(name), planId: PRO.id, planName: null, ...plan });

const card = cardId('pm_visa');
const SUBSCRIBE: ChargeAction = { kind: 'subscribe', plan: PRO.id, card };
const BY_LINK: ChargeAction = { kind: 'subscribe_link', plan: PRO.id };
const CHANGE: ChargeAction = { kind: 'change_plan', subscription: id('b'), plan: BASIC.id, card };
const PAUSE: ChargeAction = { kind: 'pause', subscription: id('b') };
const FIX: ChargeAction = { kind: 'fix_payment', subscription: id('b'), card };
const RESUME: ChargeAction = { kind: 'resume', subscription: id('b'), card };

const ON_BASIC = { planId: BASIC.id };
const ON_NONE = { planId: null };
const ON_RETIRED = { planId: planId('12') };
const BY_NAME = aGuard({ plan: { kind: 'name', name: 'Pro' } });
const ANY = aGuard({ plan: null });

test.each<[string, Subscription, ChargeAction, Subscription, SubscriptionSpec, boolean]>([
  ['one that is over is in no way', row('a', 'canceled'), SUBSCRIBE, row('b', 'canceled'), aGuard(), false],
  ['none is bought beside one that rests', row('a', 'paused'), SUBSCRIBE, row('b', 'canceled'), aGuard(), true],
  ['nor by a page', row('a', 'past_due'), BY_LINK, row('b', 'canceled'), aGuard(), true],
  ['nor on whatever plan', row('a', 'paused', ON_BASIC), SUBSCRIBE, row('b', 'canceled'), aGuard(), true],
  ['none is changed for one that rests', row('a', 'paused'), CHANGE, row('b', 'active', ON_BASIC), aGuard(), true],
  ['even if both are on other plans', row('a', 'paused', ON_BASIC), CHANGE, row('b', 'active', ON_BASIC), aGuard(), true],
  ['one on a named plan is changed beside one that is not', row('a', 'paused', ON_BASIC), CHANGE, row('b', 'active'), aGuard(), false],
  ['not beside one that may be on that plan', row('a', 'paused', ON_NONE), CHANGE, row('b', 'active'), aGuard(), true],
  ['nor where only its name would tell', row('a', 'paused', ON_RETIRED), CHANGE, row('b', 'active'), BY_NAME, true],
  ['an id tells', row('a', 'paused', ON_RETIRED), CHANGE, row('b', 'active'), aGuard(), false],
  ['a name tells', row('a', 'paused', { planId: null, planName: 'Old' }), CHANGE, row('b', 'active'), BY_NAME, false],
  ['one that is not listed is not changed', row('a', 'paused', ON_BASIC), CHANGE, row('c', 'active'), aGuard(), true],
  ['none is paused for one that rests', row('a', 'paused'), PAUSE, row('b', 'active'), aGuard(), true],
  ['beside one on another plan one is paused', row('a', 'paused', ON_BASIC), PAUSE, row('b', 'active'), aGuard(), false],
  ['arrears are not paid beside a live one', row('a', 'active'), FIX, row('b', 'past_due'), aGuard(), true],
  ['they are beside a live one on another plan', row('a', 'active', ON_BASIC), FIX, row('b', 'past_due'), aGuard(), false],
  ['not beside one that may be on that plan', row('a', 'active', ON_NONE), FIX, row('b', 'past_due'), aGuard(), true],
  ['nor beside one in arrears too', row('a', 'past_due'), FIX, row('b', 'past_due'), aGuard(), true],
  ['they are beside one that is paused', row('a', 'paused'), FIX, row('b', 'past_due'), aGuard(), false],
  ['not beside one that nobody knows', row('a', 'unknown', ON_BASIC), FIX, row('b', 'past_due'), aGuard(), true],
  ['none is resumed for one that is paused', row('a', 'paused'), RESUME, row('b', 'paused'), aGuard(), true],
  ['nor beside one in arrears', row('a', 'past_due'), RESUME, row('b', 'paused'), aGuard(), true],
  ['one is beside one on another plan', row('a', 'paused', ON_BASIC), RESUME, row('b', 'paused'), aGuard(), false],
  ['where no plan is named any is meant', row('a', 'active', ON_NONE), RESUME, row('b', 'paused'), ANY, true],
])('%s', (_sentence, unlisted, action, listed, spec, expected) => {
  const declared = { spec, wanted: null, subscriptions: [listed], plans: [PRO, BASIC] };
  expect(isInTheWay(unlisted, action, declared)).toBe(expected);
}); // biome-ignore format: a table

test('unlisted are those that were followed and that no row tells of', () => {
  const last = { subscription: id('b'), missing: null, earlier: [id('a'), id('c')] };
  expect(unlistedIn(last, [row('b', 'active'), row('a', 'paused')])).toEqual([id('c')]);
  expect(unlistedIn(last, [])).toEqual([id('b'), id('a'), id('c')]);
});
