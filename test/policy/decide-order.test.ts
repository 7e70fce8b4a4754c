import { expect, test } from 'vitest';
import { MINUTE_MS } from '../../src/domain/time.ts';
import { decideSubscription, decideWallet } from '../../src/policy/decide.ts';
import type { SubscriptionCase } from '../../src/policy/subscription-case.ts';
import type { WalletCase } from '../../src/policy/wallet-checks.ts';
import { ago, aLook, NOW } from '../domain/a-ledger.ts';
import { aGuard, aHistory, type aStanding, aSubscription, aSubscriptionCase, attempts, aWalletCase, usageOf } from './a-case.ts'; // biome-ignore format: a list of words

type Change<Case> = (one: Case) => Case;
const standing =
  <Case extends WalletCase | SubscriptionCase>(change: Parameters<typeof aStanding>[0]): Change<Case> =>
  (one) => ({ ...one, standing: { ...one.standing, ...change } });
const history = <Case extends WalletCase | SubscriptionCase>(change: Parameters<typeof aHistory>[0]): Change<Case> => (one) => ({ ...one, history: { ...(one.history ?? aHistory()), ...change } }); // biome-ignore format: two builders

/** Every trouble of a wallet, the strongest reason to hold back first. */
const WALLET: readonly (readonly [reason: string, make: Change<WalletCase>])[] = [
  ['frozen', standing({ frozenBecause: 'x' })],
  ['paused_by_operator', standing({ pausedBecause: 'x' })],
  ['provider_unreachable', (one) => ({ ...one, balanceMicroUsd: null })],
  ['above_minimum', (one) => ({ ...one, look: aLook(one.look?.credits ?? [], { balanceCents: 9_000 }) })],
  ['intent_open', standing({ open: [{ kind: 'fund', state: 'in_doubt', sentence: 'x' }] })],
  ['quarantined', standing({ watch: { kind: 'quarantine', until: NOW } })],
  ['clock_skew', (one) => ({ ...one, clockSkewMs: 6 * MINUTE_MS })],
  ['look_torn', (one) => ({ ...one, isLookConsistent: false })],
  ['anchor_stale', history({ highestAnchor: { id: '999', at: ago(1) } })],
  ['anchor_not_moved', history({ attempts: attempts(4, { at: ago(1), allowsNext: false }) })],
  ['probation', standing({ watch: { kind: 'probation', until: NOW, firstLowAt: null } })],
  ['pacing', history({ attempts: attempts(4, { at: ago(1), allowsNext: true }) })],
  ['cooling_down', history({ lastChargeAt: ago(1) })],
  ['provider_unreachable', (one) => ({ ...one, cards: null })],
  ['cap_day', history({ usage: usageOf({ day: 1 }) })],
  ['no_card_left', (one) => ({ ...one, cards: [] })],
];

/** Every trouble of a subscription guard whose subscription is past due. */
const GUARD: readonly (readonly [reason: string, make: Change<SubscriptionCase>])[] = [
  ['frozen', standing({ frozenBecause: 'x' })],
  ['paused_by_operator', standing({ pausedBecause: 'x' })],
  ['provider_unreachable', (one) => ({ ...one, subscriptions: null })],
  ['subscription_ok', (one) => ({ ...one, subscriptions: one.subscriptions && [aSubscription('active')] })],
  ['subscription_ok', (one) => ({ ...one, spec: aGuard({ whenPastDue: 'leave' }) })],
  ['intent_open', standing({ open: [{ kind: 'resume', state: 'in_doubt', sentence: 'x' }] })],
  ['quarantined', standing({ watch: { kind: 'quarantine', until: NOW } })],
  ['clock_skew', (one) => ({ ...one, clockSkewMs: 6 * MINUTE_MS })],
  ['past_due', (one) => ({ ...one, spec: one.spec.whenPastDue === 'leave' ? one.spec : aGuard({ whenPastDue: 'alert' }) })],
  ['anchor_not_moved', history({ attempts: attempts(4, { at: ago(1), allowsNext: false }) })],
  ['pacing', history({ attempts: attempts(4, { at: ago(1), allowsNext: true }) })],
  ['provider_unreachable', (one) => ({ ...one, plans: null })],
  ['plan_unknown', (one) => ({ ...one, plans: one.plans && [] })],
]; // biome-ignore format: a table

test.each(WALLET.map(([reason], index) => [reason, index] as const))(
  'a wallet: %s speaks before every weaker reason, alone and with all of them',
  (reason, index) => {
    expect(reasonOf(decideWallet(withAll(aWalletCase(), WALLET.slice(index, index + 1))))).toBe(reason);
    expect(reasonOf(decideWallet(withAll(aWalletCase(), WALLET.slice(index))))).toBe(reason);
  },
);

test.each(GUARD.map(([reason], index) => [reason, index] as const))(
  'a subscription: %s speaks before every weaker reason, alone and with all of them',
  (reason, index) => {
    const pastDue = aSubscriptionCase([aSubscription('past_due')]);
    expect(reasonOf(decideSubscription(withAll(pastDue, GUARD.slice(index, index + 1))))).toBe(reason);
    expect(reasonOf(decideSubscription(withAll(pastDue, GUARD.slice(index))))).toBe(reason);
  },
);

/** All troubles at once; the stronger ones are made last, so that a weaker one cannot hide them. */
function withAll<Case>(one: Case, troubles: readonly (readonly [string, Change<Case>])[]): Case {
  return troubles.reduceRight((made, [, make]) => make(made), one);
}

function reasonOf(decision: { readonly kind: string; readonly reason?: string }): string {
  return decision.reason ?? decision.kind;
}
