import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { CapScope, CapUsage } from '../../src/domain/caps.ts';
import type { Anchor } from '../../src/domain/ledger.ts';
import { type Cents, cents, microUsd } from '../../src/domain/money.ts';
import type { PaymentStep, TopUpSpec } from '../../src/domain/spec.ts';
import { DAY_MS, type EpochMs, HOUR_MS, MINUTE_MS } from '../../src/domain/time.ts';
import { decideSubscription, decideWallet } from '../../src/policy/decide.ts';
import type { WalletCase } from '../../src/policy/wallet-checks.ts';
import { aCredit, ago, aLook, NOW } from '../domain/a-ledger.ts';
import { aGuard, aStanding, aSubscription, aSubscriptionCase, aWallet, aWalletCase, BASIC, cardId, MASTERCARD, PRO, records, VISA } from './a-case.ts'; // biome-ignore format: a list of words

/** Each trouble is rare, so that enough cases pass them all. */
const rarely = <T>(trouble: fc.Arbitrary<T>, otherwise: T) =>
  fc.oneof({ weight: 12, arbitrary: fc.constant(otherwise) }, { weight: 1, arbitrary: trouble });
const someCents = fc.integer({ min: 0, max: 20_000 }).map((value) => cents(value));
const maybeCents = fc.oneof(
  { weight: 3, arbitrary: fc.constant<Cents | null>(null) },
  { weight: 1, arbitrary: someCents },
);
const maybe = <T>(value: fc.Arbitrary<T>) => fc.option(value, { freq: 12 });
const pastMs = fc.constantFrom(0, 1, MINUTE_MS, 11 * MINUTE_MS, 3 * HOUR_MS, 25 * HOUR_MS);

const anyStanding = fc
  .record({
    pausedBecause: rarely<string | null>(fc.constant('x'), null),
    frozenBecause: rarely<string | null>(fc.constant('x'), null),
    watch: fc.oneof(
      { weight: 8, arbitrary: fc.constant({ kind: 'clear' as const }) },
      { weight: 1, arbitrary: fc.constant({ kind: 'quarantine' as const, until: NOW }) },
      { weight: 1, arbitrary: fc.option(pastMs).map((ms) => ({ kind: 'probation' as const, until: NOW, firstLowAt: ms === null ? null : ago(ms) })) },
    ),
    open: fc.oneof({ weight: 6, arbitrary: fc.constant([]) }, { weight: 1, arbitrary: fc.constantFrom('fund', 'resume').map((kind) => [{ kind, state: 'in_doubt', sentence: 'x' }]) }),
  })
  .map((changes) => aStanding(changes)); // biome-ignore format: lists of words

const anyUsage = fc.array(
  fc.record({
    scope: fc.record({
      kind: fc.constantFrom<CapScope['kind']>('account', 'group', 'fleet'),
      name: fc.constant('x'),
      caps: fc.record({ perChargeCents: maybeCents, dayCents: maybeCents, weekCents: maybeCents, monthCents: maybeCents, chargesPerDay: rarely<number | null>(fc.nat(6), null) }),
    }),
    usage: fc.record({ dayCents: someCents, weekCents: someCents, monthCents: someCents, chargesToday: fc.nat(6) }),
  }),
  { maxLength: 3 },
); // biome-ignore format: lists of words

const anyHistory = fc.record({
  highestAnchor: rarely<Anchor | null>(fc.constantFrom({ id: '100', at: ago(HOUR_MS) }, { id: '101', at: ago(HOUR_MS) }, { id: '9', at: ago(1) }), null),
  attempts: fc.array(fc.record({ at: pastMs.map(ago), allowsNext: rarely(fc.constant(false), true) }), { maxLength: 4 }).map((list) => list.toSorted((a, b) => a.at - b.at)),
  beside: rarely(fc.array(fc.record({ at: pastMs.map(ago), allowsNext: fc.constant(false) }), { maxLength: 2 }), []),
  lastChargeAt: rarely<EpochMs | null>(pastMs.map(ago), null),
  lastChargeCents: rarely<Cents | null>(someCents, null),
  nextAttempt: fc.nat(4),
  unusedKeys: fc.constant([]),
  refusedAt: fc.constant(null),
  armedLastDay: fc.nat(3),
  cards: rarely(fc.constantFrom(records({ pm_visa: [[1, 'insufficient_funds']] }), records({ pm_visa: [[1, 'lost_card']], pm_mastercard: 'busy' })), records({})),
  usage: anyUsage,
}); // biome-ignore format: lists of words

