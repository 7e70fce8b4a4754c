import type { SubscriptionStatus } from '../../contract/subscription-status.ts';
import type { Cents, MicroUsd } from '../../domain/money.ts';
import type { EpochMs } from '../../domain/time.ts';
import type { Card } from './cards.ts';
import type { ChargeKind, LimitWindows } from './world.ts';

/** One user of the imitated provider. Its wallet holds `creditedMicroUsd - usedMicroUsd`, always. */
export type Account = {
  readonly name: string;
  readonly email: string;
  password: string;
  readonly userId: number;
  isReseller: boolean;
  /** Its tokens, oldest first; what each is good for stands in the world. */
  tokens: string[];

  creditedMicroUsd: MicroUsd;
  usedMicroUsd: MicroUsd;
  /** What the account's agents spend in an hour of virtual time. */
  burnMicroUsdPerHour: MicroUsd;
  /** Burn is booked up to here. */
  burnedUntil: EpochMs;
  /** The fraction of a micro-dollar that is burnt and not booked yet: 0 up to 1. */
  burnCarry: number;
  /** Burn that no debit row shows yet. */
  readonly unlisted: { since: EpochMs; microUsd: MicroUsd };
  /** Oldest first. */
  rows: LedgerRow[];
  /** The wallet as it was before its newest credit: what a stale answer shows. */
  beforeLastCredit: WalletSnapshot | null;
  autoFunding: AutoFunding | null;

  cards: Card[];
  defaultCard: string | null;
  readonly intents: Record<string, PaymentIntent>;
  readonly sessions: Record<string, CheckoutSession>;
  subscriptions: Subscription[];
  readonly invoices: Invoice[];
  readonly redeemed: string[];
  readonly billingInfo: Record<string, string | null>;
  readonly keys: Record<string, KeyEntry>;
  readonly limits: LimitWindows;
};

export type LedgerRow = {
  readonly id: number;
  readonly type: 'credit' | 'debit';
  readonly source: 'stripe' | 'system' | 'coupon';
  readonly transactionId: string;
  readonly amountMicroUsd: MicroUsd;
  readonly usecase: string;
  readonly createdAt: EpochMs;
  /** Later than `createdAt` where the row is delayed while the balance is already up. */
  readonly visibleAt: EpochMs;
};

export type WalletSnapshot = {
  readonly creditedMicroUsd: MicroUsd;
  readonly usedMicroUsd: MicroUsd;
  readonly lastRowId: number;
};

export type AutoFunding = {
  readonly amountCents: Cents;
  readonly thresholdCents: Cents;
  /** Not charged again before. */
  notBefore: EpochMs;
};

/** `requires_action` is waiting for the holder's 3-D Secure; on the wire it reads `pending`. */
export type PaymentIntent = {
  readonly id: string;
  readonly secret: string;
  readonly amountCents: Cents;
  readonly kind: ChargeKind;
  readonly card: string;
  readonly key: string | null;
  readonly createdAt: EpochMs;
  status: 'succeeded' | 'requires_action' | 'failed';
  isRefunded: boolean;
};

/** `open` until the person pays, `paid` until the agent confirms, then `confirmed`. Expiry is a matter of `expiresAt`. */
export type CheckoutSession = {
  readonly id: string;
  readonly purpose: 'fund' | 'subscribe';
  readonly amountCents: Cents;
  readonly planId: number | null;
  readonly createdAt: EpochMs;
  expiresAt: EpochMs;
  state: 'open' | 'paid' | 'confirmed';
  paymentIntent: string | null;
  subscriptionId: number | null;
};

export type Subscription = {
  readonly id: number;
  readonly stripeId: string;
  planId: number;
  status: SubscriptionStatus;
  periodStart: EpochMs;
  periodEnd: EpochMs;
  /** Set while `past_due`: the subscription is canceled then. */
  cancelAt: EpochMs | null;
};

export type Invoice = {
  readonly id: string;
  readonly number: string;
  readonly amountCents: Cents;
  readonly description: string;
  readonly paymentIntent: string;
  readonly createdAt: EpochMs;
  /** The unguessable part of its PDF's address. */
  readonly document: string;
};

export type KeyEntry = {
  readonly fingerprint: string;
  readonly at: EpochMs;
  /** True while its request is being processed. */
  isOpen: boolean;
  answer: { readonly status: number; readonly body: Readonly<Record<string, unknown>> } | null;
};
