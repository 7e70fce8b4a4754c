import { microFromCents } from '../../domain/money.ts';
import type { EpochMs } from '../../domain/time.ts';
import type { Account, CheckoutSession, PaymentIntent } from './account.ts';
import { creditCardPayment, debit } from './ledger.ts';
import { openCard } from './open-world.ts';
import { captureIntent, executeCharge } from './processor.ts';
import { fingerprintOf, newId } from './random.ts';
import type { SetupIntent, World } from './world.ts';

/** What people do: pay at Checkout, answer 3-D Secure, send money back. */

/** The person pays an open link with a card of their own, which works. */
export function payLink(
  world: World,
  account: Account,
  session: CheckoutSession,
  now: EpochMs,
): PaymentIntent {
  const fingerprint = fingerprintOf(`${world.seed} person of ${account.name}`).slice(0, 16);
  const id = newId(world, 'pm');
  const card = openCard({ id, brand: 'visa', last4: '4242', behaviour: 'succeed', fingerprint }, now);
  const { intent } = executeCharge(world, account, {
    card,
    amountCents: session.amountCents,
    kind: 'checkout',
    key: null,
    at: now,
    description:
      session.purpose === 'fund' ? 'Wallet funding by payment link' : 'Subscription by payment link',
    canWait: false,
  });
  session.state = 'paid';
  session.paymentIntent = intent.id;
  return intent;
}

/** The holder approves: the charge goes through now, and the wallet is credited. */
export function completeAction(world: World, account: Account, intent: PaymentIntent, now: EpochMs): void {
  captureIntent(world, account, { intent, description: 'Wallet funding', at: now });
  creditCardPayment(world, account, { intent, usecase: 'wallet_funding', at: now });
}

export function failAction(world: World, intent: PaymentIntent): void {
  intent.status = 'failed';
  world.revision += 1;
}

/** The holder approves a card that is being set up; the card that trusts this asks no more. */
export function completeSetup(world: World, setup: SetupIntent): void {
  setup.status = 'succeeded';
  const card = setup.paymentMethod === null ? undefined : world.looseCards[setup.paymentMethod];
  if (card?.trustsSetup === true) card.behaviour = 'succeed';
  world.revision += 1;
}

/** The money goes back to the card and is taken out of the wallet, even where it was spent already. */
export function refund(world: World, account: Account, intent: PaymentIntent, now: EpochMs): void {
  intent.isRefunded = true;
  world.revision += 1;
  debit(world, account, {
    amountMicroUsd: microFromCents(intent.amountCents),
    source: 'stripe',
    transactionId: intent.id,
    usecase: 'refund',
    at: now,
  });
}