const anyTopUp = fc.oneof<fc.Arbitrary<TopUpSpec>[]>(
  // The config refuses a fixed amount under the provider's $10.
  fc.integer({ min: 1_000, max: 20_000 }).map((value) => ({ kind: 'amount', amountCents: cents(value) })),
  someCents.map((targetCents) => ({ kind: 'to', targetCents })),
  fc.record({ kind: fc.constant('runway'), runwayMs: fc.nat(30 * DAY_MS), minimumCents: someCents }),
);
const anyStep = fc.constantFrom<PaymentStep>(
  { kind: 'default' },
  { kind: 'default' },
  { kind: 'card', id: cardId('pm_mastercard') },
  { kind: 'human' },
);
const anyBalance = fc.integer({ min: -5_000_000, max: 22_000_000 }).map((value) => microUsd(value)); // biome-ignore format: lists of words

const anyCase: fc.Arbitrary<WalletCase> = fc
  .record({
    topUp: anyTopUp,
    payWith: fc.array(anyStep, { minLength: 1, maxLength: 3 }),
    standing: anyStanding,
    balanceMicroUsd: maybe(anyBalance),
    burnPerSecond: fc.option(fc.double({ min: 0, max: 1e12, noNaN: true })),
    clockSkewMs: rarely(fc.constantFrom(5 * MINUTE_MS, 6 * MINUTE_MS, -HOUR_MS), 0),
    look: maybe(anyBalance.map((balanceMicroUsd) => ({ ...aLook([aCredit('100')]), balanceMicroUsd }))),
    isLookConsistent: fc.oneof({ weight: 6, arbitrary: fc.constant(true) }, fc.boolean()),
    unsoundForMs: fc.constantFrom(0, 0, 3 * HOUR_MS),
    cards: maybe(fc.constantFrom([], [VISA], [VISA, MASTERCARD])),
    history: maybe(anyHistory),
  })
  .map(({ topUp, payWith, ...rest }) => aWalletCase({ ...rest, spec: aWallet({ topUp, payWith }) })); // biome-ignore format: lists of words

/** Everything that forbids a charge, each in the words of charging.md rather than of the code. */
const FORBIDDEN: Readonly<Record<string, (one: WalletCase) => boolean>> = {
  'paused by a person': ({ standing }) => standing.pausedBecause !== null,
  frozen: ({ standing }) => standing.frozenBecause !== null,
  'the journal may have been lost': ({ standing }) => standing.watch.kind === 'quarantine',
  'a charge is open': ({ standing }) => standing.open.some(({ kind }) => kind === 'fund'),
  'the balance is not known': ({ balanceMicroUsd }) => balanceMicroUsd === null,
  'at or above the minimum': ({ look }) => look !== null && look.balanceMicroUsd >= 20_000_000,
  'no consistent look': ({ look, isLookConsistent }) => look === null || !isLookConsistent,
  'more than 5 min of skew': ({ clockSkewMs }) => Math.abs(clockSkewMs) > 300_000,
  'an anchor below the highest ever seen': ({ history }) => ['101', '9'].includes(history?.highestAnchor?.id ?? ''),
  'an attempt that is not proven to have charged nothing': ({ history }) => history?.attempts.some(({ allowsNext }) => !allowsNext) ?? true,
  'a payment by other means that does not show yet': ({ history }) => (history?.beside.length ?? 1) > 0,
  'within the cooldown, and no rest of a runway': (one) => isWithinCooldown(one) && (one.spec.topUp.kind !== 'runway' || one.history?.lastChargeCents == null),
  'a second charge in 24 h after a lost journal': ({ standing, history }) => standing.watch.kind === 'probation' && history?.lastChargeAt != null && NOW - history.lastChargeAt < DAY_MS,
  'a low balance seen only once after a lost journal': ({ standing: { watch } }) => watch.kind === 'probation' && (watch.firstLowAt === null || NOW - watch.firstLowAt < 720_000),
}; // biome-ignore format: one claim a line

