import type { Plan, Subscription } from '../domain/observation.ts';
import type { PlanName } from '../domain/subscription-rules.ts';

export function isLive({ status }: Subscription): boolean {
  return status === 'active' || status === 'trialing';
}

/** It stands beside a plan and is none (API sheet #24). */
export function isAddon({ category }: { readonly category?: string | null }): boolean {
  return /^add-?ons?$/i.test(category ?? '');
}

/** Those that are no addon, or that the policy names all the same: an addon is no reason to leave, or to change, a plan. */
export function withoutAddons(
  subscriptions: readonly Subscription[],
  plans: readonly Plan[] | null,
  isMeant: (subscription: Subscription) => boolean = () => false,
): readonly Subscription[] {
  const addons = new Set(plans?.filter(isAddon).map(({ id }) => id));
  const isOne = (one: Subscription): boolean =>
    isAddon(one) || (one.planId !== null && addons.has(one.planId));
  return subscriptions.filter((one) => !isOne(one) || isMeant(one));
}

/** Of those that are over, the one that was paid for longest: a list may come in any order. */
export function lastEnded(subscriptions: readonly Subscription[]): Subscription | null {
  const end = ({ currentPeriodEnd }: Subscription): number => currentPeriodEnd ?? 0;
  return subscriptions
    .filter((one) => !isLive(one))
    .reduce<Subscription | null>((last, one) => (last === null || end(one) > end(last) ? one : last), null);
}

/** `plans` is needed where the plan is declared by name and the subscription tells an id only. */
export function isOnPlan(
  wanted: PlanName,
  subscription: Subscription,
  plans: readonly Plan[] | null,
): boolean {
  if (wanted.kind === 'id') return subscription.planId === wanted.id;
  const name = wanted.name.toLowerCase();
  if (subscription.planName !== null && subscription.planName.toLowerCase() === name) return true;
  return plans?.some((plan) => plan.id === subscription.planId && plan.name.toLowerCase() === name) ?? false;
}

/** Two plans of one name (by the month, by the year) are not told apart by it: neither is bought blindly. */
export function onlyOne<T>(found: readonly T[]): T | null {
  const [only] = found;
  return found.length === 1 && only !== undefined ? only : null;
}

/** The plan in the provider's list; `null` where it is not there, or not the only one, or the list could not be read. */
export function planNamed<Listed extends Pick<Plan, 'id' | 'name'>>(
  wanted: PlanName,
  plans: readonly Listed[] | null,
): Listed | null {
  const matches = (plan: Listed): boolean =>
    wanted.kind === 'id' ? plan.id === wanted.id : plan.name.toLowerCase() === wanted.name.toLowerCase();
  return onlyOne(plans?.filter(matches) ?? []);
}
