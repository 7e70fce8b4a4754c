import type { AccountName } from './ids.ts';

/** Below `folder` (an absolute path) every account has a folder of its own. */
export type ArchivePlace = { readonly folder: string; readonly account: AccountName };

export type InvoicePart = 'json' | 'pdf';

export type InvoiceContent =
  /** As the provider gave it. */
  | { readonly part: 'json'; readonly facts: Readonly<Record<string, unknown>> }
  | { readonly part: 'pdf'; readonly bytes: Uint8Array };

export type MissingParts =
  | { readonly kind: 'known'; readonly missing: ReadonlyMap<string, readonly InvoicePart[]> }
  /** Why nobody can tell, as a sentence with its mend. */
  | { readonly kind: 'failed'; readonly why: string };

/** Invoices as files. What is archived is what is found there: there is no other memory of it. */
export interface InvoiceArchive {
  /** What is not there yet of these invoices; those of which nothing is missing are left out. */
  missing(place: ArchivePlace, invoiceIds: readonly string[]): Promise<MissingParts>;
  /** Durable when it resolves to `null`; else why not, as a sentence with its mend. What is there stays as it is. */
  write(place: ArchivePlace, invoiceId: string, content: InvoiceContent): Promise<string | null>;
}
