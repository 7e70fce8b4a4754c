import { z } from 'zod';
import type { PaymentMethodId, PlanId } from '../domain/ids.ts';
import type { Cents } from '../domain/money.ts';
import type { Card } from '../domain/observation.ts';
import { Secret } from '../domain/secret.ts';
import type { EpochMs } from '../domain/time.ts';
import { cards } from './cards.ts';
import type { ProviderClient } from './provider-client.ts';
import { type Caller, read } from './reading.ts';
import type { Reply } from './reply.ts';
import { wireDollars } from './wallet.ts';
import { maybeInstant, undocumented, undocumentedRecord } from './wire.ts';
import { write } from './writing.ts';

type Facts = Readonly<Record<string, unknown>>;
type Keyed = { readonly idempotencyKey?: string | undefined };

export type SetupIntent = { readonly clientSecret: Secret; readonly setupIntentId: string };

export type PaymentLink = {
  /** Stripe's page, for a person. */
  readonly paymentUrl: string;
  /** `cs_…`, for confirmWalletCheckout and confirmSubscriptionCheckout. */
  readonly sessionId: string;
  readonly expiresAt: EpochMs | null;
};

const stripeConfig = z
  .object({ publishable_key: z.string().regex(/^pk_[\w-]{1,250}$/, 'not a publishable key') })
  .transform((found) => ({ publishableKey: found.publishable_key }));

const setupIntent = z
  .object({ client_secret: z.string().min(1), setup_intent_id: z.string().min(1) })
  .transform(
    (found): SetupIntent => ({
      clientSecret: new Secret(found.client_secret),
      setupIntentId: found.setup_intent_id,
    }),
  );

const paymentLink = z
  .object({
    payment_url: z.url({ protocol: /^https?$/ }),
    session_id: z.string().regex(/^[\x21-\x7e]{1,255}$/, 'not a session id'),
    expires_at: maybeInstant,
  })
  .transform(
    (found): PaymentLink => ({
      paymentUrl: found.payment_url,
      sessionId: found.session_id,
      expiresAt: found.expires_at,
    }),
  );

/** Shape only partly known (API sheet #1): passed on for people; decisions use the wallet calls. */
export function getBillingOverview(client: ProviderClient, caller: Caller): Promise<Reply<Facts>> {
  return read(client, caller, { endpoint: 'getBillingOverview' }, undocumentedRecord);
}

/** The publishable key for direct Stripe calls (API sheet #2). */
export function getStripeConfig(
  client: ProviderClient,
  caller: Caller,
): Promise<Reply<{ readonly publishableKey: string }>> {
  return read(client, caller, { endpoint: 'getStripeConfig' }, stripeConfig);
}

/** To save a card without a charge (API sheet #3); to be confirmed at Stripe. */
export function createSetupIntent(client: ProviderClient, caller: Caller): Promise<Reply<SetupIntent>> {
  return write(client, caller, { endpoint: 'createSetupIntent' }, setupIntent);
}

/** A page on which a person pays (API sheet #4); fund: at least $10.00. The redirects are the vendor's own. */
export function createPaymentLink(
  client: ProviderClient,
  caller: Caller,
  args: Keyed &
    (
      | { readonly purpose: 'fund'; readonly amountCents: Cents }
      | { readonly purpose: 'subscribe'; readonly planId: PlanId }
    ),
): Promise<Reply<PaymentLink>> {
  const body =
    args.purpose === 'fund'
      ? { purpose: args.purpose, amount: wireDollars(args.amountCents) }
      : {
          purpose: args.purpose,
          plan_id: /^[1-9]\d{0,14}$/.test(args.planId) ? Number(args.planId) : args.planId,
        };
  const { idempotencyKey } = args;
  return write(client, caller, { endpoint: 'createPaymentLink', body, idempotencyKey }, paymentLink);
}

/** API sheet #5. */
export function listPaymentMethods(client: ProviderClient, caller: Caller): Promise<Reply<readonly Card[]>> {
  return read(client, caller, { endpoint: 'listPaymentMethods' }, cards);
}

/** API sheet #6. */
export function addPaymentMethod(
  client: ProviderClient,
  caller: Caller,
  args: Keyed & { readonly paymentMethodId: PaymentMethodId; readonly makeDefault: boolean },
): Promise<Reply<unknown>> {
  const body = { payment_method_id: args.paymentMethodId, make_default: args.makeDefault };
  const { idempotencyKey } = args;
  return write(client, caller, { endpoint: 'addPaymentMethod', body, idempotencyKey }, undocumented);
}

/** API sheet #7. */
export function setDefaultPaymentMethod(
  client: ProviderClient,
  caller: Caller,
  args: Keyed & { readonly paymentMethodId: PaymentMethodId },
): Promise<Reply<unknown>> {
  const { paymentMethodId: pathId, idempotencyKey } = args;
  return write(client, caller, { endpoint: 'setDefaultPaymentMethod', pathId, idempotencyKey }, undocumented);
}

/** API sheet #8. */
export function removePaymentMethod(
  client: ProviderClient,
  caller: Caller,
  args: Keyed & { readonly paymentMethodId: PaymentMethodId },
): Promise<Reply<unknown>> {
  const { paymentMethodId: pathId, idempotencyKey } = args;
  return write(client, caller, { endpoint: 'removePaymentMethod', pathId, idempotencyKey }, undocumented);
}
