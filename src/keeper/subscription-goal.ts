import { type Intent, isPutOff } from '../charge/intent.ts';
import { periodAnchor, readPeriodAnchor } from '../charge/period-anchor.ts';
import type { Prospect } from '../charge/put-off-step.ts';
import type { Plan, Subscription } from '../domain/observation.ts';
import type { SubscriptionSpec } from '../domain/spec.ts';
import { AS_DECLARED } from '../policy/hand-changes.ts';
import { isLive, onlyOne } from '../policy/subscription-plan.ts';
import { type Declared, findTrouble, targetPlan } from '../policy/subscription-trouble.ts';
import type { SubscriptionTrouble } from '../policy/trouble-kinds.ts';
import { wish } from '../policy/trouble-words.ts';
import type { Wanted } from '../policy/wanted-subscription.ts';

type Goal = {
  readonly intent: Intent;
  readonly subscriptions: readonly Subscription[];
  readonly plans: readonly Plan[] | null;
  /** `null` where the account left the config: then nothing is needed any more. */
  readonly spec: SubscriptionSpec | null;
  /** What rules want now; `null` where the policy has none. */
  readonly wanted: Wanted | null;
};

/** Whether the provider shows what the intent was sent for. */
export function isReached({ intent, subscriptions, plans, spec, wanted }: Goal): boolean {
  const own = subscriptions.find((one) => one.id === intent.subscription);
  const isOwnLive = own !== undefined && isLive(own);
  switch (intent.kind) {
    case 'fix_payment':
    case 'resume':
      return isOwnLive;
    case 'change_plan':
      if (own?.status === 'canceled') return isReplaced({ intent, subscriptions, plans });
      return (isOwnLive || isPutOff(intent)) && own !== undefined && isOn(intent.plan, own, plans);
    case 'pause':
      return own?.status === 'paused';
    case 'reset_cycle':
      return isOwnLive && isPeriodNew(intent, own);
    case 'subscribe':
    case 'subscribe_link':
      // Another plan may be wanted by now: what was bought is what counts.
      return (
        subscriptions.some((one) => isOn(intent.plan, one, plans) && isLive(one)) ||
        (spec !== null &&
          wanted === null &&
          intent.origin === 'policy' &&
          findTrouble({ spec, wanted, subscriptions, plans }) === null &&
          subscriptions.some((one) => isLive(one) && mayBeOn(intent.plan, one, plans)))
      );
    case 'fund':
    case 'fund_link':
    case 'charge_amount':
    case 'withdraw':
      return false;
  }
}

/** A change may be made by ending the subscription and beginning another. */
function isReplaced({
  intent,
  subscriptions,
  plans,
}: Pick<Goal, 'intent' | 'subscriptions' | 'plans'>): boolean {
  return subscriptions.some((one) => isLive(one) && isOn(intent.plan, one, plans));
}

/** A row may tell its plan by name only, or under an id of another kind, which is none of a plan's. */
function isOn(
  id: Plan['id'] | null,
  { planId, planName }: Subscription,
  plans: readonly Plan[] | null,
): boolean {
  if (id === null) return false;
  if (planId === id) return true;
  if (planId !== null && (plans?.some((plan) => plan.id === planId) ?? true)) return false;
  const named = plans?.filter(({ name }) => name.toLowerCase() === planName?.toLowerCase()) ?? [];
  return planId === null ? named.some((plan) => plan.id === id) : onlyOne(named)?.id === id;
}

/** A row may name its plan under an id of another kind; and where nothing tells which one it is on, the policy's word is all there is. */
function mayBeOn(id: Plan['id'] | null, one: Subscription, plans: readonly Plan[] | null): boolean {
  const isUntold = one.planId === null && (one.planName === null || plans === null);
  return isUntold || isOn(id, one, plans) || isOn(id, { ...one, planId: null }, plans);
}

/** The intent with the subscription that was bought by it, once the provider shows that. */
export function withBought({
  intent,
  subscriptions,
  plans,
}: Pick<Goal, 'intent' | 'subscriptions' | 'plans'>): Intent {
  if (intent.kind !== 'subscribe' && intent.kind !== 'subscribe_link') return intent;
  const live = subscriptions.filter(isLive);
  const bought = live.find((one) => isOn(intent.plan, one, plans)) ?? live[0];
  return bought === undefined || bought.id === intent.subscription
    ? intent
    : { ...intent, subscription: bought.id };
}

/**
 * A change to a cheaper plan that the provider said yes to, with the end of the period that is paid: it may be made only
 * then (what such an answer says is not documented). It costs nothing, so a list that shows the old plan contradicts nothing.
 */
