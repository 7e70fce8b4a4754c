import { BILLING_INFO_FIELDS } from '../../contract/billing-info.ts';
import { usdFromCents, usdFromMicro } from '../../domain/money.ts';
import { formatInstant } from '../../domain/time.ts';
import { invalid, type Outcome, ok, okBothWays } from './answer.ts';
import type { Call } from './call.ts';
import { hasField, textField } from './input.ts';
import { balanceOf } from './ledger.ts';
import { bound } from './lookup.ts';
import { cardOnTheWire } from './payment-methods.ts';
import { newId } from './random.ts';
import { subscriptionOnTheWire } from './subscriptions.ts';

const SETUP_INTENTS_MAX = 100_000;
const RECENT_CHARGES_MAX = 10;

/** API sheet #1; its shape is only partly known. */
export function getBillingOverview(call: Call): Outcome {
  const { account } = call;
  const live = account.subscriptions.filter((one) => one.status !== 'canceled').map(subscriptionOnTheWire);
  const charges = account.invoices.slice(-RECENT_CHARGES_MAX).reverse();
  return ok({
    wallet_balance: usdFromMicro(balanceOf(account)),
    currency: 'USD',
    total_deposits: usdFromMicro(account.creditedMicroUsd),
    total_charges: usdFromMicro(account.usedMicroUsd),
    active_subscription: live[0] ?? null,
    active_subscriptions: live,
    payment_methods: account.cards.map((card) => cardOnTheWire(card, account.defaultCard)),
    invoice_count: account.invoices.length,
    recent_charges: charges.map((invoice) => ({
      id: invoice.paymentIntent,
      amount: usdFromCents(invoice.amountCents),
      description: invoice.description,
      created_at: formatInstant(invoice.createdAt),
    })),
  });
}

/** API sheet #2. Documented without the envelope, called with it in the seed. */
export function getStripeConfig(call: Call): Outcome {
  return okBothWays({
    publishable_key: call.world.publishableKey,
    instructions: 'Create a PaymentMethod with this key at Stripe, then pass its id as payment_method_id.',
  });
}

/** API sheet #3. */
export function createSetupIntent(call: Call): Outcome {
  const { world, account } = call;
  const id = newId(world, 'seti');
  const secret = newId(world, `${id}_secret`);
  bound(world.setupIntents, SETUP_INTENTS_MAX);
  world.setupIntents[id] = {
    id,
    secret,
    account: account.name,
    status: 'requires_payment_method',
    paymentMethod: null,
  };
  return ok({
    client_secret: secret,
    setup_intent_id: id,
    status: 'requires_payment_method',
    instructions: 'Confirm the SetupIntent at Stripe, then add its payment_method to this account.',
  });
}

const INFO_LENGTH_MAX = 255;

/** API sheet #9. */
export function getBillingInfo(call: Call): Outcome {
  const info = call.account.billingInfo;
  return ok(Object.fromEntries(BILLING_INFO_FIELDS.map((field) => [field, info[field] ?? null])));
}

/** API sheet #10: only what is sent changes; a tax id needs its type. */
export function updateBillingInfo(call: Call): Outcome {
  const { body, account } = call;
  const sent = BILLING_INFO_FIELDS.filter((field) => hasField(body, field));
  for (const field of sent) {
    const value = body[field];
    const isText = typeof value === 'string' && value.length <= INFO_LENGTH_MAX;
    if (value !== null && !isText) return invalid(field, `The ${field} must be a string.`);
  }
  if (textField(body, 'tax_id') !== null && textField(body, 'tax_id_type') === null) {
    return invalid('tax_id_type', 'The tax_id_type field is required with tax_id.');
  }
  for (const field of sent) account.billingInfo[field] = textField(body, field);
  return getBillingInfo(call);
}
