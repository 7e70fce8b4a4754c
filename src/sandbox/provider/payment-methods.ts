import { fail, invalid, notFound, type Outcome, ok } from './answer.ts';
import type { Call } from './call.ts';
import { type Card, declineMessage } from './cards.ts';
import { flagField, textField } from './input.ts';
import { lookup } from './lookup.ts';

/** API sheet #5. */
export function listPaymentMethods(call: Call): Outcome {
  return ok(call.account.cards.map((card) => cardOnTheWire(card, call.account.defaultCard)));
}

/**
 * API sheet #6. `make_default` is the seed's spelling, `set_default` the vendor's own client's. The published decline
 * numbers cannot be attached: Stripe checks a card when it is attached to a customer.
 */
export function addPaymentMethod(call: Call): Outcome {
  const { world, account, body } = call;
  const id = textField(body, 'payment_method_id');
  const attached = account.cards.find((card) => card.id === id) ?? null;
  const card = attached ?? (id === null ? null : lookup(world.looseCards, id));
  if (card === null) return invalid('payment_method_id', 'The selected payment method id is invalid.');
  if (attached === null) {
    if (!card.isAttachable) {
      return fail(402, 'payment_declined', declineMessage(card.behaviour), { decline_code: card.behaviour });
    }
    delete world.looseCards[card.id];
    account.cards.push(card);
  }
  const isFirst = account.cards.length === 1;
  if (isFirst || flagField(body, 'make_default') || flagField(body, 'set_default'))
    account.defaultCard = card.id;
  return ok(cardOnTheWire(card, account.defaultCard), attached === null ? 201 : 200);
}

/** API sheet #7. */
export function setDefaultPaymentMethod(call: Call): Outcome {
  const card = call.account.cards.find((one) => one.id === call.id);
  if (card === undefined) return notFound('Payment method');
  call.account.defaultCard = card.id;
  return ok({ message: 'Default payment method updated.', ...cardOnTheWire(card, card.id) });
}

/** API sheet #8. The default's place stays empty until another card is made the default. */
export function removePaymentMethod(call: Call): Outcome {
  const { account, id } = call;
  if (!account.cards.some((card) => card.id === id)) return notFound('Payment method');
  account.cards = account.cards.filter((card) => card.id !== id);
  if (account.defaultCard === id) account.defaultCard = null;
  return ok({ message: 'Payment method removed.' });
}

export function cardOnTheWire(card: Card, defaultCard: string | null): Readonly<Record<string, unknown>> {
  return {
    id: card.id,
    type: 'card',
    brand: card.brand,
    last4: card.last4,
    exp_month: card.expMonth,
    exp_year: card.expYear,
    is_default: card.id === defaultCard,
    fingerprint: card.fingerprint,
  };
}
