import { usdFromCents } from '../../domain/money.ts';
import { notFound, type Outcome, ok } from './answer.ts';
import type { Call } from './call.ts';
import { lookup } from './lookup.ts';

/** API sheet #23: `succeeded`, `pending` or `failed`. An intent that waits for its holder is pending. */
export function getPaymentStatus(call: Call): Outcome {
  const intent = lookup(call.account.intents, call.id);
  if (intent === null) return notFound('Payment');
  return ok({
    status: intent.status === 'requires_action' ? 'pending' : intent.status,
    payment_intent_id: intent.id,
    amount: usdFromCents(intent.amountCents),
    currency: 'usd',
  });
}
