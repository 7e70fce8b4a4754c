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
  /** A balance of at least so much; the asker has put the 20 % buffer on top (seed, "Check Balance Before Large Jobs"). */
  | { readonly kind: 'ensure'; readonly targetCents: Cents }
  | { readonly kind: 'fund_link'; readonly amountCents: Cents }
  | { readonly kind: 'subscribe_link'; readonly plan: PlanWish }
  | { readonly kind: 'subscribe'; readonly plan: PlanWish; readonly card: PaymentMethodId | null }
  | {
      readonly kind: 'change_plan';
      readonly subscription: SubscriptionId | null;
      readonly plan: PlanWish;
    }
  /** `null` is the account's only subscription. */
  | {
      readonly kind: 'fix_payment' | 'resume' | 'pause' | 'reset_cycle';
      readonly subscription: SubscriptionId | null;
    }
  | { readonly kind: 'charge_amount'; readonly amountCents: Cents }
  | { readonly kind: 'withdraw'; readonly amountCents: Cents };

export type PlanWish = PlanName;

/** What a job will cost and the seed's 20 % on top (best practice 4), to the cent, up. */
export function withBuffer(neededCents: Cents): Cents {
  return cents(Math.ceil((neededCents * 12) / 10));
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
