import type { Cents } from '../../domain/money.ts';
import type { EpochMs } from '../../domain/time.ts';
import type { Account, PaymentIntent } from './account.ts';
import { type Card, isExpired } from './cards.ts';
import { newId } from './random.ts';
import type { ChargeKind, World } from './world.ts';

/**
 * The card processor (Stripe, behind the provider). Every attempt leaves a PaymentIntent; every charge that went
 * through also leaves a row in the world's record of charges and an invoice.
 */
export type ChargeOrder = {
  readonly card: Card;
  readonly amountCents: Cents;
  readonly kind: ChargeKind;
  readonly key: string | null;
  readonly at: EpochMs;
  readonly description: string;
  /** True where the caller can wait for 3-D Secure; elsewhere such a card is declined (`authentication_required`). */
  readonly canWait: boolean;
};

export type ChargeResult =
  | { readonly kind: 'succeeded'; readonly intent: PaymentIntent }
  | { readonly kind: 'requires_action'; readonly intent: PaymentIntent }
  | { readonly kind: 'declined'; readonly intent: PaymentIntent; readonly code: string };

export function executeCharge(world: World, account: Account, order: ChargeOrder): ChargeResult {
  const id = newId(world, 'pi');
  const intent: PaymentIntent = {
    id,
    secret: newId(world, `${id}_secret`),
    amountCents: order.amountCents,
    kind: order.kind,
    card: order.card.id,
    key: order.key,
    createdAt: order.at,
    status: 'failed',
    isRefunded: false,
  };
  account.intents[id] = intent;
  world.revision += 1;
  const code = refusal(order);
  if (code === null) {
    captureIntent(world, account, { intent, description: order.description, at: order.at });
    return { kind: 'succeeded', intent };
  }
  if (code === 'requires_action') {
    intent.status = 'requires_action';
    return { kind: 'requires_action', intent };
  }
  return { kind: 'declined', intent, code };
}

/** The money leaves the card: the charge is on record and has an invoice. */
export function captureIntent(
  world: World,
  account: Account,
  capture: { readonly intent: PaymentIntent; readonly description: string; readonly at: EpochMs },
): void {
  const { intent, description, at } = capture;
  intent.status = 'succeeded';
  world.revision += 1;
  world.charges.push({
    account: account.name,
    amountCents: intent.amountCents,
    card: intent.card,
    kind: intent.kind,
    key: intent.key,
    at,
  });
  const invoice = {
    id: newId(world, 'in'),
    number: `SBX-${String(world.charges.length).padStart(6, '0')}`,
    amountCents: intent.amountCents,
    description,
    paymentIntent: intent.id,
    createdAt: at,
    document: newId(world, 'doc', 32),
  };
  account.invoices.push(invoice);
  world.documents[invoice.document] = { account: account.name, invoice: invoice.id };
}

function refusal(order: ChargeOrder): string | null {
  if (isExpired(order.card, order.at)) return 'expired_card';
  if (order.card.behaviour === 'succeed') return null;
  if (order.card.behaviour !== 'requires_action') return order.card.behaviour;
  return order.canWait ? 'requires_action' : 'authentication_required';
}
