import { z } from 'zod';
import type { PaymentMethodId } from '../domain/ids.ts';
import type { Clock } from '../domain/ports.ts';
import { Secret } from '../domain/secret.ts';
import { SECOND_MS } from '../domain/time.ts';
import { answerOf } from './answer.ts';
import { decode } from './reading.ts';
import type { Reply } from './reply.ts';
import { parseBaseUrl } from './request-url.ts';
import type { Transport } from './transport.ts';
import { providerId } from './wire.ts';

const TIMEOUT_MS = 30 * SECOND_MS;

/** Stripe itself, reached with the vendor's publishable key: it can save cards and never charge one. */
export type StripeAccess = {
  /** `https://api.stripe.com`, or the sandbox's. */
  readonly stripeUrl: string;
  readonly publishableKey: string;
  readonly transport: Transport;
  readonly clock: Clock;
  readonly signal?: AbortSignal | undefined;
};

/** A card on its way to Stripe, and only there. */
export type CardDetails = {
  readonly number: Secret;
  readonly expMonth: number;
  readonly expYear: number;
  readonly cvc: Secret;
};

export type ConfirmedSetup = {
  readonly paymentMethodId: PaymentMethodId | null;
  /** `succeeded`, or `requires_action` where the bank wants a person. */
  readonly status: string;
};

const paymentMethod = z
  .object({ id: providerId<PaymentMethodId>() })
  .transform((found) => ({ paymentMethodId: found.id }));

const setup = z
  .object({ payment_method: providerId<PaymentMethodId>().nullish(), status: z.string() })
  .transform(
    (found): ConfirmedSetup => ({ paymentMethodId: found.payment_method ?? null, status: found.status }),
  );

/** `POST /v1/payment_methods` (API sheet 3). */
export function createPaymentMethod(
  access: StripeAccess,
  card: CardDetails,
): Promise<Reply<{ readonly paymentMethodId: PaymentMethodId }>> {
  const form = { type: 'card', ...cardFields('card', card) };
  return post(access, { path: '/v1/payment_methods', form, secrets: [card.number, card.cvc] }, paymentMethod);
}

/**
 * `POST /v1/setup_intents/{id}/confirm` (API sheet 3). `client_secret` is sent, though the seed's example leaves it
 * out: Stripe asks for it whenever the key is a publishable one.
 */
export function confirmSetupIntent(
  access: StripeAccess,
  args: {
    readonly setupIntentId: string;
    readonly clientSecret: Secret;
    readonly with:
      | { readonly kind: 'card'; readonly card: CardDetails }
      | { readonly kind: 'saved'; readonly paymentMethodId: PaymentMethodId };
  },
): Promise<Reply<ConfirmedSetup>> {
  const method: Readonly<Record<string, string>> =
    args.with.kind === 'saved'
      ? { payment_method: args.with.paymentMethodId }
      : {
          'payment_method_data[type]': 'card',
          ...cardFields('payment_method_data[card]', args.with.card),
        };
  const cardSecrets = args.with.kind === 'card' ? [args.with.card.number, args.with.card.cvc] : [];
  return post(
    access,
    {
      path: `/v1/setup_intents/${encodeURIComponent(args.setupIntentId)}/confirm`,
      form: { ...method, client_secret: args.clientSecret.reveal() },
      secrets: [args.clientSecret, ...cardSecrets],
    },
    setup,
  );
}

function cardFields(prefix: string, card: CardDetails): Readonly<Record<string, string>> {
  return {
    [`${prefix}[number]`]: card.number.reveal(),
    [`${prefix}[exp_month]`]: String(card.expMonth),
    [`${prefix}[exp_year]`]: String(card.expYear),
    [`${prefix}[cvc]`]: card.cvc.reveal(),
  };
}

/** One POST, never repeated: nothing here costs money, but a card that fails too often is locked by its bank. */
async function post<T>(
  access: StripeAccess,
  sent: { path: string; form: Readonly<Record<string, string>>; secrets: readonly Secret[] },
  decoder: z.ZodType<T>,
): Promise<Reply<T>> {
  const basic = Buffer.from(`${access.publishableKey}:`, 'utf8').toString('base64');
  const reply = await access.transport.request({
    method: 'POST',
    url: parseBaseUrl(access.stripeUrl) + sent.path,
    headers: {
      accept: 'application/json',
      'accept-encoding': 'identity',
      authorization: `Basic ${basic}`,
      'content-type': 'application/x-www-form-urlencoded',
      'user-agent': 'purser',
    },
    body: new URLSearchParams(sent.form).toString(),
    timeoutMs: TIMEOUT_MS,
    signal: access.signal,
  });
  return decode(answerOf(reply, access.clock.now()), decoder, [new Secret(basic), ...sent.secrets]);
}
