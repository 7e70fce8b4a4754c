import type { Hold } from '../domain/decision.ts';
import type { HandOrder } from '../domain/hand-order.ts';
import type { Plan } from '../domain/observation.ts';
import { isRuled, type SubscriptionSpec } from '../domain/spec.ts';
import { type PlanName, planWords } from '../domain/subscription-rules.ts';
import { hold } from './shared-checks.ts';
import { isAddon } from './subscription-plan.ts';
import { OUTSIDE_HOURS, type Wanted } from './wanted-subscription.ts';

/**
 * What the policy would put back in the next pass, at a charge, is not done by hand either: the config is where that is
 * changed. Under rules without `enforce` what a person changes is left, so there it is done; what is bought anew is no change.
 */
export function undoneByPolicy(one: {
  readonly order: Pick<HandOrder, 'kind'>;
  readonly plan: Plan | null;
  readonly guard: SubscriptionSpec | null;
  readonly wanted: Wanted | null;
}): Hold | null {
  const { order, plan, guard, wanted } = one;
  if (guard === null) return null;
  const isNew = order.kind === 'subscribe' || order.kind === 'subscribe_link';
  if (plan !== null && isAddon(plan) && !isGuarded(guard, plan) && order.kind !== 'change_plan') return null;
  // That word is stronger than who paused it.
  if (order.kind === 'pause' && guard.whenPaused === 'resume')
    return refuse('the policy would resume it at once: change when_paused in the config first');
  if (isNew && isOutsideHours(wanted))
    return refuse(
      'the policy would pause it at once: wait for its hours, or change pause in the config first',
    );
  if (isRuled(guard) && !guard.enforce && !isNew) return null;
  if (order.kind === 'pause' && wanted?.state.kind === 'live')
    return refuse('the policy would resume it at once: change pause in the config first');
  if (order.kind === 'resume' && isOutsideHours(wanted))
    return refuse('the policy would pause it again at once: change pause in the config first');
  const declared = wanted === null ? guard.plan : wanted.plan.kind === 'plan' ? wanted.plan.plan : null;
  if (declared === null || plan === null || isDeclared(declared, plan)) return null;
  if (order.kind === 'change_plan' && (wanted !== null || guard.whenWrongPlan === 'change'))
    return refuse('the policy would change it back at a charge: change plan in the config instead');
  if (isNew && guard.whenWrongPlan === 'change')
    return refuse(
      `the policy would change it to plan ${planWords(declared)} at once, at another charge: subscribe to that, or change plan in the config first`,
    );
  return null;
}

/** An addon stands beside the plan, and the policy lets it be, but for one that it names; where it names none, any may be meant. */
function isGuarded({ plan: declared, rules }: SubscriptionSpec, plan: Plan): boolean {
  const named = [declared, ...rules.map((rule) => rule.plan)].filter((one) => one !== null);
  return named.length === 0 || named.some((one) => isDeclared(one, plan));
}

/** One that was idle is left running from when it is resumed. */
function isOutsideHours(wanted: Wanted | null): boolean {
  return wanted?.state.kind === 'paused' && wanted.state.key.startsWith(OUTSIDE_HOURS);
}

function refuse(sentence: string): Hold {
  return hold('not_possible', sentence);
}

function isDeclared(declared: PlanName, plan: Plan): boolean {
  return declared.kind === 'id'
    ? plan.id === declared.id
    : plan.name.toLowerCase() === declared.name.toLowerCase();
}
