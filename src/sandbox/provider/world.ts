import type { RateClass } from '../../contract/endpoints.ts';
import type { Cents } from '../../domain/money.ts';
import type { EpochMs } from '../../domain/time.ts';
import type { Account } from './account.ts';
import type { Card } from './cards.ts';
import type { FaultSettings } from './fault-settings.ts';

/**
 * Everything the imitated provider and its card processor know. Plain JSON: it can be written to a file and read back,
 * and two worlds of one seed that see the same requests at the same instants stay equal.
 *
 * Instants are real time. What `speed` scales (burn, renewals, expiries, back-offs) is divided by it when the
 * instant is computed, so nothing has to know a second clock.
 */
export type World = {
  readonly version: 1;
  readonly seed: string;
  readonly publishableKey: string;
  /** Where the HTTP face listens ("http://127.0.0.1:4010"): payment links and PDF addresses start with it. */
  origin: string;
  speed: number;
  /** The instant that this state belongs to; kept by whoever writes it to a file. */
  savedAt: EpochMs;
  /** Rises with everything that must survive a crash: charges, cards, subscriptions, keys, tokens. */
  revision: number;
  nextUserId: number;
  nextRowId: number;
  nextSubscriptionId: number;
  /** States of the seeded generators: one for ids, one for faults, so that asking for faults changes no id. */
  readonly random: { ids: number; faults: number };
  readonly faults: FaultSettings;
  readonly accounts: Record<string, Account>;
  /** Lower-case e-mail to account name. */
  readonly emails: Record<string, string>;
  readonly tokens: Record<string, Token>;
  /** Windows of the `auth` limiter, by e-mail. */
  readonly authLimits: Record<string, LimitWindow>;
  /** Cards that were tokenised and are attached to no account. */
  readonly looseCards: Record<string, Card>;
  readonly setupIntents: Record<string, SetupIntent>;
  /** Unguessable part of a PDF's address to the invoice it shows. */
  readonly documents: Record<string, { readonly account: string; readonly invoice: string }>;
  /** Every charge that the processor executed, in order; never cut. */
  readonly charges: Charge[];
};

export type Token = { readonly account: string; expiresAt: EpochMs | null };

/** A fixed window, as Laravel's limiter counts: it opens with the first request and is over after a minute. */
export type LimitWindow = { count: number; resetAt: EpochMs };

export type LimitWindows = Partial<Record<RateClass, LimitWindow>>;

export type SetupIntent = {
  readonly id: string;
  readonly secret: string;
  readonly account: string;
  status: 'requires_payment_method' | 'requires_action' | 'succeeded';
  paymentMethod: string | null;
};

export type ChargeKind =
  | 'fund'
  | 'auto_recharge'
  | 'renewal'
  | 'fix_payment'
  | 'subscribe'
  | 'plan_change'
  | 'checkout'
  | 'charge_amount'
  | 'coupon';

export type Charge = {
  readonly account: string;
  readonly amountCents: Cents;
  /** `pm_…` of the card that paid. */
  readonly card: string;
  readonly kind: ChargeKind;
  /** The Idempotency-Key of the request that asked for it; `null` where none did. */
  readonly key: string | null;
  readonly at: EpochMs;
};
