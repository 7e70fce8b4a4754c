import type { ProviderSpec } from '../domain/spec.ts';
import { checkUrl, isLoopback } from './check-url.ts';
import type { Problems } from './config-problem.ts';
import { parseSpot } from './parse-spot.ts';
import {
  type ProviderSettingsInput,
  providerNameSchema,
  providerSchema,
  providerSettingsSchema,
} from './provider-schema.ts';
import { type Spot, spotAt } from './spot.ts';

/** The real service (API sheet, "Transport"; Stripe's published API host). */
const MODELSLAB_BASE_URL = 'https://modelslab.com/api/agents/v1';
const STRIPE_URL = 'https://api.stripe.com';

/** `provider:`, or `null` after reporting. */
export function resolveProvider(spot: Spot, problems: Problems): ProviderSpec | null {
  if (spot.node?.kind === 'map') {
    const settings = parseSpot(providerSettingsSchema, spot, problems);
    return settings === null ? null : resolveSettings(settings, spot, problems);
  }
  if (spot.node?.kind !== 'scalar') {
    parseSpot(providerSchema, spot, problems);
    return null;
  }
  const name = parseSpot(providerNameSchema, spot, problems);
  if (name === null) return null;
  if (name === 'sandbox') return { kind: 'sandbox', speed: 1 };
  return { kind: 'remote', baseUrl: MODELSLAB_BASE_URL, stripeUrl: STRIPE_URL };
}

function resolveSettings(
  settings: ProviderSettingsInput,
  spot: Spot,
  problems: Problems,
): ProviderSpec | null {
  const { sandbox, base_url: baseUrl, stripe_url: stripeUrl } = settings;
  if ((sandbox === undefined) === (baseUrl === undefined)) {
    problems.error(spot, 'wanted exactly one of sandbox and base_url', 'keep one of them');
    return null;
  }
  if (sandbox !== undefined) {
    if (stripeUrl === undefined) return { kind: 'sandbox', speed: sandbox.speed };
    problems.error(spotAt(spot, 'stripe_url'), 'stripe_url goes with base_url only', 'take it out');
    return null;
  }
  const base = checkUrl(baseUrl ?? '', { spot: spotAt(spot, 'base_url') }, problems);
  const stripe =
    stripeUrl === undefined
      ? STRIPE_URL
      : checkUrl(stripeUrl, { spot: spotAt(spot, 'stripe_url') }, problems);
  if (base !== null && stripeUrl === undefined && isLoopback(new URL(base).hostname)) {
    problems.warn(
      spotAt(spot, 'base_url'),
      `the API is on this machine, but card data that is typed would go to the real Stripe (${STRIPE_URL})`,
      'add the stripe_url that goes with it; `purser sandbox` prints both',
    );
  }
  return base === null || stripe === null ? null : { kind: 'remote', baseUrl: base, stripeUrl: stripe };
}
