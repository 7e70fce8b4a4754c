import type { IntentId, PaymentMethodId, SubscriptionId } from './ids.ts';
import { type Cents, cents } from './money.ts';
import type { PlanName } from './subscription-rules.ts';
import type { EpochMs } from './time.ts';

/**
 * Something that a person, or an agent before a large job, asks for: done by the keeper under the same journal, keys and
 * caps as its own charges. Amounts are US cents.
 */
export type HandOrder =
  | {
      readonly kind: 'fund';
      readonly amountCents: Cents;
      /** `null` climbs the policy's ladder. */
      readonly card: PaymentMethodId | null;
      readonly coupon: string | null;
    }
  | EnsureOrder
  | { readonly kind: 'fund_link'; readonly amountCents: Cents }
  | { readonly kind: 'subscribe_link'; readonly plan: PlanWish }
  | { readonly kind: 'subscribe'; readonly plan: PlanWish; readonly card: PaymentMethodId | null }
  | {
      readonly kind: 'change_plan';
      readonly subscription: SubscriptionId | null;
      readonly plan: PlanWish;
      /** An addon is meant to take the place of the plan. */
      readonly isAddonMeant?: boolean;
    }
  /** `null` is the account's only subscription. */
  | {
      readonly kind: 'fix_payment' | 'resume' | 'pause' | 'reset_cycle';
      readonly subscription: SubscriptionId | null;
    }
  | { readonly kind: 'charge_amount'; readonly amountCents: Cents }
  | {
      readonly kind: 'withdraw';
      readonly amountCents: Cents;
      /** A sweep: no more than what lies above this when it is decided; `null` is exactly the amount. */
      readonly keepCents: Cents | null;
    };

/** A balance for a job: what it will cost, and the seed's 20 % on top ("Check Balance Before Large Jobs"). */
export type EnsureOrder = {
  readonly kind: 'ensure';
  readonly neededCents: Cents;
  readonly targetCents: Cents;
};

/**
 * What those who asked for a balance want together: charge below the floor, up to the target. The floor is the target
 * until a charge was made for it; from then on the buffer is there to be used.
 */
export type Ensured = { readonly floorCents: Cents; readonly targetCents: Cents };

export type PlanWish = PlanName;

/** The 20 % (seed, best practice 4) are rounded up to the cent. */
export function ensureOrder(neededCents: Cents): EnsureOrder {
  return { kind: 'ensure', neededCents, targetCents: cents(Math.ceil((neededCents * 12) / 10)) };
}

/** How an order ended, or how far it is: `open` goes on by itself. */
export type HandAnswer = {
  readonly outcome: 'done' | 'refused' | 'open';
  /** A word for machines: the reason of the decision, the state of the intent. */
  readonly reason: string;
  readonly sentence: string;
  readonly intent: IntentId | null;
  readonly requestId: string | null;
  /** When asking again makes sense; `null` where time alone does not help. */
  readonly until: EpochMs | null;
  readonly link: { readonly url: string; readonly expiresAt: EpochMs } | null;
};
