declare const brand: unique symbol;
type Branded<Name extends string> = string & { readonly [brand]: Name };

/** The alias of an account in the config; also its label in metrics, alerts and logs. */
export type AccountName = Branded<'AccountName'>;
export type GroupName = Branded<'GroupName'>;
/** Ours: `int_…`, unique for ever. */
export type IntentId = Branded<'IntentId'>;
export type IdempotencyKey = Branded<'IdempotencyKey'>;
/** Stripe PaymentMethod, `pm_…`. */
export type PaymentMethodId = Branded<'PaymentMethodId'>;
/** Stripe PaymentIntent, `pi_…`. */
export type PaymentIntentId = Branded<'PaymentIntentId'>;
/** Id of a row in the provider's wallet ledger. */
export type CreditId = Branded<'CreditId'>;
export type SubscriptionId = Branded<'SubscriptionId'>;
export type PlanId = Branded<'PlanId'>;

const NAME = /^[a-z0-9][a-z0-9._-]{0,62}$/i;

/** 1 to 63 of letters, digits, `.`, `_`, `-`, starting with a letter or digit; `null` otherwise. */
export function parseName<T extends AccountName | GroupName>(text: string): T | null {
  return NAME.test(text) ? (text as T) : null; // the pattern is the brand's whole claim
}

/** A provider's opaque id as it came: 1 to 255 letters, digits, `_`, `.`, `:`, `-`; `null` otherwise. Numbers become text. */
export function parseProviderId<
  T extends PaymentMethodId | PaymentIntentId | CreditId | SubscriptionId | PlanId,
>(value: string | number): T | null {
  const text = String(value);
  return /^[\w.:-]{1,255}$/.test(text) ? (text as T) : null; // the pattern is the brand's whole claim
}
