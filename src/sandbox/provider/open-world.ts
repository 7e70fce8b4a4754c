import type { SubscriptionStatus } from '../../contract/subscription-status.ts';
import { cents, type MicroUsd, microUsd } from '../../domain/money.ts';
import { addMs, DAY_MS, type EpochMs } from '../../domain/time.ts';
import type { Account } from './account.ts';
import { issueToken } from './auth.ts';
import type { Card } from './cards.ts';
import { noFaults } from './fault-settings.ts';
import { DUNNING_MS, openSubscription, scaledMs } from './period.ts';
import { newId, seedState, word } from './random.ts';
import type { World } from './world.ts';

/** What an account starts with. */
export type AccountSeed = {
  readonly name: string;
  readonly email: string;
  readonly password: string;
  /** A token that never expires. */
  readonly token: string;
  readonly balanceMicroUsd: MicroUsd;
  /** Per hour of virtual time. */
  readonly burnMicroUsdPerHour: MicroUsd;
  /** The first one is the default. */
  readonly cards: readonly CardSeed[];
  readonly subscription: SubscriptionSeed | null;
  readonly isReseller: boolean;
};

export type CardSeed = Pick<Card, 'id' | 'brand' | 'last4' | 'behaviour' | 'fingerprint'>;

export type SubscriptionSeed = {
  readonly planId: number;
  readonly status: SubscriptionStatus;
  /** From the start, in virtual time; negative where the period is over already. */
  readonly renewsInMs: number;
};

/** Old enough to be outside every rolling window of a budget keeper. */
const FIRST_CREDIT_AGE_MS = 40 * DAY_MS;
const CARD_EXPIRY_YEARS = 3;

export function openWorld(options: {
  readonly seed: string;
  readonly origin: string;
  readonly speed: number;
  readonly now: EpochMs;
}): World {
  const { seed, origin, speed, now } = options;
  return {
    version: 1,
    seed,
    publishableKey: `pk_test_sbx${word({ state: seedState(`${seed} publishable`) }, 20)}`,
    origin,
    speed,
    savedAt: now,
    revision: 0,
    nextUserId: 7_001,
    nextRowId: 1_001,
    nextSubscriptionId: 501,
    random: { ids: seedState(`${seed} ids`), faults: seedState(`${seed} faults`) },
    faults: noFaults(),
    accounts: {},
    emails: {},
    tokens: {},
    authLimits: {},
    looseCards: {},
    setupIntents: {},
    documents: {},
    charges: [],
  };
}

export function openAccount(world: World, seed: AccountSeed, now: EpochMs): Account {
  const userId = world.nextUserId;
  world.nextUserId += 1;
  const cards = seed.cards.map((card) => openCard(card, now));
  const account: Account = {
    name: seed.name,
    email: seed.email,
    password: seed.password,
    userId,
    isReseller: seed.isReseller,
    tokens: [],
    creditedMicroUsd: microUsd(0),
    usedMicroUsd: microUsd(0),
    burnMicroUsdPerHour: seed.burnMicroUsdPerHour,
    burnedUntil: now,
    burnCarry: 0,
    unlisted: { since: now, microUsd: microUsd(0) },
    rows: [],
    beforeLastCredit: null,
    autoFunding: null,
    cards,
    defaultCard: cards[0]?.id ?? null,
    intents: {},
    sessions: {},
    subscriptions: [],
    invoices: [],
    redeemed: [],
    billingInfo: { name: seed.name, email: seed.email },
    keys: {},
    limits: {},
  };
  world.accounts[seed.name] = account;
  world.emails[seed.email.toLowerCase()] = seed.name;
  issueToken(world, account, { text: seed.token, expiresAt: null });
  if (seed.balanceMicroUsd > 0)
    openBalance(world, account, seed.balanceMicroUsd, addMs(now, -FIRST_CREDIT_AGE_MS));
  if (seed.subscription !== null) openSeededSubscription(world, account, seed.subscription, now);
  return account;
}

/** A card that appears by hand, not by tokenising: it is good for three more years. */
export function openCard(seed: CardSeed, now: EpochMs): Card {
  const year = 1970 + Math.floor(now / (365.25 * DAY_MS));
  return {
    ...seed,
    expMonth: 12,
    expYear: year + CARD_EXPIRY_YEARS,
    isAttachable: true,
    trustsSetup: false,
  };
}

/** The starting balance reads as one old wallet funding by card: an account that was in use before. */
function openBalance(world: World, account: Account, balanceMicroUsd: MicroUsd, at: EpochMs): void {
  const id = newId(world, 'pi');
  account.creditedMicroUsd = balanceMicroUsd;
  account.intents[id] = {
    id,
    secret: newId(world, `${id}_secret`),
    amountCents: cents(Math.round(balanceMicroUsd / 10_000)),
    kind: 'fund',
    card: account.defaultCard ?? '',
    key: null,
    createdAt: at,
    status: 'succeeded',
    isRefunded: false,
  };
  account.rows.push({
    id: world.nextRowId,
    type: 'credit',
    source: 'stripe',
    transactionId: id,
    amountMicroUsd: balanceMicroUsd,
    usecase: 'wallet_funding',
    createdAt: at,
    visibleAt: at,
  });
  world.nextRowId += 1;
}

function openSeededSubscription(world: World, account: Account, seed: SubscriptionSeed, now: EpochMs): void {
  const subscription = openSubscription(world, account, seed.planId, now);
  const lengthMs = subscription.periodEnd - subscription.periodStart;
  subscription.periodEnd = addMs(now, scaledMs(world, seed.renewsInMs));
  subscription.periodStart = addMs(subscription.periodEnd, -lengthMs);
  subscription.status = seed.status;
  subscription.cancelAt = seed.status === 'past_due' ? addMs(now, scaledMs(world, DUNNING_MS)) : null;
}