export function withDue({
  intent,
  subscriptions,
  plans,
}: Pick<Goal, 'intent' | 'subscriptions' | 'plans'>): Intent {
  const { state } = intent;
  const own = subscriptions.find((one) => one.id === intent.subscription);
  if (state.kind !== 'charged' || own === undefined || !isLive(own)) return intent;
  const { currentPeriodEnd: endsAt } = own;
  if (state.dueAt !== undefined) {
    const isLater = state.isOverslept === true && endsAt !== null && endsAt > state.dueAt;
    const { isOverslept: _, ...awake } = state;
    return isLater ? { ...intent, state: { ...awake, dueAt: endsAt } } : intent;
  }
  const price = (id: Plan['id'] | null) => plans?.find((plan) => plan.id === id)?.priceCents ?? null;
  const ownPlan = plans?.find(({ id }) => isOn(id, own, plans))?.id ?? null;
  const [before, after] = [price(ownPlan), price(intent.plan)];
  const isCheaper = before !== null && after !== null && after < before;
  return isCheaper && endsAt !== null ? { ...intent, state: { ...state, dueAt: endsAt } } : intent;
}

/** What a change that is put off waits beside. */
export function prospectOf({ intent, subscriptions }: Pick<Goal, 'intent' | 'subscriptions'>): Prospect {
  const own = subscriptions.find((one) => one.id === intent.subscription);
  if (own === undefined) return 'missing';
  if (own.status === 'canceled' || own.status === 'paused') return own.status;
  return isLive(own) ? 'live' : 'stopped';
}

/** Whether what the intent is to mend is still there: only then may it be sent again. */
export function isStillNeeded(goal: Goal): boolean {
  const { intent, subscriptions, plans, spec, wanted } = goal;
  if (intent.origin === 'hand') return isStillPossible(goal);
  if (spec === null) return false;
  const declared = { spec, wanted, subscriptions, plans };
  const trouble = findTrouble(declared);
  switch (intent.kind) {
    case 'fix_payment':
      return trouble?.kind === 'past_due' && trouble.subscription.id === intent.subscription;
    case 'resume':
      return trouble?.kind === 'paused' && trouble.subscription.id === intent.subscription;
    case 'change_plan':
      return (
        trouble?.kind === 'wrong_plan' &&
        trouble.subscription.id === intent.subscription &&
        isStillTheTarget(declared, trouble, intent)
      );
    case 'subscribe':
    case 'subscribe_link':
      return trouble?.kind === 'canceled' && isStillTheTarget(declared, trouble, intent);
    case 'pause':
      return trouble?.kind === 'running' && trouble.subscription.id === intent.subscription;
    case 'reset_cycle':
    case 'fund':
    case 'fund_link':
    case 'charge_amount':
    case 'withdraw':
      return false;
  }
}

/**
 * Whether the policy would still send it. After a reload that leaves it to people it is not sent again, needed as it is: what
 * was sent before may have been done all the same.
 */
export function isStillWished({ intent, subscriptions, plans, spec, wanted }: Goal): boolean {
  if (intent.origin === 'hand' || spec === null) return true;
  const trouble = findTrouble({ spec, wanted, subscriptions, plans });
  const stance = wanted === null ? AS_DECLARED : ({ kind: 'act' } as const);
  const asked = trouble === null ? null : wish(spec, trouble, { wanted, stance });
  return asked !== 'alert' && asked !== 'leave';
}

/** A window that ended, or a reload, may want another plan by now: the old one must not be bought by a replay. */
function isStillTheTarget(declared: Declared, trouble: SubscriptionTrouble, intent: Intent): boolean {
  return targetPlan(declared, trouble)?.id === intent.plan;
}

/** A person asked for it: it is wanted until it is reached, or cannot be reached any more. */
function isStillPossible(goal: Goal): boolean {
  const { intent, subscriptions } = goal;
  const own = subscriptions.find((one) => one.id === intent.subscription);
  const needsOwn = intent.kind !== 'subscribe' && intent.kind !== 'subscribe_link';
  return !isReached(goal) && (!needsOwn || (own !== undefined && own.status !== 'canceled'));
}

/** Proof of a reset, unlike `hasPeriodMoved`; where the list names no period, a clear answer is all there is. */
function isPeriodNew(intent: Intent, { currentPeriodEnd }: Subscription): boolean {
  if (currentPeriodEnd === null) return intent.state.kind === 'charged';
  const endThen = readPeriodAnchor(intent.anchor).period;
  return Number.isFinite(endThen) ? currentPeriodEnd > endThen : intent.state.kind === 'charged';
}

/** Whether the subscription's paid period is another than the one that the intent was armed in. */
export function hasPeriodMoved({ intent, subscriptions }: Pick<Goal, 'intent' | 'subscriptions'>): boolean {
  const own = subscriptions.find((one) => one.id === intent.subscription);
  // Where the provider names no period nothing is known of it: what may have been charged counts as charged.
  // A period that was over when it was resumed was paid for then, whatever the list still says.
  return (
    own?.currentPeriodEnd == null ||
    own.currentPeriodEnd <= intent.armedAt ||
    !intent.anchor.startsWith(periodAnchor(own))
  );
}
