import { z } from 'zod';
import type { PaymentMethodId } from '../domain/ids.ts';
import type { Card } from '../domain/observation.ts';
import { isRecord } from './rows.ts';
import { flag, list, maybeText, maybeWhole, providerId } from './wire.ts';

/**
 * A saved payment method as the vendor's client reads it (API sheet #5), or as Stripe nests it
 * (`{id, card: {brand, last4, …}}`). The Stripe id (`pm_…`) is what calls want, wherever it stands.
 */
const card = z
  .preprocess(
    flattened,
    z.object({
      id: providerId<PaymentMethodId>(),
      brand: maybeText,
      type: maybeText,
      last4: maybeText,
      exp_month: maybeWhole,
      exp_year: maybeWhole,
      is_default: flag,
      fingerprint: maybeText,
    }),
  )
  .transform(
    (row): Card => ({
      id: row.id,
      brand: row.brand ?? row.type ?? 'unknown',
      last4: row.last4 ?? '',
      ...expiryOf(row.exp_month, row.exp_year),
      isDefault: row.is_default,
      fingerprint: row.fingerprint,
    }),
  );

/** Month 1 to 12, year of four digits, or two of this century; anything else is no expiry. */
function expiryOf(month: number | null, year: number | null): Pick<Card, 'expMonth' | 'expYear'> {
  const fullYear = year !== null && year < 100 ? year + 2_000 : year;
  const isDate = month !== null && month >= 1 && month <= 12 && fullYear !== null;
  if (!isDate || fullYear < 2_000 || fullYear > 2_200) return { expMonth: null, expYear: null };
  return { expMonth: month, expYear: fullYear };
}

export const cards = list(card, ['payment_methods', 'cards']);

function flattened(value: unknown): unknown {
  if (!isRecord(value)) return value;
  const nested = isRecord(value['card']) ? value['card'] : {};
  const ids = [value['id'], value['payment_method_id'], value['stripe_payment_method_id']];
  const stripeId = ids.find((id) => typeof id === 'string' && id.startsWith('pm_'));
  const isDefault = value['is_default'] ?? value['default'];
  return {
    ...nested,
    ...value,
    id: stripeId ?? value['id'] ?? value['payment_method_id'],
    is_default: isDefault,
  };
}
