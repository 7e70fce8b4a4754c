import type { Plan, Subscription } from '../domain/observation.ts';
import type { SubscriptionSpec } from '../domain/spec.ts';
import type { PlanName } from '../domain/subscription-rules.ts';
import { isLive, isOnPlan, lastEnded, withoutAddons } from './subscription-plan.ts';
import type { SubscriptionTrouble } from './trouble-kinds.ts';
import type { Wanted } from './wanted-subscription.ts';

type Ruled = {
  readonly spec: SubscriptionSpec;
  readonly wanted: Wanted;
  readonly subscriptions: readonly Subscription[] | null;
  readonly plans: readonly Plan[] | null;
};

/**
 * The same where rules say what is wanted: one subscription is followed from plan to plan, and one that is paused is
 * there. What is not known is no trouble. A paused one changes its plan when it runs again.
 */
export function findRuledTrouble(one: Ruled): SubscriptionTrouble | null {
  const subscription = ruledSubscription(one);
  if (subscription === null) return { kind: 'canceled', subscription: canceledOne(one) };
  const { state, plan } = one.wanted;
  switch (subscription.status) {
    case 'past_due':
      return { kind: 'past_due', subscription };
    case 'unknown':
      return { kind: 'unknown', subscription };
    case 'paused':
      return state.kind === 'live' || state.kind === 'free' ? { kind: 'paused', subscription } : null;
    case 'active':
    case 'trialing':
    case 'canceled': // none that is canceled was taken
      break;
  }
  if (state.kind === 'paused') return { kind: 'running', subscription };
  const isRight = plan.kind !== 'plan' || isOnPlan(plan.plan, subscription, one.plans);
  return isRight ? null : { kind: 'wrong_plan', subscription };
}

/** The subscription that the rules are about: one on a plan that they name, before any other; one that lives first. */
export function ruledSubscription(one: Omit<Ruled, 'wanted'>): Subscription | null {
  const candidates = candidatesIn(one);
  const byStatus = (status: Subscription['status']) =>
    candidates.find((candidate) => candidate.status === status);
  return candidates.find(isLive) ?? byStatus('past_due') ?? byStatus('paused') ?? byStatus('unknown') ?? null;
}

function candidatesIn(one: Omit<Ruled, 'wanted'>): readonly Subscription[] {
  const there = (one.subscriptions ?? []).filter(({ status }) => status !== 'canceled');
  const named = there.filter((subscription) => isNamed(one, subscription));
  if (named.length > 0 && named.length < there.length) return named;
  const plans = withoutAddons(there, one.plans);
  return plans.length > 0 ? plans : named;
}

/** Whether one that rests, or is in arrears, could be meant too. */
export function isOneOfSeveral(one: Omit<Ruled, 'wanted'>): boolean {
  return candidatesIn(one).length > 1;
}

/** Whether another one could as well be meant: then a person has to say which one is to change. */
export function isAmbiguous(one: Omit<Ruled, 'wanted'>): boolean {
  const live = (one.subscriptions ?? []).filter(isLive);
  const named = live.filter((subscription) => isNamed(one, subscription));
  return (named.length > 0 ? named : withoutAddons(live, one.plans)).length > 1;
}

/** Whether it is on one of the plans that the policy names. */
export function isNamed({ spec, plans }: Pick<Ruled, 'spec' | 'plans'>, subscription: Subscription): boolean {
  const names = plansNamed(spec);
  return names.length === 0 || names.some((name) => isOnPlan(name, subscription, plans));
}

export function plansNamed(spec: SubscriptionSpec): readonly PlanName[] {
  return [...(spec.plan === null ? [] : [spec.plan]), ...spec.rules.map(({ plan }) => plan)];
}

function canceledOne(one: Ruled): Subscription | null {
  return lastEnded((one.subscriptions ?? []).filter((subscription) => isNamed(one, subscription)));
}
