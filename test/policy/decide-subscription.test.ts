import { expect, test } from 'vitest';
import type { Subscription } from '../../src/domain/observation.ts';
import { addMs, HOUR_MS, MINUTE_MS, SECOND_MS } from '../../src/domain/time.ts';
import { decideSubscription } from '../../src/policy/decide.ts';
import type { SubscriptionCase } from '../../src/policy/subscription-case.ts';
import { ago, NOW } from '../domain/a-ledger.ts';
import { aGuard, aHistory, aStanding, aSubscription, aSubscriptionCase, attempts, BASIC, PRO, planId, records, usageOf, VISA } from './a-case.ts'; // biome-ignore format: a list of words

const decide = (subscriptions: readonly Subscription[] | null, changes: Partial<SubscriptionCase> = {}) =>
  decideSubscription(aSubscriptionCase(subscriptions, changes));
const PAST_DUE = [aSubscription('past_due')];
const OTHER_PLAN = { planId: BASIC.id, planName: BASIC.name };
const SOFT = 'insufficient_funds';

test.each<[string, readonly Subscription[], object]>([
  ['past due: the payment is fixed at the price of the plan', PAST_DUE,
    { reason: 'past_due', sentence: 'subscription 77 is past due: fix-payment for $10.00', amountCents: 1_000, action: { kind: 'fix_payment', subscription: '77', card: 'pm_visa' } }],
  ['paused: it is resumed, at what that may charge', [aSubscription('paused')],
    { reason: 'paused', sentence: 'subscription 77 is paused: resume for $10.00', amountCents: 1_000, action: { kind: 'resume', subscription: '77', card: 'pm_visa' } }],
  ['canceled: the plan is subscribed to', [aSubscription('canceled')],
    { reason: 'no_subscription', sentence: 'there is no live subscription: subscribe for $10.00', amountCents: 1_000, action: { kind: 'subscribe', plan: '10', card: 'pm_visa' } }],
  ['none: the plan is subscribed to', [],
    { reason: 'no_subscription', sentence: 'there is no live subscription: subscribe for $10.00', amountCents: 1_000, action: { kind: 'subscribe', plan: '10', card: 'pm_visa' } }],
  ['active on another plan: the plan is changed', [aSubscription('active', OTHER_PLAN)],
    { reason: 'wrong_plan', sentence: 'subscription 77 is on another plan than declared: change-plan for $10.00', amountCents: 1_000, action: { kind: 'change_plan', subscription: '77', plan: '10', card: 'pm_visa' } }],
])('%s', (_sentence, subscriptions, expected) => {
  expect(decide(subscriptions)).toEqual({ kind: 'charge', pricedBy: PRO.id, ...expected });
}); // biome-ignore format: a table

test.each<[Subscription['status'], Partial<SubscriptionCase['spec']>, string, string]>([
  ['past_due', { whenPastDue: 'alert' }, 'past_due', 'subscription 77 is past due; the policy asks a person'],
  ['paused', { whenPaused: 'alert' }, 'paused', 'subscription 77 is paused; the policy asks a person'],
  ['canceled', { whenCanceled: 'alert' }, 'subscription_canceled', 'there is no live subscription; the policy asks a person'],
  ['canceled', { plan: null }, 'subscription_canceled', 'there is no live subscription; the policy asks a person'],
])('%s with %j asks a person (%s)', (status, wish, reason, sentence) => {
  expect(decide([aSubscription(status)], { spec: aGuard(wish) })).toEqual({ kind: 'needs_human', reason, sentence, amountCents: null });
}); // biome-ignore format: a table

test('another plan asks a person where the policy says so', () => {
  const decision = decide([aSubscription('active', OTHER_PLAN)], {
    spec: aGuard({ whenWrongPlan: 'alert' }),
  });
  expect(decision).toMatchObject({ kind: 'needs_human', reason: 'wrong_plan' });
});

test('two live subscriptions on other plans ask a person which one is to change', () => {
  const two = [
    aSubscription('active', OTHER_PLAN),
    aSubscription('trialing', { ...OTHER_PLAN, number: '78' }),
  ];
  expect(decide(two)).toEqual({
    kind: 'needs_human', reason: 'wrong_plan', amountCents: null,
    sentence: 'subscription 77 is on another plan than declared, and it is not the only one: which one is to change?',
  }); // biome-ignore format: one decision
});

test('a status that nobody documented asks a person, and is never repaired', () => {
  const decision = decide([aSubscription('unknown')]);
  expect(decision.kind).toBe('needs_human');
  expect(decision).toMatchObject({ sentence: 'subscription 77 has a status that purser does not know; the policy asks a person' });
}); // biome-ignore format: one check a line

