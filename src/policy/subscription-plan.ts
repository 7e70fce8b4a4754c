import type { Plan, Subscription } from '../domain/observation.ts';
import type { PlanName } from '../domain/subscription-rules.ts';

export function isLive({ status }: Subscription): boolean {
  return status === 'active' || status === 'trialing';
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

/** The plan in the provider's list; `null` where it is not there, or the list could not be read. */
export function planNamed<Listed extends Pick<Plan, 'id' | 'name'>>(
  wanted: PlanName,
  plans: readonly Listed[] | null,
): Listed | null {
  const matches = (plan: Listed): boolean =>
    wanted.kind === 'id' ? plan.id === wanted.id : plan.name.toLowerCase() === wanted.name.toLowerCase();
  return plans?.find(matches) ?? null;
}
