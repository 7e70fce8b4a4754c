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
      expMonth: row.exp_month,
      expYear: row.exp_year,
      isDefault: row.is_default,
      fingerprint: row.fingerprint,
    }),
  );

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
