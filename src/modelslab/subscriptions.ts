import type { PaymentMethodId, PlanId, SubscriptionId } from '../domain/ids.ts';
import type { Cents } from '../domain/money.ts';
import type { Subscription } from '../domain/observation.ts';
import { type ConfirmedCheckout, confirmedCheckout } from './confirmed-checkout.ts';
import type { ProviderClient } from './provider-client.ts';
import { type Caller, read } from './reading.ts';
import type { Reply } from './reply.ts';
import { type PlanRow, plans, subscription, subscriptions } from './subscription-rows.ts';
import { wireDollars } from './wallet.ts';
import { undocumented } from './wire.ts';
import { type WriteRequest, write } from './writing.ts';

type Keyed = { readonly idempotencyKey?: string | undefined };
type OneSubscription = Keyed & { readonly subscriptionId: SubscriptionId };

/** API sheet #24. */
export function listPlans(client: ProviderClient, caller: Caller): Promise<Reply<readonly PlanRow[]>> {
  return read(client, caller, { endpoint: 'listPlans' }, plans);
}

/** Every group in one list (API sheet #25). Whether ended ones are listed is not documented. */
export function listSubscriptions(
  client: ProviderClient,
  caller: Caller,
): Promise<Reply<readonly Subscription[]>> {
  return read(client, caller, { endpoint: 'listSubscriptions' }, subscriptions);
}

/** API sheet #28. */
export function getSubscriptionStatus(
  client: ProviderClient,
  caller: Caller,
  args: { readonly subscriptionId: SubscriptionId },
): Promise<Reply<Subscription>> {
  return read(
    client,
    caller,
    { endpoint: 'getSubscriptionStatus', pathId: args.subscriptionId },
    subscription,
  );
}

/** Charges the plan's price; without a card the provider answers with a checkout URL (API sheet #26). */
export function createSubscription(
  client: ProviderClient,
  caller: Caller,
  args: Keyed & { readonly planId: PlanId; readonly paymentMethodId?: PaymentMethodId | undefined },
): Promise<Reply<unknown>> {
  const body = { plan_id: wirePlanId(args.planId), payment_method_id: args.paymentMethodId };
  const { idempotencyKey } = args;
  return write(client, caller, { endpoint: 'createSubscription', body, idempotencyKey }, undocumented);
}

/** After a person has paid on the Stripe page (API sheet #27). */
export function confirmSubscriptionCheckout(
  client: ProviderClient,
  caller: Caller,
  args: { readonly sessionId: string },
): Promise<Reply<ConfirmedCheckout>> {
  const body = { session_id: args.sessionId };
  return write(client, caller, { endpoint: 'confirmSubscriptionCheckout', body }, confirmedCheckout);
}

/** Changes the plan (API sheet #29); an upgrade may charge the difference. */
export function updateSubscription(
  client: ProviderClient,
  caller: Caller,
  args: OneSubscription & { readonly newPlanId: PlanId },
): Promise<Reply<unknown>> {
  const body = { new_plan_id: wirePlanId(args.newPlanId) };
  return onOne(client, caller, args, { endpoint: 'updateSubscription', body });
}

/** API sheet #30. */
export function pauseSubscription(client: ProviderClient, caller: Caller, args: OneSubscription) {
  return onOne(client, caller, args, { endpoint: 'pauseSubscription' });
}

/** May charge a period (API sheet #31). */
export function resumeSubscription(client: ProviderClient, caller: Caller, args: OneSubscription) {
  return onOne(client, caller, args, { endpoint: 'resumeSubscription' });
}

/** Moves the billing anchor to now, which may charge a period (API sheet #32). */
export function resetSubscriptionCycle(client: ProviderClient, caller: Caller, args: OneSubscription) {
  return onOne(client, caller, args, { endpoint: 'resetSubscriptionCycle' });
}

/** Charges $5.00 to $10,000.00 (API sheet #33). */
export function chargeSubscriptionAmount(
  client: ProviderClient,
  caller: Caller,
  args: Keyed & { readonly amountCents: Cents },
): Promise<Reply<unknown>> {
  const body = { amount: wireDollars(args.amountCents) };
  const { idempotencyKey } = args;
  return write(client, caller, { endpoint: 'chargeSubscriptionAmount', body, idempotencyKey }, undocumented);
}

/** Pays a failed renewal (API sheet #34); the answer is not documented. */
export function fixPayment(client: ProviderClient, caller: Caller, args: OneSubscription) {
  return onOne(client, caller, args, { endpoint: 'fixPayment' });
}

function onOne(
  client: ProviderClient,
  caller: Caller,
  args: OneSubscription,
  request: Pick<WriteRequest, 'endpoint' | 'body'>,
): Promise<Reply<unknown>> {
  const { subscriptionId, idempotencyKey } = args;
  return write(client, caller, { ...request, pathId: subscriptionId, idempotencyKey }, undocumented);
}

/** Plan ids are integers on the wire (API sheet #26); one that is not goes out as the text it is. */
function wirePlanId(id: PlanId): number | string {
  return /^[1-9]\d{0,14}$/.test(id) ? Number(id) : id;
}
