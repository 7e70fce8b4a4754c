import { z } from 'zod';
import type { ProviderClient } from './provider-client.ts';
import { type Caller, read } from './reading.ts';
import type { Reply } from './reply.ts';
import { isPathId } from './request-url.ts';
import { isRecord } from './rows.ts';
import { withoutSecrets } from './secret-fields.ts';
import { list } from './wire.ts';

type Facts = Readonly<Record<string, unknown>>;

const URL_NAMES = ['url', 'pdf_url', 'invoice_pdf', 'pdf', 'hosted_invoice_url', 'receipt_url'];

/**
 * The shape is not documented: passed on with secrets masked. Its id is what it is asked for by, and its number is what
 * books go by, not a card's; one that looks like a card's is masked as any text is.
 */
const invoice = z.record(z.string(), z.unknown()).transform((facts): Facts => {
  const safe = withoutSecrets(facts) as Facts; // a record stays one: only values are masked
  const { id, number } = facts;
  return {
    ...safe,
    ...(id === undefined ? {} : { id }),
    ...(number === undefined ? {} : { number: withoutSecrets(number) }),
  };
});

/** The first URL of the names that are known or likely (API sheet #13). */
const pdf = z.preprocess(
  (value) => {
    if (!isRecord(value)) return { url: value };
    const name = URL_NAMES.find((known) => typeof value[known] === 'string');
    return { url: name === undefined ? undefined : value[name] };
  },
  z.object({ url: z.url({ protocol: /^https?$/ }) }),
);

/** API sheet #11; the rows' shape is not documented. */
export function listInvoices(client: ProviderClient, caller: Caller): Promise<Reply<readonly Facts[]>> {
  return read(client, caller, { endpoint: 'listInvoices' }, list(invoice, ['invoices']));
}

/** API sheet #12. */
export function getInvoice(
  client: ProviderClient,
  caller: Caller,
  args: { readonly invoiceId: string },
): Promise<Reply<Facts>> {
  return read(client, caller, { endpoint: 'getInvoice', pathId: args.invoiceId }, invoice);
}

/** API sheet #13. */
export function getInvoicePdf(
  client: ProviderClient,
  caller: Caller,
  args: { readonly invoiceId: string },
): Promise<Reply<{ readonly url: string }>> {
  return read(client, caller, { endpoint: 'getInvoicePdf', pathId: args.invoiceId }, pdf);
}

/** The id that an invoice is asked for by; `null` where it has none that can be. */
export function invoiceIdOf(facts: Facts): string | null {
  const id = facts['id'] ?? facts['invoice_id'];
  const text = typeof id === 'string' || typeof id === 'number' ? String(id) : '';
  return isPathId(text) ? text : null;
}
