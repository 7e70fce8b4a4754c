import { fail, type Outcome } from './answer.ts';
import type { Call } from './call.ts';
import { type Card, declineMessage } from './cards.ts';
import { lookup } from './lookup.ts';
import type { ChargeResult } from './processor.ts';

/** A card of the account, or one that was just tokenised and belongs to nobody. */
export function findCard(call: Pick<Call, 'world' | 'account'>, id: string | null): Card | null {
  if (id === null) return null;
  return call.account.cards.find((card) => card.id === id) ?? lookup(call.world.looseCards, id);
}

/** Seed, "Handle Card Failures": 402 `payment_declined` with the decline code and the PaymentIntent. */
export function declined(result: Extract<ChargeResult, { kind: 'declined' }>): Outcome {
  return fail(402, 'payment_declined', declineMessage(result.code), {
    decline_code: result.code,
    payment_intent_id: result.intent.id,
  });
}