function isWithinCooldown({ history }: WalletCase): boolean {
  return history?.lastChargeAt != null && NOW - history.lastChargeAt < 600_000;
}

function exceeds({ caps }: CapScope, usage: CapUsage, amountCents: number): boolean {
  const over = (cap: number | null, used: number) => cap !== null && used + amountCents > cap;
  return (
    over(caps.perChargeCents, 0) ||
    over(caps.dayCents, usage.dayCents) ||
    over(caps.weekCents, usage.weekCents) ||
    over(caps.monthCents, usage.monthCents) ||
    (caps.chargesPerDay !== null && usage.chargesToday + 1 > caps.chargesPerDay)
  );
}

test('no wallet is ever charged against a fence or over a cap, and nothing that the provider says breaks the decision', () => {
  let charges = 0;
  fc.assert(
    fc.property(anyCase, (one) => {
      const decision = decideWallet(one);
      expect('sentence' in decision && decision.sentence.length).toBeGreaterThan(0);
      if (decision.kind === 'hold' && decision.until !== null) expect(decision.until).toBeGreaterThanOrEqual(NOW);
      if (decision.kind !== 'charge') return;
      charges += 1;
      const broken = Object.entries(FORBIDDEN).filter(([, isForbidden]) => isForbidden(one));
      expect(broken.map(([name]) => name)).toEqual([]);
      for (const { scope, usage } of one.history?.usage ?? []) expect(exceeds(scope, usage, decision.amountCents)).toBe(false);
      expect(decision.amountCents).toBeGreaterThanOrEqual(1_000);
      if (isWithinCooldown(one)) expect(decision.amountCents).toBeGreaterThanOrEqual((one.history?.lastChargeCents ?? 0) * 1.5);
      expect(['pm_visa', 'pm_mastercard']).toContain(decision.action.kind === 'fund' && decision.action.card);
    }),
    { numRuns: 10_000 },
  );
  expect(charges).toBeGreaterThan(100);
}); // biome-ignore format: one check a line

test('no subscription is ever repaired against a fence or over a cap', () => {
  const anySubscription = fc
    .record({ status: fc.constantFrom('active', 'past_due', 'canceled', 'paused', 'trialing', 'unknown'), isPro: fc.boolean(), number: fc.constantFrom('77', '78') })
    .map(({ status, isPro, number }) => aSubscription(status as 'active', { number, ...(isPro ? {} : { planId: BASIC.id, planName: BASIC.name }) })); // one of the six above
  let charges = 0;
  fc.assert(
    fc.property(fc.array(anySubscription, { maxLength: 3 }), anyStanding, anyHistory, fc.boolean(), (subscriptions, standing, history, isAsking) => {
      const spec = isAsking ? aGuard({ whenPastDue: 'alert', whenPaused: 'leave', whenCanceled: 'alert', whenWrongPlan: 'leave' }) : aGuard();
      const decision = decideSubscription(aSubscriptionCase(subscriptions, { spec, standing, history }));
      if (decision.kind !== 'charge') return;
      charges += 1;
      expect([isAsking, standing.pausedBecause, standing.frozenBecause, standing.watch.kind === 'quarantine']).toEqual([false, null, null, false]);
      expect(standing.open.every(({ kind }) => kind === 'fund')).toBe(true);
      expect(history.attempts.every(({ allowsNext }) => allowsNext)).toBe(true);
      const isLive = ({ status, planId }: (typeof subscriptions)[number]) => planId === PRO.id && ['active', 'trialing'].includes(status);
      expect(subscriptions.some(isLive)).toBe(false);
      for (const { scope, usage } of history.usage) expect(exceeds(scope, usage, decision.amountCents)).toBe(false);
      expect(decision.amountCents).toBe(PRO.priceCents);
    }),
    { numRuns: 5_000 },
  );
  expect(charges).toBeGreaterThan(50);
}); // biome-ignore format: one check a line
