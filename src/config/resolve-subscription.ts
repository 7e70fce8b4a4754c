import { isRuled, type SubscriptionSpec } from '../domain/spec.ts';
import type { Problems } from './config-problem.ts';
import { parseKeys } from './parse-spot.ts';
import { planName, resolvePause, resolveRules } from './resolve-rules.ts';
import { resolveLadder } from './resolve-wallet.ts';
import { type Spot, spotAt } from './spot.ts';
import { subscriptionSchema } from './subscription-schema.ts';

/** `policies.NAME.subscription`, or `null` after reporting. */
export function resolveSubscription(spot: Spot, problems: Problems): SubscriptionSpec | null {
  const input = parseKeys(subscriptionSchema, spot, problems);
  if (input === null) return null;
  const plan = input.plan === undefined ? null : planName(input.plan);
  const hasPlan = spotAt(spot, 'plan').node !== null;
  if (!hasPlan && input.when_canceled === 'subscribe') {
    problems.error(
      spotAt(spot, 'when_canceled'),
      'subscribe needs a plan to subscribe to',
      'add "plan: Basic"',
    );
  }
  if (!hasPlan && input.when_wrong_plan === 'change') {
    problems.error(spotAt(spot, 'when_wrong_plan'), 'change needs a plan to change to', 'add "plan: Basic"');
  }
  const [rulesSpot, pauseSpot] = [spotAt(spot, 'rules'), spotAt(spot, 'pause')];
  const rules = rulesSpot.node === null ? [] : resolveRules(rulesSpot, problems);
  const pause = pauseSpot.node === null ? null : resolvePause(pauseSpot, problems);
  if (rulesSpot.node !== null && !hasPlan) {
    problems.error(rulesSpot, 'rules need a plan that holds when none of them does', 'add "plan: Basic"');
  }
  const payWith = resolveLadder(input.pay_with ?? [], spotAt(spot, 'pay_with'), problems);
  if (payWith === null || rules === null || (pauseSpot.node !== null && pause === null)) return null;
  const isEnforced = input.enforce ?? false;
  return {
    plan,
    rules,
    pause,
    enforce: isEnforced,
    payWith,
    linksPerDay: input.links_per_day ?? 2,
    whenPastDue: input.when_past_due ?? 'alert',
    whenPaused: input.when_paused ?? (isEnforced ? 'resume' : 'alert'),
    whenCanceled: input.when_canceled ?? 'alert',
    whenWrongPlan: input.when_wrong_plan ?? (isEnforced && hasPlan ? 'change' : 'alert'),
  };
}

/** True where the policy lets purser do something that may charge a card. */
export function maySpend(subscription: SubscriptionSpec): boolean {
  return (
    isRuled(subscription) ||
    subscription.whenPastDue === 'fix_payment' ||
    subscription.whenPaused === 'resume' ||
    subscription.whenCanceled === 'subscribe' ||
    subscription.whenWrongPlan === 'change'
  );
}
