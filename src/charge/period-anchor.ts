import type { Subscription } from '../domain/observation.ts';

/** What the keys of subscription calls hang on (charging.md, "The key"): the subscription, and the end of its period. */
export function periodAnchor(subscription: Subscription | null): string {
  return `${subscription?.id ?? 'none'}/${subscription?.currentPeriodEnd ?? 'none'}`;
}

/** Such an anchor, or one that begins with it, taken apart: the end of the period, NaN where it has none, and all else. */
export function readPeriodAnchor(anchor: string): { readonly period: number; readonly need: string } {
  const [subscription = '', period, ...rest] = anchor.split('/');
  return { period: Number(period), need: [subscription, ...rest].join('/') };
}
