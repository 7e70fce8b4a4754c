import { z } from 'zod';
import { BILLING_INFO_FIELDS, type BillingInfo, type BillingInfoField } from '../contract/billing-info.ts';
import type { ProviderClient } from './provider-client.ts';
import { type Caller, read } from './reading.ts';
import type { Reply } from './reply.ts';
import { isRecord } from './rows.ts';
import { withoutSecrets } from './secret-fields.ts';
import { undocumented } from './wire.ts';
import { write } from './writing.ts';

type Facts = Readonly<Record<string, unknown>>;

/** The shape is not documented: passed on with secrets masked. Some tax ids have as many digits as a card number. */
const billingInfo = z.record(z.string(), z.unknown()).transform((facts): Facts => {
  const own = BILLING_INFO_FIELDS.filter((field) => typeof facts[field] === 'string');
  const safe = withoutSecrets(facts) as Facts; // a record stays one: only values are masked
  return { ...safe, ...Object.fromEntries(own.map((field) => [field, facts[field]])) };
});

/** API sheet #9. */
export function getBillingInfo(client: ProviderClient, caller: Caller): Promise<Reply<Facts>> {
  return read(client, caller, { endpoint: 'getBillingInfo' }, billingInfo);
}

/** API sheet #10. */
export function updateBillingInfo(
  client: ProviderClient,
  caller: Caller,
  args: { readonly info: BillingInfo; readonly idempotencyKey?: string | undefined },
): Promise<Reply<unknown>> {
  const { info, idempotencyKey } = args;
  return write(client, caller, { endpoint: 'updateBillingInfo', body: info, idempotencyKey }, undocumented);
}

/**
 * What an answer of `getBillingInfo` says of each field; a field that it does not speak of is not there, which is not
 * the same as one that is empty. Flat as it is sent, or as Stripe shows it: `address.line1`, `tax_id.value`.
 */
export function fieldsOf(facts: Facts): ReadonlyMap<BillingInfoField, string> {
  const fields = new Map<BillingInfoField, string>();
  const address = isRecord(facts['address']) ? facts['address'] : {};
  const taxId = isRecord(facts['tax_id']) ? facts['tax_id'] : null;
  for (const field of BILLING_INFO_FIELDS) {
    const value = taxId !== null && field.startsWith('tax_id') ? undefined : facts[field];
    const found = value === undefined ? nested(field, address, taxId ?? {}) : value;
    if (found === null) fields.set(field, '');
    else if (typeof found === 'string' || typeof found === 'number') fields.set(field, String(found));
  }
  return fields;
}

function nested(field: BillingInfoField, address: Facts, taxId: Facts): unknown {
  if (field === 'tax_id') return taxId['value'];
  if (field === 'tax_id_type') return taxId['type'];
  return field.startsWith('address_') ? address[field.slice('address_'.length)] : undefined;
}
