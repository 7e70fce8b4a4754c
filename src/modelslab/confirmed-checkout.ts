import { z } from 'zod';
import type { PaymentIntentId } from '../domain/ids.ts';
import { parseProviderId } from '../domain/ids.ts';
import type { Reply } from './reply.ts';
import { maybeText } from './wire.ts';

/** What `confirm-checkout` says of a page (API sheet #17, #27). */
export type ConfirmedCheckout = {
  readonly word: 'paid' | 'unpaid' | 'unclear';
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

/**
 * Words for a page that nobody has paid. Any other word, or a paid one beside such a one, may be a payment that is on its
 * way: a session is `complete` and `unpaid` while a bank takes its days (Stripe, "Delayed notification payment methods").
 */
const UNPAID_WORDS = [
  'open',
  'unpaid',
  'not_paid',
  'incomplete',
  'incomplete_expired',
  'expired',
  'canceled',
  'cancelled',
  'failed',
  'requires_payment_method',
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
    const words = [found.status, found.payment_status].filter((word) => word !== null);
    const id = found.payment_intent_id ?? found.payment_intent;
    return {
      word: wordOf(words.map((word) => word.toLowerCase())),
      paymentIntent:
        typeof id === 'string' && id.startsWith('pi_') ? parseProviderId<PaymentIntentId>(id) : null,
    };
  });

function wordOf(words: readonly string[]): ConfirmedCheckout['word'] {
  if (words.every((word) => PAID_WORDS.includes(word))) return 'paid';
  return words.every((word) => UNPAID_WORDS.includes(word)) ? 'unpaid' : 'unclear';
}

/** How a refusal says that it is done; one that says that the session has expired is none. */
const SAYS_DONE =
  /already[ _-](?:been[ _-])?(?:processed|confirmed|completed?|credited|fulfilled|paid|succeeded|used)/i;

/**
 * A provider that credits a session once may refuse whoever asks again (what it answers is not documented): its first answer
 * may have been lost.
 */
export function withDoneBefore(reply: Reply<ConfirmedCheckout>): Reply<ConfirmedCheckout> {
  if (reply.kind === 'ok') return reply;
  const { status, code, message, requestId } = reply.failure;
  const isRefusal = status !== null && status >= 400 && status < 500;
  if (!isRefusal || !SAYS_DONE.test(`${code ?? ''} ${message}`)) return reply;
  return { kind: 'ok', value: { word: 'paid', paymentIntent: null }, requestId, replay: false };
}
