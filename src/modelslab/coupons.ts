import type { PaymentMethodId } from '../domain/ids.ts';
import { type Cents, dollarsText } from '../domain/money.ts';
import type { ProviderClient } from './provider-client.ts';
import { type Caller, read } from './reading.ts';
import type { Reply } from './reply.ts';
import { isRecord } from './rows.ts';
import { safeText } from './secret-fields.ts';
import { wireDollars } from './wallet.ts';
import { undocumentedRecord } from './wire.ts';
import { write } from './writing.ts';

export type Coupon = {
  /** True unless the data carries an `error` or says that it is not valid (seed, "Coupons"). */
  readonly isValid: boolean;
  /** Discount, expiry …: not documented; for people. */
  readonly facts: Readonly<Record<string, unknown>>;
};

const coupon = undocumentedRecord.transform((facts): Coupon => {
  const hasError = facts['error'] !== undefined && facts['error'] !== null && facts['error'] !== false;
  return { isValid: !hasError && facts['valid'] !== false && facts['is_valid'] !== false, facts };
});

/** A GET, though one vendor text lists it as POST (API sheet #21). */
export function validateCoupon(
  client: ProviderClient,
  caller: Caller,
  args: { readonly couponCode: string; readonly purchaseCents?: Cents | undefined },
): Promise<Reply<Coupon>> {
  const { couponCode, purchaseCents } = args;
  const query = {
    coupon_code: couponCode,
    purchase_amount: purchaseCents === undefined ? undefined : dollarsText(purchaseCents),
  };
  return read(client, caller, { endpoint: 'validateCoupon', query }, coupon);
}

/** Bonus coupons want a card and an amount, and charge it (API sheet #22). */
export function redeemCoupon(
  client: ProviderClient,
  caller: Caller,
  args: {
    readonly couponCode: string;
    readonly paymentMethodId?: PaymentMethodId | undefined;
    readonly purchaseCents?: Cents | undefined;
    readonly idempotencyKey?: string | undefined;
  },
): Promise<Reply<unknown>> {
  const { couponCode, paymentMethodId, purchaseCents, idempotencyKey } = args;
  const body = {
    coupon_code: couponCode,
    payment_method_id: paymentMethodId,
    purchase_amount: purchaseCents === undefined ? undefined : wireDollars(purchaseCents),
  };
  return write(client, caller, { endpoint: 'redeemCoupon', body, idempotencyKey }, undocumentedRecord);
}

/** What a person reads of a coupon that is not valid. */
export function couponProblem(found: Coupon): string {
  const error = found.facts['error'];
  const said = isRecord(error) ? error['message'] : error;
  return typeof said === 'string' ? safeText(said).replace(/\.$/, '') : 'the coupon is not valid';
}
