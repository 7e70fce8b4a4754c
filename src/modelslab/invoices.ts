import { z } from 'zod';
import type { ProviderClient } from './provider-client.ts';
import { type Caller, read } from './reading.ts';
import type { Reply } from './reply.ts';
import { isRecord } from './rows.ts';
import { list, undocumentedRecord } from './wire.ts';

type Facts = Readonly<Record<string, unknown>>;

const URL_NAMES = ['url', 'pdf_url', 'invoice_pdf', 'pdf', 'hosted_invoice_url', 'receipt_url'];

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
  return read(client, caller, { endpoint: 'listInvoices' }, list(undocumentedRecord, ['invoices']));
}

/** API sheet #12. */
export function getInvoice(
  client: ProviderClient,
  caller: Caller,
  args: { readonly invoiceId: string },
): Promise<Reply<Facts>> {
  return read(client, caller, { endpoint: 'getInvoice', pathId: args.invoiceId }, undocumentedRecord);
}

/** API sheet #13. */
export function getInvoicePdf(
  client: ProviderClient,
  caller: Caller,
  args: { readonly invoiceId: string },
): Promise<Reply<{ readonly url: string }>> {
  return read(client, caller, { endpoint: 'getInvoicePdf', pathId: args.invoiceId }, pdf);
}
