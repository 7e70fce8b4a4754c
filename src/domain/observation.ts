import type { SubscriptionStatus } from '../contract/subscription-status.ts';
import type { CreditId, PaymentIntentId, PaymentMethodId, PlanId, SubscriptionId } from './ids.ts';
import type { Cents, MicroUsd } from './money.ts';
import type { EpochMs } from './time.ts';

/** One `GET /wallet/transactions` answer: balance and credits of the same instant (charging.md, fence 1). */
export type LedgerLook = {
  readonly at: EpochMs;
  readonly balanceMicroUsd: MicroUsd;
  /** Where the provider sent them: `total_credited - amount_used` is compared with the balance. */
  readonly totals: Totals | null;
  /** Credits of the answer, newest first. */
  readonly credits: readonly LedgerCredit[];
  /** True where the answer, or the pages that followed it, hold every credit since the scan horizon. */
  readonly isComplete: boolean;
};

export type Totals = { readonly creditedMicroUsd: MicroUsd; readonly usedMicroUsd: MicroUsd };

/** A row of type `credit` in the provider's wallet ledger (API sheet #15). */
export type LedgerCredit = {
  readonly id: CreditId;
  readonly amountCents: Cents;
  readonly createdAt: EpochMs;
  /** Its stamp names its zone, and more than a day: it can be believed to the minute. */
  readonly isStampExact?: boolean;
  /** `success` in the documented example; anything else is not money yet. */
  readonly isSuccessful: boolean;
  /** It was money and is none any more: refunded, charged back. */
  readonly isReversed: boolean;
  readonly source: string;
  readonly usecase: string;
  /** `transaction_id` where it is a PaymentIntent id (`pi_…`). */
  readonly paymentIntentId: PaymentIntentId | null;
};

export type Subscription = {
  readonly id: SubscriptionId;
  readonly planId: PlanId | null;
  readonly planName: string | null;
  readonly status: SubscriptionStatus | 'unknown';
  readonly currentPeriodEnd: EpochMs | null;
  /** Where the list tells it, or groups by it (API sheet #25). */
  readonly category?: string;
};

export type Card = {
  readonly id: PaymentMethodId;
  readonly brand: string;
  readonly last4: string;
  readonly expMonth: number | null;
  readonly expYear: number | null;
  readonly isDefault: boolean;
  readonly fingerprint: string | null;
};

export type Plan = {
  readonly id: PlanId;
  readonly name: string;
  readonly priceCents: Cents | null;
  /** The provider's word (API sheet #24, and its tool reference): `normal`, `enterprise`, `imagen`, `addon`. */
  readonly category: string | null;
};
