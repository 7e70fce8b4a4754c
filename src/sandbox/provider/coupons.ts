import { unreachable } from '../../domain/assert.ts';
import { type Cents, cents, microFromCents, usdFromCents, usdFromMicro } from '../../domain/money.ts';
import type { Account } from './account.ts';
import { fail, invalid, type Outcome, ok } from './answer.ts';
import type { Call } from './call.ts';
import { centsField, textField } from './input.ts';
import { balanceOf, credit, creditCardPayment } from './ledger.ts';
import { lookup } from './lookup.ts';
import { declined, findCard } from './paying.ts';
import { executeCharge } from './processor.ts';

type Coupon =
  | { readonly kind: 'credit'; readonly amountCents: Cents }
  /** A share on top of a purchase that the coupon's own redemption charges. */
  | { readonly kind: 'bonus'; readonly percent: number; readonly purchaseMinCents: Cents }
  | { readonly kind: 'expired' };

/** Built in; each works once per account. `WELCOME50` is the seed's example. */
const COUPONS: Readonly<Record<string, Coupon>> = {
  WELCOME50: { kind: 'credit', amountCents: cents(5_000) },
  TESTDRIVE5: { kind: 'credit', amountCents: cents(500) },
  BONUS20: { kind: 'bonus', percent: 20, purchaseMinCents: cents(2_500) },
  BONUS10: { kind: 'bonus', percent: 10, purchaseMinCents: cents(1_000) },
  SUMMER24: { kind: 'expired' },
};

/** API sheet #21: what is wrong with a coupon is said in `data.error`, with status 200 (seed, "Coupons"). */
export function validateCoupon(call: Call): Outcome {
  const code = call.query['coupon_code']?.toUpperCase() ?? null;
  if (code === null || code === '') return invalid('coupon_code', 'The coupon code field is required.');
  const found = findCoupon(call.account, code);
  if (found.kind === 'refused') return ok({ valid: false, coupon_code: code, error: found.message });
  const { coupon } = found;
  if (coupon.kind === 'credit') {
    const amount = usdFromCents(coupon.amountCents);
    return ok({ valid: true, coupon_code: code, type: 'credit', amount, requires_payment: false });
  }
  const purchaseCents = centsField(call.query, 'purchase_amount');
  return ok({
    valid: true,
    coupon_code: code,
    type: 'bonus',
    percent: coupon.percent,
    minimum_purchase: usdFromCents(coupon.purchaseMinCents),
    bonus: purchaseCents === null ? null : usdFromCents(bonusCents(purchaseCents, coupon.percent)),
    requires_payment: true,
  });
}

/** API sheet #22: a bonus coupon needs a card and a purchase. */
export function redeemCoupon(call: Call): Outcome {
  const { account, body } = call;
  const code = textField(body, 'coupon_code')?.toUpperCase() ?? null;
  if (code === null) return invalid('coupon_code', 'The coupon code field is required.');
  const found = findCoupon(account, code);
  if (found.kind === 'refused') return fail(422, found.code, found.message, { coupon_code: code });
  const { coupon } = found;
  switch (coupon.kind) {
    case 'credit':
      return redeemed(call, code, coupon.amountCents);
    case 'bonus':
      return redeemBonus(call, code, coupon);
    default:
      return unreachable(coupon);
  }
}

function redeemBonus(call: Call, code: string, coupon: Extract<Coupon, { kind: 'bonus' }>): Outcome {
  const { world, account, now, body } = call;
  const purchaseCents = centsField(body, 'purchase_amount');
  if (purchaseCents === null || purchaseCents < coupon.purchaseMinCents) {
    const sentence = `The purchase amount must be at least ${usdFromCents(coupon.purchaseMinCents)}.`;
    return invalid('purchase_amount', sentence);
  }
  const card = findCard(call, textField(body, 'payment_method_id'));
  if (card === null) return invalid('payment_method_id', 'The selected payment method id is invalid.');
  const result = executeCharge(world, account, {
    card,
    amountCents: purchaseCents,
    kind: 'coupon',
    key: call.key,
    at: now,
    description: `Wallet funding with coupon ${code}`,
    canWait: false,
  });
  if (result.kind === 'declined') return declined(result);
  creditCardPayment(world, account, { intent: result.intent, usecase: 'wallet_funding', at: now });
  return redeemed(call, code, bonusCents(purchaseCents, coupon.percent));
}

function redeemed(call: Call, code: string, amountCents: Cents): Outcome {
  const { world, account, now } = call;
  account.redeemed.push(code);
  credit(world, account, {
    amountMicroUsd: microFromCents(amountCents),
    source: 'coupon',
    transactionId: `cpn_${code.toLowerCase()}`,
    usecase: 'coupon',
    at: now,
  });
  return ok({
    message: 'Coupon redeemed.',
    coupon_code: code,
    credited: usdFromCents(amountCents),
    balance: usdFromMicro(balanceOf(account)),
    currency: 'USD',
  });
}

type Found =
  | { readonly kind: 'found'; readonly coupon: Exclude<Coupon, { kind: 'expired' }> }
  | { readonly kind: 'refused'; readonly code: string; readonly message: string };

function findCoupon(account: Account, code: string): Found {
  const coupon = lookup(COUPONS, code);
  if (coupon === null)
    return { kind: 'refused', code: 'coupon_invalid', message: 'This coupon does not exist.' };
  if (coupon.kind === 'expired') {
    return { kind: 'refused', code: 'coupon_expired', message: 'This coupon has expired.' };
  }
  if (account.redeemed.includes(code)) {
    return { kind: 'refused', code: 'coupon_already_redeemed', message: 'This coupon was already redeemed.' };
  }
  return { kind: 'found', coupon };
}

/** To the cent, down. */
function bonusCents(purchaseCents: Cents, percent: number): Cents {
  return cents(Math.floor((purchaseCents * percent) / 100));
}
