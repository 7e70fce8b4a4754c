import { usdFromCents } from '../../domain/money.ts';
import { formatInstant } from '../../domain/time.ts';
import type { Account, Invoice } from './account.ts';
import { notFound, type Outcome, ok, okBothWays } from './answer.ts';
import type { Call } from './call.ts';
import { lookup } from './lookup.ts';
import type { World } from './world.ts';

/** API sheet #11, newest first. One invoice for every charge that went through. */
export function listInvoices(call: Call): Outcome {
  return ok(call.account.invoices.toReversed().map(invoiceOnTheWire));
}

/** API sheet #12. */
export function getInvoice(call: Call): Outcome {
  const invoice = call.account.invoices.find((one) => one.id === call.id);
  return invoice === undefined ? notFound('Invoice') : ok(invoiceOnTheWire(invoice));
}

/** API sheet #13: the vendor's client reads `url` at the top. The address needs no token: its last part cannot be guessed. */
export function getInvoicePdf(call: Call): Outcome {
  const invoice = call.account.invoices.find((one) => one.id === call.id);
  if (invoice === undefined) return notFound('Invoice');
  return okBothWays({ invoice_id: invoice.id, url: `${call.world.origin}/invoices/${invoice.document}.pdf` });
}

/** The invoice behind a PDF's address; `null` where there is none. */
export function findDocument(
  world: World,
  document: string,
): { readonly account: Account; readonly invoice: Invoice } | null {
  const place = lookup(world.documents, document);
  const account = place === null ? null : lookup(world.accounts, place.account);
  const invoice = account?.invoices.find((one) => one.id === place?.invoice);
  return account === null || invoice === undefined ? null : { account, invoice };
}

function invoiceOnTheWire(invoice: Invoice): Readonly<Record<string, unknown>> {
  return {
    id: invoice.id,
    number: invoice.number,
    amount: usdFromCents(invoice.amountCents),
    currency: 'usd',
    status: 'paid',
    description: invoice.description,
    payment_intent_id: invoice.paymentIntent,
    created_at: formatInstant(invoice.createdAt),
  };
}
