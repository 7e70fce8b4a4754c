import type { PolicySpec } from '../domain/spec.ts';
import type { Problems } from './config-problem.ts';
import { isMisspelled } from './misspelled.ts';
import { openMapping } from './parse-spot.ts';
import { resolveCaps } from './resolve-caps.ts';
import { resolveNamed } from './resolve-named.ts';
import { resolveSubscription } from './resolve-subscription.ts';
import { resolveWallet } from './resolve-wallet.ts';
import { configSchema, policySchema } from './schema.ts';
import { type Spot, spotAt } from './spot.ts';

/** Policies by name; `null` for one with faults of its own, so that accounts which name it are not blamed. */
export type Policies = ReadonlyMap<string, NamedPolicy>;
export type NamedPolicy = { readonly spot: Spot; readonly policy: PolicySpec | null };

/** `policies:`. */
export function resolvePolicies(spot: Spot, problems: Problems): Policies {
  const policies = new Map<string, NamedPolicy>();
  for (const [name, here] of resolveNamed(configSchema.shape.policies, spot, problems)) {
    policies.set(name, { spot: here, policy: resolvePolicy(name, here, problems) });
  }
  return policies;
}

function resolvePolicy(name: string, spot: Spot, problems: Problems): PolicySpec | null {
  if (!openMapping(policySchema, spot, problems)) return null;
  const walletSpot = spotAt(spot, 'wallet');
  const subscriptionSpot = spotAt(spot, 'subscription');
  const hasWallet = walletSpot.node !== null;
  const hasSubscription = subscriptionSpot.node !== null;
  if (!hasWallet && !hasSubscription && ![walletSpot, subscriptionSpot].some(isMisspelled)) {
    problems.error(
      spot,
      'the policy has neither wallet nor subscription: it would do nothing',
      'add one of them',
    );
  }
  const wallet = hasWallet ? resolveWallet(walletSpot, problems) : null;
  const caps = resolveCaps(spotAt(spot, 'caps'), problems);
  const subscription = hasSubscription ? resolveSubscription(subscriptionSpot, problems) : null;
  if (caps === null || (hasWallet && wallet === null) || (hasSubscription && subscription === null))
    return null;
  return { name, wallet, caps, subscription };
}
