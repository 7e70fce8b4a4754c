import { z } from 'zod';
import type { PaymentIntentId } from '../domain/ids.ts';
import type { Cents } from '../domain/money.ts';
import type { ProviderClient } from './provider-client.ts';
import { type Caller, read } from './reading.ts';
import type { Reply } from './reply.ts';
import { centsOfDollars, maybeText, usd } from './wire.ts';

export type PaymentStatus = {
  /** The three documented words; Stripe's own others ("processing", "canceled" …) are `unknown`: no evidence. */
  readonly status: 'succeeded' | 'pending' | 'failed' | 'unknown';
  readonly statusText: string;
  /** Documented as an amount, by analogy in dollars; `null` where absent. */
  readonly amountCents: Cents | null;
};

const KNOWN = ['succeeded', 'pending', 'failed'] as const;
/** What Stripe itself calls a PaymentIntent that waits for the card's holder. */
const PENDING_AT_STRIPE = 'requires_action';
/** What Stripe itself calls a PaymentIntent whose attempt failed, or that can never succeed. */
const FAILED_AT_STRIPE = ['requires_payment_method', 'canceled'];

/** What became of a PaymentIntent: settles doubts (API sheet #23). An answer about another payment is malformed. */
export function getPaymentStatus(
  client: ProviderClient,
  caller: Caller,
  args: { readonly paymentIntentId: PaymentIntentId },
): Promise<Reply<PaymentStatus>> {
  const decoder = z
    .object({
      status: z.string(),
      payment_intent_id: maybeText.refine(
        (id) => id === null || id === args.paymentIntentId,
        'the answer is about another payment',
      ),
      amount: centsOfDollars.nullish(),
      currency: usd,
    })
    .transform(
      (found): PaymentStatus => ({
        status: statusOf(found.status.toLowerCase()),
        statusText: found.status.slice(0, 40),
        amountCents: found.amount ?? null,
      }),
    );
  return read(client, caller, { endpoint: 'getPaymentStatus', pathId: args.paymentIntentId }, decoder);
}

function statusOf(word: string): PaymentStatus['status'] {
  if (FAILED_AT_STRIPE.includes(word)) return 'failed';
  if (word === PENDING_AT_STRIPE) return 'pending';
  return KNOWN.find((known) => known === word) ?? 'unknown';
}
