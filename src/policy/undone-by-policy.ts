import type { Hold } from '../domain/decision.ts';
import type { HandOrder } from '../domain/hand-order.ts';
import type { Plan } from '../domain/observation.ts';
import { isRuled, type SubscriptionSpec } from '../domain/spec.ts';
import { hold } from './shared-checks.ts';

/**
 * What the policy would put back in the next pass, at a charge, is not done by hand either: the config is where that is
 * changed. Under rules without `enforce` what a person changes is left, so there it is done.
 */
export function undoneByPolicy(one: {
  readonly order: Pick<HandOrder, 'kind'>;
  readonly plan: Plan | null;
  readonly guard: SubscriptionSpec | null;
}): Hold | null {
  const { order, plan, guard } = one;
  if (guard === null || (isRuled(guard) && !guard.enforce)) return null;
  if (order.kind === 'pause' && guard.whenPaused === 'resume')
    return hold('not_possible', 'the policy would resume it at once: change when_paused in the config first');
  const isElsewhere = guard.plan !== null && plan !== null && !isDeclared(guard.plan, plan);
  if (order.kind === 'change_plan' && isElsewhere && guard.whenWrongPlan === 'change')
    return hold(
      'not_possible',
      'the policy would change it back at a charge: change plan in the config instead',
    );
  return null;
}

function isDeclared(declared: NonNullable<SubscriptionSpec['plan']>, plan: Plan): boolean {
  return declared.kind === 'id'
    ? plan.id === declared.id
    : plan.name.toLowerCase() === declared.name.toLowerCase();
}
