import type { BillingInfo } from '../contract/billing-info.ts';
import type { AccountName, GroupName, PaymentMethodId } from './ids.ts';
import type { Cents } from './money.ts';
import type { Secret } from './secret.ts';
import type { PauseSpec, PlanName, RuleSpec } from './subscription-rules.ts';

/** What a person asked for, as `config` resolved it. Immutable; a reload makes a new one. */
export type FleetSpec = {
  /** First 12 hex digits of the SHA-256 over all config text; armed intents keep the one they were armed under. */
  readonly revision: string;
  readonly mode: 'observe' | 'enforce';
  readonly provider: ProviderSpec;
  readonly server: {
    readonly host: string;
    readonly port: number;
    /** What POST requests to the API must carry; `null` refuses them all. */
    readonly apiToken: Secret | null;
  };
  readonly store: { readonly kind: 'sqlite'; readonly path: string };
  readonly quarantineMs: number;
  /** How long balances are remembered for the charts. */
  readonly history: { readonly retentionMs: number };
  /** Caps over the whole fleet. */
  readonly caps: CapsSpec;
  readonly groups: ReadonlyMap<GroupName, CapsSpec>;
  readonly accounts: ReadonlyMap<AccountName, AccountSpec>;
  readonly alerts: AlertsSpec;
};

export type ProviderSpec =
  | { readonly kind: 'sandbox'; readonly speed: number }
  | { readonly kind: 'remote'; readonly baseUrl: string; readonly stripeUrl: string };

/** A provider that other processes can reach too. */
export function isRemote(provider: ProviderSpec): provider is Extract<ProviderSpec, { kind: 'remote' }> {
  return provider.kind === 'remote';
}

export type AccountSpec = {
  readonly name: AccountName;
  readonly group: GroupName | null;
  readonly credentials: CredentialsSpec;
  readonly schedule: Schedule;
  /** IANA name; windows and month-ends of subscription rules are those of this place. */
  readonly timezone: string;
  readonly policy: PolicySpec;
  /** What is to be kept at the provider; `null` leaves it alone. */
  readonly billingInfo: BillingInfo | null;
};

export type CredentialsSpec =
  | { readonly kind: 'token'; readonly token: Secret; readonly place: SecretPlace }
  | {
      readonly kind: 'password';
      readonly email: string;
      readonly password: Secret;
      readonly place: SecretPlace;
    }
  /** Only with `provider: sandbox`: the built-in imitation knows the account by its name. */
  | { readonly kind: 'sandbox' };

/** Where a secret was read, for people who have to mend it: "the file /run/secrets/render_eu". */
export type SecretPlace = string;

export type Schedule =
  | { readonly kind: 'every'; readonly periodMs: number }
  /** Five or six fields, evaluated in `timezone` (IANA name). */
  | { readonly kind: 'cron'; readonly expression: string; readonly timezone: string };

export type PolicySpec = {
  readonly name: string;
  readonly wallet: WalletSpec | null;
  /** Caps per account that uses the policy. */
  readonly caps: CapsSpec;
  readonly subscription: SubscriptionSpec | null;
  readonly invoices: InvoicesSpec | null;
};

/** `archive` is the absolute path of a folder. */
export type InvoicesSpec = { readonly archive: string };

export type WalletSpec = {
  readonly minBalanceCents: Cents;
  readonly topUp: TopUpSpec;
  readonly cooldownMs: number;
  /** The payment ladder, tried in order; at least one step. */
  readonly payWith: readonly PaymentStep[];
  readonly foreignCredits: 'alert' | 'allow';
  /** Payment links that a `human` step may make in 24 h. */
  readonly linksPerDay: number;
  readonly autoFunding: AutoFundingSpec;
  /** Resellers: what lies above is withdrawn; `null` withdraws nothing. */
  readonly maxBalanceCents: Cents | null;
  /** Redeemed once per account. */
  readonly coupons: readonly string[];
};

/** The provider's own recharge; `leave` keeps hands off it. */
export type AutoFundingSpec =
  | { readonly kind: 'leave' }
  | { readonly kind: 'off' }
  | { readonly kind: 'set'; readonly thresholdCents: Cents; readonly amountCents: Cents };

