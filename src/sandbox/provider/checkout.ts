import { TOP_UP_MIN_CENTS } from '../../contract/limits.ts';
import { type Cents, usdFromCents, usdFromMicro } from '../../domain/money.ts';
import { formatInstant } from '../../domain/time.ts';
import type { CheckoutSession } from './account.ts';
import { fail, invalid, notFound, type Outcome, ok, okBothWays } from './answer.ts';
import type { Call } from './call.ts';
import { centsField, idField, textField } from './input.ts';
import { balanceOf, creditCardPayment } from './ledger.ts';
import { lookup } from './lookup.ts';
import { openSubscription } from './period.ts';
import { findPlan } from './plans.ts';
import { openSession, paymentUrl } from './session.ts';

/** API sheet #4. Documented without the envelope, called with it in the seed. */
export function createPaymentLink(call: Call): Outcome {
  const { body, world } = call;
  const purpose = textField(body, 'purpose');
  if (purpose !== 'fund' && purpose !== 'subscribe')
    return invalid('purpose', 'The selected purpose is invalid.');
  const wanted = purpose === 'fund' ? wantedFunding(call) : wantedPlan(call);
  if (wanted.kind === 'refused') return wanted.outcome;
  const session = openSession(call, { purpose, amountCents: wanted.amountCents, planId: wanted.planId });
  return okBothWays({
    payment_url: paymentUrl(world, session),
    session_id: session.id,
    purpose,
    amount: usdFromCents(session.amountCents),
    expires_at: formatInstant(session.expiresAt),
    instructions:
      'Forward payment_url to a person; poll confirm-checkout with session_id once they have paid.',
  });
}

/** API sheet #17. Confirming again answers the same and credits nothing. */
export function confirmWalletCheckout(call: Call): Outcome {
  const { world, account, now } = call;
  const found = payableSession(call, 'fund');
  if (found.kind === 'refused') return found.outcome;
  const { session } = found;
  const intent = session.paymentIntent === null ? null : lookup(account.intents, session.paymentIntent);
  if (session.state === 'paid' && intent !== null) {
    session.state = 'confirmed';
    creditCardPayment(world, account, { intent, usecase: 'wallet_funding', at: now });
  }
  return ok({
    balance: usdFromMicro(balanceOf(account)),
    currency: 'USD',
    amount: usdFromCents(session.amountCents),
    payment_intent_id: session.paymentIntent,
    status: 'succeeded',
  });
}

/** API sheet #27. */
export function confirmSubscriptionCheckout(call: Call): Outcome {
  const { world, account, now } = call;
  const found = payableSession(call, 'subscribe');
  if (found.kind === 'refused') return found.outcome;
  const { session } = found;
  if (session.state === 'paid') {
    session.state = 'confirmed';
    session.subscriptionId = openSubscription(world, account, session.planId ?? 0, now).id;
  }
  const subscription = account.subscriptions.find((one) => one.id === session.subscriptionId);
  if (subscription === undefined) return notFound('Subscription');
  const { id, planId, status, stripeId } = subscription;
  return ok({ status, subscription: { id, plan_id: planId, status }, stripe_subscription_id: stripeId });
}

type Wanted =
  | { readonly kind: 'wanted'; readonly amountCents: Cents; readonly planId: number | null }
  | { readonly kind: 'refused'; readonly outcome: Outcome };

function wantedFunding(call: Call): Wanted {
  const amountCents = centsField(call.body, 'amount');
  if (amountCents === null || amountCents < TOP_UP_MIN_CENTS) {
    return { kind: 'refused', outcome: invalid('amount', 'The amount must be at least 10.') };
  }
  return { kind: 'wanted', amountCents, planId: null };
}

function wantedPlan(call: Call): Wanted {
  const plan = findPlan(idField(call.body, 'plan_id') ?? 0);
  if (plan === null)
    return { kind: 'refused', outcome: invalid('plan_id', 'The selected plan id is invalid.') };
  return { kind: 'wanted', amountCents: plan.priceCents, planId: plan.id };
}

type Found =
  | { readonly kind: 'found'; readonly session: CheckoutSession }
  | { readonly kind: 'refused'; readonly outcome: Outcome };

/** A session that was paid. The codes of the other cases are undocumented; these are ours. */
function payableSession(call: Call, purpose: CheckoutSession['purpose']): Found {
  const id = textField(call.body, 'session_id');
  if (id === null)
    return { kind: 'refused', outcome: invalid('session_id', 'The session id field is required.') };
  const session = lookup(call.account.sessions, id);
  if (session === null || session.purpose !== purpose) {
    return { kind: 'refused', outcome: notFound('Checkout session') };
  }
  if (session.state !== 'open') return { kind: 'found', session };
  if (session.expiresAt <= call.now) {
    return { kind: 'refused', outcome: fail(410, 'checkout_expired', 'This checkout session has expired.') };
  }
  return {
    kind: 'refused',
    outcome: fail(409, 'checkout_incomplete', 'The payment has not been completed yet.'),
  };
}
