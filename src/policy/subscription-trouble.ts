import type { Plan, Subscription } from '../domain/observation.ts';
import type { SubscriptionSpec } from '../domain/spec.ts';
import { findRuledTrouble } from './ruled-trouble.ts';
import { isLive, isOnPlan, lastEnded, planNamed, withoutAddons } from './subscription-plan.ts';
import type { SubscriptionTrouble } from './trouble-kinds.ts';
import type { Wanted } from './wanted-subscription.ts';

/** What was asked for, beside what is there. `plans` is needed where the plan is declared by name. */
export type Declared = {
  readonly spec: SubscriptionSpec;
  /** What rules and pause want now; `null` where the policy has neither. */
  readonly wanted: Wanted | null;
  readonly subscriptions: readonly Subscription[] | null;
  readonly plans: readonly Plan[] | null;
};

/** The first thing that is wrong, or `null`. Only the declared plan counts where one is declared. */
export function findTrouble(one: Declared): SubscriptionTrouble | null {
  if (one.wanted !== null) return findRuledTrouble({ ...one, wanted: one.wanted });
  const { plan } = one.spec;
  const isDeclared = (candidate: Subscription): boolean =>
    plan !== null && isOnPlan(plan, candidate, one.plans);
  const all = one.subscriptions ?? [];
  const there = all.filter(({ status }) => status !== 'canceled');
  // Where no plan is declared, and nothing but addons is there, they are what is guarded.
  const isPlanThere = plan !== null || withoutAddons(there, one.plans).length > 0 || there.length === 0;
  const list = isPlanThere ? withoutAddons(all, one.plans, isDeclared) : all;
  const mine = plan === null ? list : list.filter(isDeclared);
  if (mine.some(isLive)) return null;
  for (const kind of ['past_due', 'paused'] as const) {
    const subscription = mine.find((candidate) => candidate.status === kind);
    if (subscription !== undefined) return { kind, subscription };
  }
  // One on another plan that rests or is in arrears is there all the same: nothing is bought beside it.
  const other = list.find(isLive) ?? list.find(({ status }) => status === 'past_due' || status === 'paused');
  if (other !== undefined) return { kind: 'wrong_plan', subscription: other };
  const unknown = list.find((subscription) => subscription.status === 'unknown');
  if (unknown !== undefined) return { kind: 'unknown', subscription: unknown };
  return { kind: 'canceled', subscription: lastEnded(mine) };
}

/** The plan that a repair is to end with; `null` where it is not known. */
export function targetPlan(one: Declared, trouble: SubscriptionTrouble): Plan | null {
  const { spec, wanted, plans } = one;
  const own = plans?.find((plan) => plan.id === trouble.subscription?.planId) ?? null;
  if (wanted === null) return spec.plan === null ? own : planNamed(spec.plan, plans);
  // Under rules the plan is changed by itself: what is paid or resumed is the plan that is there.
  if (trouble.kind !== 'wrong_plan' && trouble.kind !== 'canceled') return own;
  return wanted.plan.kind === 'plan' ? planNamed(wanted.plan.plan, plans) : null;
}
