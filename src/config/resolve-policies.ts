import type { BillingInfo } from '../contract/billing-info.ts';
import type { PolicySpec } from '../domain/spec.ts';
import type { Problems } from './config-problem.ts';
import type { Loading } from './loading.ts';
import { isMisspelled } from './misspelled.ts';
import { openMapping, parseSpot } from './parse-spot.ts';
import { billingInfoOfPolicy } from './resolve-billing-info.ts';
import { resolveCaps } from './resolve-caps.ts';
import { resolveInvoices } from './resolve-invoices.ts';
import { resolveNamed } from './resolve-named.ts';
import { resolveSubscription } from './resolve-subscription.ts';
import { resolveWallet } from './resolve-wallet.ts';
import { configSchema, policySchema } from './schema.ts';
import { type Spot, spotAt } from './spot.ts';
import { billingInfoSchema } from './upkeep-schemas.ts';

/** Policies by name; `null` for one with faults of its own, so that accounts which name it are not blamed. */
export type Policies = ReadonlyMap<string, NamedPolicy>;
export type NamedPolicy = {
  readonly spot: Spot;
  readonly policy: PolicySpec | null;
  readonly billingInfo: BillingInfo;
};

/** `policies:`. */
export function resolvePolicies(spot: Spot, loading: Loading): Policies {
  const policies = new Map<string, NamedPolicy>();
  for (const [name, here] of resolveNamed(configSchema.shape.policies, spot, loading.problems)) {
    const billingInfo = resolveBillingInfo(spotAt(here, 'billing_info'), loading.problems);
    policies.set(name, { spot: here, policy: resolvePolicy(name, here, loading), billingInfo });
  }
  return policies;
}

function resolveBillingInfo(spot: Spot, problems: Problems): BillingInfo {
  const written = spot.node === null ? null : parseSpot(billingInfoSchema, spot, problems);
  return billingInfoOfPolicy(written, spot, problems);
}

function resolvePolicy(name: string, spot: Spot, loading: Loading): PolicySpec | null {
  const { problems } = loading;
  if (!openMapping(policySchema, spot, problems)) return null;
  reportUseless(spot, problems);
  const walletSpot = spotAt(spot, 'wallet');
  const subscriptionSpot = spotAt(spot, 'subscription');
  const hasWallet = walletSpot.node !== null;
  const hasSubscription = subscriptionSpot.node !== null;
  const wallet = hasWallet ? resolveWallet(walletSpot, problems) : null;
  const caps = resolveCaps(spotAt(spot, 'caps'), problems);
  const subscription = hasSubscription ? resolveSubscription(subscriptionSpot, problems) : null;
  const invoices = resolveInvoices(spotAt(spot, 'invoices'), loading);
  if (caps === null || (hasWallet && wallet === null) || (hasSubscription && subscription === null))
    return null;
  return { name, wallet, caps, subscription, invoices };
}

const WORKING_KEYS = ['wallet', 'subscription', 'billing_info', 'invoices'] as const;

function reportUseless(spot: Spot, problems: Problems): void {
  const spots = WORKING_KEYS.map((key) => spotAt(spot, key));
  if (spots.some((one) => one.node !== null || isMisspelled(one))) return;
  const what = `none of ${WORKING_KEYS.join(', ')}`;
  problems.error(spot, `the policy has ${what}: it would do nothing`, 'add one of them');
}
