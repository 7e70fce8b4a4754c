import type { CapScope } from '../../src/domain/caps.ts';
import type { CardRecord, ChargeHistory, PastAttempt, Standing } from '../../src/domain/history.ts';
import {
  type AccountName,
  type PaymentMethodId,
  type PlanId,
  parseName,
  parseProviderId,
  type SubscriptionId,
} from '../../src/domain/ids.ts';
import { cents, microFromCents } from '../../src/domain/money.ts';
import type { Card, Plan, Subscription } from '../../src/domain/observation.ts';
import type { SubscriptionSpec, WalletSpec } from '../../src/domain/spec.ts';
import { HOUR_MS, MINUTE_MS } from '../../src/domain/time.ts';
import type { SubscriptionCase } from '../../src/policy/subscription-case.ts';
import type { WalletCase } from '../../src/policy/wallet-checks.ts';
import { aCredit, ago, aLook, NOW } from '../domain/a-ledger.ts';
import { someCaps, someUsage } from '../domain/some-caps.ts';

const ACCOUNT = parseName<AccountName>('render-eu') as AccountName; // a literal with that pattern

export function cardId(text: string): PaymentMethodId {
  return parseProviderId<PaymentMethodId>(text) as PaymentMethodId; // a literal with that pattern
}

export function planId(text: string): PlanId {
  return parseProviderId<PlanId>(text) as PlanId; // a literal with that pattern
}

export function aCard(id: string, changes: Partial<Card> = {}): Card {
  const last4 = id === 'pm_visa' ? '4242' : '4444';
  const brand = id === 'pm_visa' ? 'visa' : 'mastercard';
  return {
    id: cardId(id), brand, last4, expMonth: 12, expYear: 2030, isDefault: id === 'pm_visa', fingerprint: `print_${id}`, ...changes,
  }; // biome-ignore format: a list of words
}
export const VISA = aCard('pm_visa');
export const MASTERCARD = aCard('pm_mastercard');

/** Declines so many hours ago, by card. */
export function records(
  all: Readonly<Record<string, readonly (readonly [hoursAgo: number, code: string])[] | 'busy'>>,
): ReadonlyMap<string, CardRecord> {
  return new Map(
    Object.entries(all).map(([id, declines]) => {
      const list = declines === 'busy' ? [] : declines;
      const past = list.map(([hours, code]) => ({ at: ago(hours * HOUR_MS), code, isForgiven: false }));
      return [
        `print_${id}`,
        { declines: past, undecided: declines === 'busy' ? 2 : 0, challenged: 0, lastSuccessAt: null },
      ];
    }),
  );
}

export function aStanding(changes: Partial<Standing> = {}): Standing {
  return {
    account: ACCOUNT,
    pausedBecause: null,
    frozenBecause: null,
    watch: { kind: 'clear' },
    open: [],
    ...changes,
  };
}

/** Nothing tried yet, nothing spent, no caps. */
export function aHistory(changes: Partial<ChargeHistory> = {}): ChargeHistory {
  const fleet: CapScope = { kind: 'fleet', name: 'fleet', caps: someCaps() };
  return {
    highestAnchor: null,
    attempts: [],
    nextAttempt: 0,
    unusedKeys: [],
    refusedAt: null,
    beside: [],
    lastChargeAt: null,
    lastChargeCents: null,
    armedLastDay: 0,
    cards: new Map(),
    usage: [{ scope: fleet, usage: someUsage() }],
    ...changes,
  };
}

/** One scope's caps and what is used of them. */
export function usageOf(
  caps: Parameters<typeof someCaps>[0],
  used: Parameters<typeof someUsage>[0] = {},
): ChargeHistory['usage'] {
  const scope: CapScope = { kind: 'account', name: 'render-eu', caps: someCaps(caps) };
  return [{ scope, usage: someUsage(used) }];
}

export function attempts(count: number, last: PastAttempt): readonly PastAttempt[] {
  return [...Array.from({ length: count - 1 }, () => ({ at: ago(9 * HOUR_MS), allowsNext: true })), last];
}

/** At least $20; top up by $50 with the default card; ten minutes between charges. */
export function aWallet(changes: Partial<WalletSpec> = {}): WalletSpec {
  return {
    minBalanceCents: cents(2_000),
    topUp: { kind: 'amount', amountCents: cents(5_000) },
    cooldownMs: 10 * MINUTE_MS,
    payWith: [{ kind: 'default' }],
    foreignCredits: 'alert',
    linksPerDay: 2,
    autoFunding: { kind: 'leave' },
    maxBalanceCents: null,
    coupons: [],
    ...changes,
  };
}

/** A wallet of $5 that may be charged: everything is well, and one card is saved. */
export function aWalletCase(changes: Partial<WalletCase> = {}): WalletCase {
  return {
    spec: aWallet(),
    ensured: null,
    standing: aStanding(),
    now: NOW,
    balanceMicroUsd: microFromCents(cents(500)),
    burnPerSecond: null,
    burnKnownAt: null,
    clockSkewMs: 0,
    look: aLook([aCredit('100')]),
    isLookConsistent: true,
    unsoundForMs: 0,
    lookAgainAt: null,
    cards: [VISA, MASTERCARD],
    history: aHistory(),
    linkHistory: null,
    ...changes,
  };
}

export const PRO: Plan = { id: planId('10'), name: 'Pro', priceCents: cents(1_000), category: null };
export const BASIC: Plan = { id: planId('11'), name: 'Basic', priceCents: cents(300), category: null };

/** Everything that purser can repair, it repairs. */
export function aGuard(changes: Partial<SubscriptionSpec> = {}): SubscriptionSpec {
  return {
    plan: { kind: 'id', id: PRO.id },
    rules: [],
    pause: null,
    enforce: false,
    payWith: [{ kind: 'default' }],
    linksPerDay: 2,
    whenPastDue: 'fix_payment',
    whenPaused: 'resume',
    whenCanceled: 'subscribe',
    whenWrongPlan: 'change',
    ...changes,
  };
}

export function aSubscription(
  status: Subscription['status'],
  changes: Partial<Subscription> & { number?: string } = {},
): Subscription {
  const { number = '77', ...rest } = changes;
  const id = parseProviderId<SubscriptionId>(number) as SubscriptionId; // a literal with that pattern
  return { id, planId: PRO.id, planName: PRO.name, status, currentPeriodEnd: NOW, ...rest };
}

/** A subscription guard that has everything it needs to act. */
export function aSubscriptionCase(
  subscriptions: readonly Subscription[] | null,
  changes: Partial<SubscriptionCase> = {},
): SubscriptionCase {
  return {
    spec: aGuard(),
    wanted: null,
    stance: { kind: 'as_declared' },
    standing: aStanding(),
    now: NOW,
    clockSkewMs: 0,
    troubleForMs: 3_600_000,
    lastLive: null,
    subscriptions,
    plans: [PRO, BASIC],
    cards: [VISA, MASTERCARD],
    history: aHistory(),
    linkHistory: null,
    ...changes,
  };
}
