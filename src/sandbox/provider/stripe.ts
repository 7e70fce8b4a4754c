import type { EpochMs } from '../../domain/time.ts';
import { type Card, declineMessage } from './cards.ts';
import { bound, lookup } from './lookup.ts';
import { newId } from './random.ts';
import { cardError, invalidRequest, type StripeAnswer, type StripeForm } from './stripe-answer.ts';
import { tokeniseCard } from './tokenise.ts';
import type { SetupIntent, World } from './world.ts';

/**
 * The two calls that an agent makes to Stripe itself, with the provider's publishable key (API sheet §3; Stripe API
 * reference, "Create a PaymentMethod" and "Confirm a SetupIntent").
 */
export type StripeRequest = {
  readonly method: string;
  /** Below the Stripe URL: "/v1/payment_methods". */
  readonly path: string;
  readonly publishableKey: string | null;
  readonly form: StripeForm;
};

const LOOSE_CARDS_MAX = 100_000;

export function applyStripe(world: World, now: EpochMs, request: StripeRequest): StripeAnswer {
  const { publishableKey, path, form } = request;
  if (publishableKey === null || publishableKey === '') {
    return invalidRequest(401, { message: 'You did not provide an API key.' });
  }
  if (publishableKey !== world.publishableKey) {
    return invalidRequest(401, { message: `Invalid API Key provided: ${publishableKey.slice(0, 8)}****` });
  }
  if (request.method === 'POST' && path === '/v1/payment_methods')
    return createPaymentMethod(world, now, form);
  const confirmed = /^\/v1\/setup_intents\/([A-Za-z0-9_]+)\/confirm$/.exec(path)?.[1];
  if (request.method === 'POST' && confirmed !== undefined)
    return confirmSetupIntent(world, now, confirmed, form);
  return invalidRequest(404, { message: `Unrecognized request URL (${request.method}: ${path}).` });
}

function createPaymentMethod(world: World, now: EpochMs, form: StripeForm): StripeAnswer {
  if (form['type'] !== 'card')
    return invalidRequest(400, { message: 'Only type=card is known here.', param: 'type' });
  const tokenised = tokenise(world, now, form, 'card');
  if (tokenised.kind === 'refused') return tokenised.answer;
  return { status: 200, body: paymentMethod(tokenised.card, now) };
}

function confirmSetupIntent(world: World, now: EpochMs, id: string, form: StripeForm): StripeAnswer {
  const setup = lookup(world.setupIntents, id);
  if (setup === null) {
    const message = `No such setupintent: '${id}'`;
    return invalidRequest(404, { message, code: 'resource_missing', param: 'intent' });
  }
  const secret = form['client_secret'];
  if (secret === undefined || secret === '') {
    const message = 'A client_secret is required when confirming a SetupIntent with a publishable key.';
    return invalidRequest(400, { message, code: 'parameter_missing', param: 'client_secret' });
  }
  if (secret !== setup.secret) {
    const message = 'The client_secret provided does not match any associated SetupIntent.';
    return invalidRequest(400, { message, code: 'setup_intent_invalid_parameter', param: 'client_secret' });
  }
  if (setup.status === 'succeeded') {
    const message = 'You cannot confirm this SetupIntent because it has already succeeded.';
    return invalidRequest(400, { message, code: 'setup_intent_unexpected_state' });
  }
  const chosen = chooseCard(world, now, form);
  if (chosen.kind === 'refused') return chosen.answer;
  const { card } = chosen;
  if (!card.isAttachable) {
    return cardError(402, {
      code: 'card_declined',
      declineCode: card.behaviour,
      message: declineMessage(card.behaviour),
    });
  }
  setup.paymentMethod = card.id;
  setup.status = card.behaviour === 'requires_action' ? 'requires_action' : 'succeeded';
  world.revision += 1;
  return { status: 200, body: setupIntent(setup) };
}

type Chosen =
  | { readonly kind: 'card'; readonly card: Card }
  | { readonly kind: 'refused'; readonly answer: StripeAnswer };

function chooseCard(world: World, now: EpochMs, form: StripeForm): Chosen {
  const id = form['payment_method'];
  if (id === undefined) return tokenise(world, now, form, 'payment_method_data[card]');
  const card = lookup(world.looseCards, id);
  if (card !== null) return { kind: 'card', card };
  const message = `No such PaymentMethod: '${id}'`;
  const answer = invalidRequest(404, { message, code: 'resource_missing', param: 'payment_method' });
  return { kind: 'refused', answer };
}

function tokenise(world: World, now: EpochMs, form: StripeForm, prefix: string): Chosen {
  const read = tokeniseCard(form, { prefix, now, salt: world.seed });
  if (read.kind === 'refused') return read;
  const card: Card = { id: newId(world, 'pm'), ...read.card };
  bound(world.looseCards, LOOSE_CARDS_MAX);
  world.looseCards[card.id] = card;
  world.revision += 1;
  return { kind: 'card', card };
}

/** Stripe shows no fingerprint to a publishable key. */
function paymentMethod(card: Card, now: EpochMs): Readonly<Record<string, unknown>> {
  return {
    id: card.id,
    object: 'payment_method',
    type: 'card',
    card: {
      brand: card.brand,
      last4: card.last4,
      exp_month: card.expMonth,
      exp_year: card.expYear,
      funding: 'credit',
    },
    created: Math.floor(now / 1_000),
    customer: null,
    livemode: false,
  };
}

function setupIntent(setup: SetupIntent): Readonly<Record<string, unknown>> {
  return {
    id: setup.id,
    object: 'setup_intent',
    client_secret: setup.secret,
    payment_method: setup.paymentMethod,
    status: setup.status,
    next_action: setup.status === 'requires_action' ? { type: 'use_stripe_sdk' } : null,
    usage: 'off_session',
    livemode: false,
  };
}