test.each<[readonly Subscription[], Partial<SubscriptionCase['spec']>, string]>([
  [[aSubscription('past_due')], { whenPastDue: 'leave' }, 'subscription 77 is past due'],
  [[aSubscription('paused')], { whenPaused: 'leave' }, 'subscription 77 is paused'],
  [[aSubscription('canceled')], { whenCanceled: 'leave' }, 'there is no live subscription'],
  [[aSubscription('active', OTHER_PLAN)], { whenWrongPlan: 'leave' }, 'subscription 77 is on another plan than declared'],
])('leaves alone what the policy leaves alone: %j %j', (subscriptions, wish, what) => {
  expect(decide(subscriptions, { spec: aGuard(wish) })).toMatchObject({
    kind: 'hold', reason: 'subscription_ok', sentence: `${what}; the policy leaves it`,
  });
}); // biome-ignore format: a table

type Row = [
  what: string,
  changes: Partial<SubscriptionCase>,
  reason: string,
  sentence: string,
  untilMs?: number,
];
test.each<Row>([
  ['a freeze', { standing: aStanding({ frozenBecause: 'refunded' }) }, 'frozen', 'frozen: refunded'],
  ['a pause', { standing: aStanding({ pausedBecause: 'holidays' }) }, 'paused_by_operator', 'paused: holidays'],
  ['no answer', { subscriptions: null }, 'provider_unreachable', 'the provider listed no subscriptions'],
  ['an open repair', { standing: aStanding({ open: [{ kind: 'fix_payment', state: 'in_doubt', sentence: 'int_1 is open' }] }) }, 'intent_open', 'int_1 is open'],
  ['an open purchase of another plan', { subscriptions: [], standing: aStanding({ open: [{ kind: 'subscribe_link', state: 'link_open', sentence: 'int_1 is open', plan: BASIC.id }] }) }, 'intent_open', 'int_1 is open; it is for another plan than the policy wants'],
  ['an open purchase of its plan', { subscriptions: [], standing: aStanding({ open: [{ kind: 'subscribe_link', state: 'link_open', sentence: 'int_1 is open', plan: PRO.id }] }) }, 'intent_open', 'int_1 is open'],
  ['a new journal', { standing: aStanding({ watch: { kind: 'quarantine', until: addMs(NOW, HOUR_MS) } }) }, 'quarantined', 'the journal is new: only watching until 2026-11-23T16:00:00Z (`purser adopt` ends it)', HOUR_MS],
  ['a clock that is an hour slow', { clockSkewMs: HOUR_MS }, 'clock_skew', "this clock is 1h away from the provider's"],
  ['a repair that does not show yet', { history: aHistory({ attempts: attempts(1, { at: ago(HOUR_MS), allowsNext: false }) }) }, 'anchor_not_moved', 'the repair is settled, but the provider does not show it yet'],
  ['a fifth attempt within ten minutes', { history: aHistory({ attempts: attempts(4, { at: ago(MINUTE_MS), allowsNext: true }) }) }, 'pacing', 'several attempts came to nothing; the next one waits', 9 * MINUTE_MS],
  ['a lost journal and a repair of yesterday', { standing: aStanding({ watch: { kind: 'probation', until: addMs(NOW, HOUR_MS), firstLowAt: null } }), history: aHistory({ lastChargeAt: ago(23 * HOUR_MS) }) }, 'probation', 'the journal is new: one charge per 24 h until 2026-11-23T16:00:00Z (`purser adopt` ends it)', HOUR_MS],
  ['no history', { history: null }, 'provider_unreachable', 'nothing is known to repair it with'],
  ['no list of plans', { plans: null }, 'provider_unreachable', 'plans and cards could not be read'],
  ['no list of cards', { cards: null }, 'provider_unreachable', 'plans and cards could not be read'],
  ['a plan that the provider does not have', { plans: [BASIC] }, 'plan_unknown', "subscription 77 is past due; the provider's list has no such plan, or several of that name"],
  ['a plan without a price', { plans: [{ ...PRO, priceCents: null }] }, 'price_unknown', 'subscription 77 is past due; the price of plan Pro is not known'],
  ['a card that rests', { history: aHistory({ cards: records({ pm_visa: [[2, SOFT]] }) }) }, 'cards_waiting', 'subscription 77 is past due; visa …4242 declined (insufficient_funds), rests for 4h', 4 * HOUR_MS],
  ['a card that others try just now', { history: aHistory({ cards: records({ pm_visa: 'busy' }) }) }, 'cards_waiting', 'subscription 77 is past due; visa …4242 waits for the answers to other charges on it', 10 * SECOND_MS],
  ['the caps', { history: aHistory({ usage: usageOf({ perCharge: 5 }) }) }, 'cap_per_charge', 'subscription 77 is past due, but account render-eu: $10.00 is over the per-charge cap $5.00'],
])('holds a repair back for %s', (_what, changes, reason, sentence, untilMs) => {
  const until = untilMs === undefined ? null : addMs(NOW, untilMs);
  expect(decide(PAST_DUE, changes)).toMatchObject({ kind: 'hold', reason, sentence, until });
}); // biome-ignore format: a table

