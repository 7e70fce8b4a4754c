import { type PlanId, parseProviderId } from '../domain/ids.ts';
import type { SubscriptionSpec } from '../domain/spec.ts';
import type { Problems } from './config-problem.ts';
import { parseKeys } from './parse-spot.ts';
import { resolveLadder } from './resolve-wallet.ts';
import { type Spot, spotAt } from './spot.ts';
import { subscriptionSchema } from './subscription-schema.ts';

/** `policies.NAME.subscription`, or `null` after reporting. */
export function resolveSubscription(spot: Spot, problems: Problems): SubscriptionSpec | null {
  const input = parseKeys(subscriptionSchema, spot, problems);
  if (input === null) return null;
  const plan = planOf(input.plan);
  const hasPlan = spotAt(spot, 'plan').node !== null;
  if (!hasPlan && input.when_canceled === 'subscribe') {
    problems.error(spotAt(spot, 'when_canceled'), 'subscribe needs a plan to subscribe to', 'add "plan: 10"');
  }
  if (!hasPlan && input.when_wrong_plan === 'change') {
    problems.error(spotAt(spot, 'when_wrong_plan'), 'change needs a plan to change to', 'add "plan: 10"');
  }
  const payWith = resolveLadder(input.pay_with ?? [], spotAt(spot, 'pay_with'), problems);
  if (payWith === null) return null;
  return {
    plan,
    payWith,
    linksPerDay: input.links_per_day ?? 2,
    whenPastDue: input.when_past_due ?? 'alert',
    whenPaused: input.when_paused ?? 'alert',
    whenCanceled: input.when_canceled ?? 'alert',
    whenWrongPlan: input.when_wrong_plan ?? 'alert',
  };
}

/** True where the policy lets purser do something that may charge a card. */
export function maySpend(subscription: SubscriptionSpec): boolean {
  return (
    subscription.whenPastDue === 'fix_payment' ||
    subscription.whenPaused === 'resume' ||
    subscription.whenCanceled === 'subscribe' ||
    subscription.whenWrongPlan === 'change'
  );
}

function planOf(plan: number | string | undefined): SubscriptionSpec['plan'] {
  if (plan === undefined) return null;
  const id = typeof plan === 'number' ? parseProviderId<PlanId>(plan) : null;
  return id === null ? { kind: 'name', name: String(plan).trim() } : { kind: 'id', id };
}
