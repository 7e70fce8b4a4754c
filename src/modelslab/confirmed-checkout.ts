import { z } from 'zod';
import type { PaymentIntentId } from '../domain/ids.ts';
import { parseProviderId } from '../domain/ids.ts';
import { maybeText } from './wire.ts';

/** What `confirm-checkout` says of a page (API sheet #17, #27). */
export type ConfirmedCheckout = {
  readonly isPaid: boolean;
  /** In lower case. */
  readonly words: readonly string[];
  readonly paymentIntent: PaymentIntentId | null;
};

/** Words for a page that was paid, a subscription that runs included. */
const PAID_WORDS = [
  'succeeded',
  'success',
  'paid',
  'complete',
  'completed',
  'confirmed',
  'active',
  'trialing',
  'no_payment_required',
];

/** The seed reads a `balance` after funding and a `status` after subscribing; an answer with neither tells nothing. */
export const confirmedCheckout = z
  .object({
    balance: z.union([z.number(), z.string()]).nullish(),
    status: maybeText,
    payment_status: maybeText,
    payment_intent_id: maybeText,
    payment_intent: z.unknown().optional(),
  })
  .refine((found) => (found.balance ?? found.status ?? found.payment_status) != null, {
    message: 'neither a balance nor a status',
  })
  .transform((found): ConfirmedCheckout => {
    const words = [found.status, found.payment_status]
      .filter((word) => word !== null)
      .map((word) => word.toLowerCase());
    const id = found.payment_intent_id ?? found.payment_intent;
    return {
      isPaid: words.every((word) => PAID_WORDS.includes(word)),
      words,
      paymentIntent:
        typeof id === 'string' && id.startsWith('pi_') ? parseProviderId<PaymentIntentId>(id) : null,
    };
  });