test('a settled repair that does not show for two hours freezes', () => {
  const history = aHistory({ attempts: attempts(1, { at: ago(2 * HOUR_MS), allowsNext: false }) });
  expect(decide(PAST_DUE, { history, troubleForMs: 60 * MINUTE_MS })).toMatchObject({
    kind: 'needs_human',
    reason: 'past_due',
  });
  expect(decide(PAST_DUE, { history, troubleForMs: 2 * HOUR_MS })).toEqual({
    kind: 'freeze', reason: 'anchor_not_moved', sentence: 'the repair is settled, but the provider does not show it yet after 2h',
  }); // biome-ignore format: one decision
});

test('a wallet that is being funded does not stop a repair', () => {
  const standing = aStanding({ open: [{ kind: 'fund', state: 'in_doubt', sentence: 'x' }] });
  expect(decide(PAST_DUE, { standing }).kind).toBe('charge');
});

test.each<[string, Partial<SubscriptionCase>, string]>([
  ['the default card is dead', { history: aHistory({ cards: records({ pm_visa: [[1, 'expired_card']] }) }) }, 'visa …4242 declined and needs a person (expired_card)'],
  ['no card is the default', { cards: [{ ...VISA, isDefault: false }] }, 'the default card is not saved with the provider'],
])('asks a person for the price where %s', (_sentence, changes, why) => {
  expect(decide(PAST_DUE, changes)).toEqual({
    kind: 'needs_human', reason: 'past_due', sentence: `subscription 77 is past due; ${why}`, amountCents: 1_000,
  });
}); // biome-ignore format: a table

const byName = (name: string) => ({ spec: aGuard({ plan: { kind: 'name', name } }) });
const second = { number: '78' };
test.each<[string, readonly Subscription[], Partial<SubscriptionCase>, string]>([
  ['active', [aSubscription('active')], {}, 'subscription_ok'],
  ['trialing', [aSubscription('trialing')], {}, 'subscription_ok'],
  ['one active is enough', [aSubscription('past_due'), aSubscription('active', second)], {}, 'subscription_ok'],
  ['a past due one comes before a paused one', [aSubscription('paused'), aSubscription('past_due', second)], {}, 'past_due'],
  ['past due on the plan comes before active on another', [aSubscription('active', OTHER_PLAN), aSubscription('past_due', second)], {}, 'past_due'],
  ['past due on another plan is there all the same: nothing is bought beside it', [aSubscription('past_due', OTHER_PLAN)], {}, 'wrong_plan'],
  ['paused on another plan, too', [aSubscription('paused', OTHER_PLAN)], {}, 'wrong_plan'],
  ['one of another plan with a word that nobody knows', [aSubscription('unknown', OTHER_PLAN)], {}, 'status_unknown'],
  ['any plan will do where none is declared', [aSubscription('active', OTHER_PLAN)], { spec: aGuard({ plan: null }) }, 'subscription_ok'],
  ['no plan declared, one is past due', [aSubscription('past_due', OTHER_PLAN)], { spec: aGuard({ plan: null }) }, 'past_due'],
  ['the plan by name, whatever its case', [aSubscription('active', { planId: null })], byName('pRO'), 'subscription_ok'],
  ['the plan by name, where the subscription only tells an id', [aSubscription('active', { planName: null })], byName('pro'), 'subscription_ok'],
  ['another plan by name', [aSubscription('active', OTHER_PLAN)], byName('Pro'), 'wrong_plan'],
  ['an id that is not the number of the plan', [aSubscription('active', { planId: planId('010') })], {}, 'wrong_plan'],
])('what is there: %s', (_sentence, subscriptions, changes, reason) => {
  expect(decide(subscriptions, changes)).toMatchObject({ reason });
}); // biome-ignore format: a table

test('a repair without a declared plan costs what the plan of that subscription costs', () => {
  const spec = aGuard({ plan: null });
  expect(decide([aSubscription('past_due', OTHER_PLAN)], { spec })).toMatchObject({ amountCents: 300 });
  expect(decide([aSubscription('past_due', { planId: null })], { spec })).toMatchObject({
    reason: 'plan_unknown',
  });
});
