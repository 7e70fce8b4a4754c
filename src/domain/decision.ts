import type { Ensured } from './hand-order.ts';
import type { PaymentMethodId, PlanId, SubscriptionId } from './ids.ts';
import type { Cents } from './money.ts';
import type { EpochMs } from './time.ts';

/** What the policy wants done, or why it holds back. `sentence` is for people, `reason` for metrics and machines. */
export type Decision = Hold | Charge | Act | Freeze;

export type Hold = {
  readonly kind: 'hold';
  readonly reason: HoldReason;
  readonly sentence: string;
  /** When looking again makes sense before the next poll; `null` where the poll will do. */
  readonly until: EpochMs | null;
  /** What would have been charged, where it got that far. */
  readonly amountCents: Cents | null;
};

/** Move money: `amountCents` is what the caps reserve. */
export type Charge = {
  readonly kind: 'charge';
  readonly reason:
    | 'below_minimum'
    | 'past_due'
    | 'paused'
    | 'pause_wanted'
    | 'no_subscription'
    | 'wrong_plan'
    | 'by_hand';
  readonly sentence: string;
  readonly amountCents: Cents;
  readonly action: ChargeAction;
  /** The plan whose price the amount is; that of the action, if left out. */
  readonly pricedBy?: PlanId;
  /** What somebody asked for, where the policy alone would not charge just this, or (`isOnly`) nothing. */
  readonly ensured?: Ensured & { readonly isOnly: boolean };
};

export type ChargeAction =
  | {
      readonly kind: 'fund';
      readonly card: PaymentMethodId;
      /** A bonus coupon that this top-up carries. */
      readonly coupon: string | null;
    }
  /** A page on which a person funds the wallet. */
  | { readonly kind: 'fund_link' }
  | {
      readonly kind: 'fix_payment';
      readonly subscription: SubscriptionId;
      readonly card: PaymentMethodId | null;
    }
  | { readonly kind: 'subscribe'; readonly plan: PlanId; readonly card: PaymentMethodId }
  /** A page on which a person pays for a new subscription. */
  | { readonly kind: 'subscribe_link'; readonly plan: PlanId }
  | {
      readonly kind: 'change_plan';
      readonly subscription: SubscriptionId;
      readonly plan: PlanId;
      /** The default card, which the provider charges. */
      readonly card: PaymentMethodId;
    }
  /** Charges the default card where the paid period is over. */
  | { readonly kind: 'resume'; readonly subscription: SubscriptionId; readonly card: PaymentMethodId }
  | { readonly kind: 'pause'; readonly subscription: SubscriptionId }
  /** Charges a period to the default card. */
  | {
      readonly kind: 'reset_cycle';
      readonly subscription: SubscriptionId;
      readonly card: PaymentMethodId | null;
    }
  | { readonly kind: 'charge_amount'; readonly card: PaymentMethodId | null }
  /** Money out of the wallet; it counts against no cap. */
  | { readonly kind: 'withdraw'; readonly payoutCents: Cents };

/** A person has to act. */
export type Act = {
  readonly kind: 'needs_human';
  readonly reason:
    | 'no_card_left'
    /** A payment link is out. */
    | 'link_open'
    /** No more links today. */
    | 'links_used_up'
    | 'subscription_canceled'
    | 'wrong_plan'
    | 'past_due'
    | 'paused'
    | 'status_unknown'
    /** By a person; purser leaves it. */
    | 'changed_by_hand';
  readonly sentence: string;
  readonly amountCents: Cents | null;
};

/** Nothing more is charged to this account until a person looked. */
export type Freeze = {
  readonly kind: 'freeze';
  readonly reason: 'anchor_not_moved' | 'anchor_stale' | 'look_torn';
  readonly sentence: string;
};

export const HOLD_REASONS = [
  'above_minimum',
  'no_wallet_policy',
  'subscription_ok',
  'paused_by_operator',
  'frozen',
  'quarantined',
  'clock_skew',
  'intent_open',
  /** A payment link is out, and the provider does not say whether it was paid. */
  'page_unclear',
  'look_torn',
  'anchor_stale',
  'anchor_not_moved',
  'cooling_down',
  /** Whether what left the wallet was used is known in a few minutes. */
  'burn_unknown',
  'pacing',
  'probation',
  'cap_per_charge',
  'cap_day',
  'cap_week',
  'cap_month',
  'cap_charges_per_day',
  'cards_waiting',
  'trouble_unconfirmed',
  /** Rules changed the plan a little while ago. */
  'plan_kept',
  /** Rules ask for usage that cannot be read. */
  'usage_unknown',
  'price_unknown',
  'plan_unknown',
  'provider_unreachable',
  /** Of what a person asked for: the account is not in a state that allows it. */
  'not_possible',
] as const;

export type HoldReason = (typeof HOLD_REASONS)[number];
