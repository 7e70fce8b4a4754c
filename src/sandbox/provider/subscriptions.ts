import { usdFromCents } from '../../domain/money.ts';
import { formatInstant } from '../../domain/time.ts';
import type { Account, Subscription } from './account.ts';
import { fail, invalid, notFound, type Outcome, ok } from './answer.ts';
import type { Call } from './call.ts';
import { hasField, idField, textField } from './input.ts';
import { declined, findCard } from './paying.ts';
import { openSubscription, scaledMs } from './period.ts';
import { findPlan } from './plans.ts';
import { executeCharge } from './processor.ts';
import { openSession, paymentUrl } from './session.ts';
import type { World } from './world.ts';

/** API sheet #25. */
export function listSubscriptions(call: Call): Outcome {
  return ok(call.account.subscriptions.map(subscriptionOnTheWire));
}

/** API sheet #26: headless with a card (3-D Secure is a 402 here), by checkout without one. */
export function createSubscription(call: Call): Outcome {
  const { world, account, now, body } = call;
  const plan = findPlan(idField(body, 'plan_id') ?? 0);
  if (plan === null) return invalid('plan_id', 'The selected plan id is invalid.');
  if (!hasField(body, 'payment_method_id')) {
    const session = openSession(call, {
      purpose: 'subscribe',
      amountCents: plan.priceCents,
      planId: plan.id,
    });
    return ok({ checkout_url: paymentUrl(world, session), session_id: session.id });
  }
  const card = findCard(call, textField(body, 'payment_method_id'));
  if (card === null) return invalid('payment_method_id', 'The selected payment method id is invalid.');
  const result = executeCharge(world, account, {
    card,
    amountCents: plan.priceCents,
    kind: 'subscribe',
    key: call.key,
    at: now,
    description: `${plan.name}, first month`,
    canWait: false,
  });
  if (result.kind === 'declined') return declined(result);
  const { id, planId, status, stripeId } = openSubscription(world, account, plan.id, now);
  return ok({
    message: 'Subscription created.',
    subscription: { id, plan_id: planId, feature: plan.category, status },
    stripe_subscription_id: stripeId,
    status,
  });
}

/** API sheet #28. */
export function getSubscriptionStatus(call: Call): Outcome {
  const subscription = findSubscription(call.account, call.id);
  if (subscription === null) return notFound('Subscription');
  return ok({
    id: subscription.id,
    plan_id: subscription.planId,
    status: subscription.status,
    stripe_subscription_id: subscription.stripeId,
    current_period_start: formatInstant(subscription.periodStart),
    current_period_end: formatInstant(subscription.periodEnd),
  });
}

/** By our number or by Stripe's id. */
export function findSubscription(account: Account, id: string): Subscription | null {
  return account.subscriptions.find((one) => String(one.id) === id || one.stripeId === id) ?? null;
}

/** How much of the current period is still to come: 1 at its start, 0 once it is over. */
export function remainingShare(world: World, subscription: Subscription, now: number): number {
  const lengthMs = Math.max(1, subscription.periodEnd - subscription.periodStart, scaledMs(world, 1));
  return Math.min(1, Math.max(0, (subscription.periodEnd - now) / lengthMs));
}

export function notPossible(subscription: Subscription, wanted: string): Outcome {
  const message = `A subscription that is ${subscription.status} cannot be ${wanted}.`;
  return fail(422, 'invalid_subscription_state', message, { status: subscription.status });
}

export function subscriptionOnTheWire(subscription: Subscription): Readonly<Record<string, unknown>> {
  const plan = findPlan(subscription.planId);
  return {
    id: subscription.id,
    plan_id: subscription.planId,
    plan_name: plan?.name ?? null,
    category: plan?.category ?? null,
    price: plan === null ? null : usdFromCents(plan.priceCents),
    status: subscription.status,
    stripe_subscription_id: subscription.stripeId,
    current_period_start: formatInstant(subscription.periodStart),
    current_period_end: formatInstant(subscription.periodEnd),
    next_billing_date: subscription.status === 'canceled' ? null : formatInstant(subscription.periodEnd),
  };
}
