import { CHARGE_AMOUNT_MAX_CENTS, CHARGE_AMOUNT_MIN_CENTS } from '../../contract/limits.ts';
import { type Cents, cents, usdFromCents } from '../../domain/money.ts';
import { addMs } from '../../domain/time.ts';
import type { Subscription } from './account.ts';
import { fail, invalid, notFound, type Outcome, ok } from './answer.ts';
import type { Call } from './call.ts';
import { centsField, hasField, idField } from './input.ts';
import { declined } from './paying.ts';
import { defaultCardOf, PERIOD_MS, rollPeriod, scaledMs } from './period.ts';
import { findPlan } from './plans.ts';
import { executeCharge } from './processor.ts';
import { findSubscription, notPossible, remainingShare, subscriptionOnTheWire } from './subscriptions.ts';
import type { ChargeKind } from './world.ts';

/** API sheet #34: the default card pays the plan's price and the subscription is active again. */
export function fixPayment(call: Call): Outcome {
  const subscription = findSubscription(call.account, call.id);
  if (subscription === null) return notFound('Subscription');
  if (subscription.status !== 'past_due') return notPossible(subscription, 'repaired');
  const plan = findPlan(subscription.planId);
  if (plan === null) return notFound('Plan');
  const paid = payByDefaultCard(call, {
    amountCents: plan.priceCents,
    kind: 'fix_payment',
    description: plan.name,
  });
  if (paid.kind === 'refused') return paid.outcome;
  rollPeriod(call.world, subscription, call.now);
  return changed('Payment fixed.', subscription, paid);
}

/** API sheet #29. An upgrade is charged for what is left of the period; a downgrade costs nothing and pays nothing back. */
export function updateSubscription(call: Call): Outcome {
  const { world, now, body } = call;
  const subscription = findSubscription(call.account, call.id);
  if (subscription === null) return notFound('Subscription');
  const field = hasField(body, 'new_plan_id') ? 'new_plan_id' : 'plan_id';
  const plan = findPlan(idField(body, field) ?? 0);
  if (plan === null) return invalid('new_plan_id', 'The selected new plan id is invalid.');
  if (subscription.status !== 'active' && subscription.status !== 'trialing') {
    return notPossible(subscription, 'changed');
  }
  const before = findPlan(subscription.planId)?.priceCents ?? 0;
  const dearer = Math.max(0, plan.priceCents - before) * remainingShare(world, subscription, now);
  const paid = payByDefaultCard(call, {
    amountCents: cents(Math.ceil(dearer)),
    kind: 'plan_change',
    description: `Change to ${plan.name}`,
  });
  if (paid.kind === 'refused') return paid.outcome;
  subscription.planId = plan.id;
  return changed('Subscription updated.', subscription, paid);
}

/** API sheet #30. */
export function pauseSubscription(call: Call): Outcome {
  const subscription = findSubscription(call.account, call.id);
  if (subscription === null) return notFound('Subscription');
  if (subscription.status !== 'active' && subscription.status !== 'trialing') {
    return notPossible(subscription, 'paused');
  }
  subscription.status = 'paused';
  return changed('Subscription paused.', subscription, { amountCents: cents(0), paymentIntent: null });
}

/** API sheet #31. Free within the paid period; afterwards the default card pays the next one. */
export function resumeSubscription(call: Call): Outcome {
  const { world, now } = call;
  const subscription = findSubscription(call.account, call.id);
  if (subscription === null) return notFound('Subscription');
  if (subscription.status !== 'paused') return notPossible(subscription, 'resumed');
  const plan = findPlan(subscription.planId);
  if (plan === null) return notFound('Plan');
  const isOver = subscription.periodEnd <= now;
  const paid = payByDefaultCard(call, {
    amountCents: isOver ? plan.priceCents : cents(0),
    kind: 'renewal',
    description: `${plan.name}, resumed`,
  });
  if (paid.kind === 'refused') return paid.outcome;
  if (isOver) rollPeriod(world, subscription, now);
  subscription.status = 'active';
  return changed('Subscription resumed.', subscription, paid);
}

/** API sheet #32. A period of full length starts now; what is left of the paid one is taken off its price. */
export function resetSubscriptionCycle(call: Call): Outcome {
  const { world, now } = call;
  const subscription = findSubscription(call.account, call.id);
  if (subscription === null) return notFound('Subscription');
  if (subscription.status !== 'active') return notPossible(subscription, 'reset');
  const plan = findPlan(subscription.planId);
  if (plan === null) return notFound('Plan');
  const spentShare = 1 - remainingShare(world, subscription, now);
  const paid = payByDefaultCard(call, {
    amountCents: cents(Math.ceil(plan.priceCents * spentShare)),
    kind: 'renewal',
    description: `${plan.name}, new cycle`,
  });
  if (paid.kind === 'refused') return paid.outcome;
  subscription.periodStart = now;
  subscription.periodEnd = addMs(now, scaledMs(world, PERIOD_MS));
  return changed('Billing cycle reset.', subscription, paid);
}

/** API sheet #33. What the money buys is undocumented; here it is charged and credited nowhere. */
export function chargeSubscriptionAmount(call: Call): Outcome {
  const amountCents = centsField(call.body, 'amount');
  if (
    amountCents === null ||
    amountCents < CHARGE_AMOUNT_MIN_CENTS ||
    amountCents > CHARGE_AMOUNT_MAX_CENTS
  ) {
    return invalid('amount', 'The amount must be between 5 and 10000.');
  }
  const paid = payByDefaultCard(call, { amountCents, kind: 'charge_amount', description: 'Custom amount' });
  if (paid.kind === 'refused') return paid.outcome;
  return ok({
    message: 'Charged.',
    amount: usdFromCents(amountCents),
    payment_intent_id: paid.paymentIntent,
    status: 'succeeded',
  });
}

type Paid = { readonly kind: 'paid'; readonly amountCents: Cents; readonly paymentIntent: string | null };

function payByDefaultCard(
  call: Call,
  order: { readonly amountCents: Cents; readonly kind: ChargeKind; readonly description: string },
): Paid | { readonly kind: 'refused'; readonly outcome: Outcome } {
  if (order.amountCents === 0) return { kind: 'paid', amountCents: order.amountCents, paymentIntent: null };
  const card = defaultCardOf(call.account);
  if (card === null) {
    return { kind: 'refused', outcome: fail(422, 'no_payment_method', 'No default payment method on file.') };
  }
  const { world, account, key, now: at } = call;
  const result = executeCharge(world, account, { ...order, card, key, at, canWait: false });
  if (result.kind === 'declined') return { kind: 'refused', outcome: declined(result) };
  return { kind: 'paid', amountCents: order.amountCents, paymentIntent: result.intent.id };
}

function changed(message: string, subscription: Subscription, paid: Omit<Paid, 'kind'>): Outcome {
  return ok({
    message,
    status: subscription.status,
    subscription: subscriptionOnTheWire(subscription),
    amount: usdFromCents(paid.amountCents),
    payment_intent_id: paid.paymentIntent,
  });
}