export type TopUpSpec =
  | { readonly kind: 'amount'; readonly amountCents: Cents }
  | { readonly kind: 'to'; readonly targetCents: Cents }
  /** Enough for so long at the observed burn; `minimumCents` where the burn is unknown or lower. */
  | { readonly kind: 'runway'; readonly runwayMs: number; readonly minimumCents: Cents };

export type PaymentStep =
  | { readonly kind: 'default' }
  | { readonly kind: 'card'; readonly id: PaymentMethodId }
  /** Every other saved card, in the provider's order. */
  | { readonly kind: 'others' }
  | { readonly kind: 'human' };

/** Dollars charged, in rolling windows of 24 h, 7 d and 30 d; `null` is no cap. */
export type CapsSpec = {
  readonly perChargeCents: Cents | null;
  readonly dayCents: Cents | null;
  readonly weekCents: Cents | null;
  readonly monthCents: Cents | null;
  readonly chargesPerDay: number | null;
};

export type SubscriptionSpec = {
  /** `null` is any plan. Where rules stand, what holds when none of them does. */
  readonly plan: PlanName | null;
  readonly rules: readonly RuleSpec[];
  /** `null` never pauses. */
  readonly pause: PauseSpec | null;
  /** Also undo what a person changed by hand. */
  readonly enforce: boolean;
  /** What a new subscription is paid with; every other repair goes to the default card by itself. */
  readonly payWith: readonly PaymentStep[];
  readonly linksPerDay: number;
  readonly whenPastDue: 'fix_payment' | 'alert' | 'leave';
  readonly whenPaused: 'resume' | 'alert' | 'leave';
  readonly whenCanceled: 'alert' | 'subscribe' | 'leave';
  readonly whenWrongPlan: 'alert' | 'change' | 'leave';
};

/** Whether what is wanted of the subscription changes by itself. */
export function isRuled(spec: SubscriptionSpec | null): boolean {
  return spec !== null && (spec.rules.length > 0 || spec.pause !== null);
}

export type AlertsSpec = {
  readonly receivers: ReadonlyMap<string, ReceiverSpec>;
  /** First match wins unless `continues`. */
  readonly routes: readonly RouteSpec[];
  readonly repeatMs: number;
  /** How long the first of a burst waits for the rest of it. */
  readonly groupWaitMs: number;
  /** What stands in front of a runbook's name in messages. */
  readonly runbooks: string;
  /** `null` pings nobody. */
  readonly heartbeat: HeartbeatSpec | null;
};

/** A dead-man switch: pinged while purser is well, so that its silence is heard. */
export type HeartbeatSpec = {
  readonly url: Secret;
  readonly everyMs: number;
  readonly method: 'GET' | 'POST';
  readonly allowPrivate: boolean;
};

export type ReceiverSpec = ReceiverTarget & {
  /** Whether it is sent the addresses of payment links. */
  readonly payLinks: boolean;
};

export type ReceiverTarget =
  /** An incoming webhook. */
  | { readonly kind: 'slack'; readonly webhookUrl: Secret }
  /** A bot, which answers in threads and edits what it said. */
  | {
      readonly kind: 'slack_bot';
      readonly token: Secret;
      readonly channel: string;
      /** In front of a method's name. */
      readonly apiUrl: string;
    }
  | {
      readonly kind: 'webhook';
      readonly url: string;
      readonly secret: Secret;
      readonly allowPrivate: boolean;
    }
  /** `url` stands in front of the paths of Events API v2. */
  | { readonly kind: 'pagerduty'; readonly routingKey: Secret; readonly url: string }
  /** `url` stands in front of /api/v2. */
  | {
      readonly kind: 'alertmanager';
      readonly url: string;
      readonly token: Secret | null;
      readonly allowPrivate: boolean;
    };

export type RouteSpec = {
  /** Empty matches every severity. */
  readonly severities: readonly ('critical' | 'warning' | 'info')[];
  /** Groups whose accounts match; empty matches all. */
  readonly groups: readonly GroupName[];
  readonly to: readonly string[];
  readonly continues: boolean;
};
