import type { Plan, Subscription } from '../domain/observation.ts';
import type { SubscriptionSpec } from '../domain/spec.ts';

/** What is wrong with a subscription, in the order in which it is dealt with. */
export type SubscriptionTrouble =
  | Repairable
  /** A status that nobody documented. */
  | { readonly kind: 'unknown'; readonly subscription: Subscription };

/** Trouble that a call to the provider can mend. */
export type Repairable =
  | { readonly kind: 'past_due' | 'paused' | 'wrong_plan'; readonly subscription: Subscription }
  | { readonly kind: 'canceled'; readonly subscription: Subscription | null };

/** What was asked for, beside what is there. `plans` is needed where the plan is declared by name. */
export type Declared = {
  readonly spec: SubscriptionSpec;
  readonly subscriptions: readonly Subscription[] | null;
  readonly plans: readonly Plan[] | null;
};

/** The first thing that is wrong, or `null`. Only the declared plan counts where one is declared. */
export function findTrouble(one: Declared): SubscriptionTrouble | null {
  const list = one.subscriptions ?? [];
  const mine = list.filter((subscription) => isDeclaredPlan(one, subscription));
  if (mine.some(isLive)) return null;
  for (const kind of ['past_due', 'paused'] as const) {
    const subscription = mine.find((candidate) => candidate.status === kind);
    if (subscription !== undefined) return { kind, subscription };
  }
  const other = list.find(isLive);
  if (other !== undefined) return { kind: 'wrong_plan', subscription: other };
  const unknown = mine.find((subscription) => subscription.status === 'unknown');
  if (unknown !== undefined) return { kind: 'unknown', subscription: unknown };
  return { kind: 'canceled', subscription: mine[0] ?? null };
}

export function isLive({ status }: Subscription): boolean {
  return status === 'active' || status === 'trialing';
}

function isDeclaredPlan({ spec, plans }: Declared, subscription: Subscription): boolean {
  if (spec.plan === null) return true;
  if (spec.plan.kind === 'id') return subscription.planId === spec.plan.id;
  const { name } = spec.plan;
  if (subscription.planName !== null && subscription.planName.toLowerCase() === name.toLowerCase())
    return true;
  return (
    plans?.some(
      (plan) => plan.id === subscription.planId && plan.name.toLowerCase() === name.toLowerCase(),
    ) ?? false
  );
}

export function wish(spec: SubscriptionSpec, trouble: SubscriptionTrouble): string {
  switch (trouble.kind) {
    case 'past_due':
      return spec.whenPastDue;
    case 'paused':
      return spec.whenPaused;
    case 'wrong_plan':
      return spec.whenWrongPlan;
    case 'unknown':
      return 'alert'; // a word that nobody documented: a person has to look
    case 'canceled':
      return spec.plan === null && spec.whenCanceled === 'subscribe' ? 'alert' : spec.whenCanceled;
  }
}

export function targetPlan({ spec, plans }: Declared, trouble: SubscriptionTrouble): Plan | null {
  const wanted = spec.plan;
  if (wanted === null) return plans?.find((plan) => plan.id === trouble.subscription?.planId) ?? null;
  const matches = (plan: Plan): boolean =>
    wanted.kind === 'id' ? plan.id === wanted.id : plan.name.toLowerCase() === wanted.name.toLowerCase();
  return onlyOne(plans?.filter(matches) ?? []);
}

/** Two plans of one name (by the month, by the year) are not told apart by it: neither is bought blindly. */
export function onlyOne<T>(found: readonly T[]): T | null {
  const [only] = found;
  return found.length === 1 && only !== undefined ? only : null;
}

export function describe(trouble: SubscriptionTrouble): string {
  const id = trouble.subscription?.id;
  switch (trouble.kind) {
    case 'past_due':
      return `subscription ${id} is past due`;
    case 'paused':
      return `subscription ${id} is paused`;
    case 'wrong_plan':
      return `subscription ${id} is on another plan than declared`;
    case 'unknown':
      return `subscription ${id} has a status that purser does not know`;
    case 'canceled':
      return 'there is no live subscription';
  }
}
