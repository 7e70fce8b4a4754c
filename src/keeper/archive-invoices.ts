import type { ArchivePlace, InvoicePart } from '../domain/invoice-archive.ts';
import { getInvoice, getInvoicePdf, invoiceIdOf, listInvoices } from '../modelslab/invoices.ts';
import type { Caller } from '../modelslab/reading.ts';
import type { KeeperContext } from './context.ts';
import type { UpkeepRun } from './upkeep.ts';

export const INVOICES_TASK = 'invoices';
/** In one run: the provider's rate limit is shared with what watches the money. */
const INVOICES_MAX = 20;
/** A host that keeps every download waiting must not keep the other accounts waiting too. */
const FAILURES_MAX = 3;

/** One invoice that misses something on the disk. */
type Wanted = { readonly place: ArchivePlace; readonly id: string; readonly parts: readonly InvoicePart[] };

type Done =
  | { readonly kind: 'archived' }
  /** This invoice; the next may do better. */
  | { readonly kind: 'failed'; readonly why: string }
  /** The disk: no other would do better. */
  | { readonly kind: 'disk'; readonly why: string };

/**
 * The provider's invoices as files, each once: the record, and the PDF at the address that the provider names. What is
 * missing is seen on the disk every time. A draft is no invoice yet.
 */
export const archiveInvoices: UpkeepRun = async (context, account, caller) => {
  const folder = account.policy.invoices?.archive;
  if (folder === undefined) return null;
  const listed = await listInvoices(context.client, caller);
  if (listed.kind === 'failed') return `the invoices cannot be listed: ${listed.failure.message}`;
  const place = { folder, account: account.name };
  const invoices = listed.value.filter((facts) => facts['status'] !== 'draft').map(invoiceIdOf);
  const ids = invoices.filter((id) => id !== null);
  const found = await context.archive.missing(place, ids);
  if (found.kind === 'failed') return found.why;
  const nameless = invoices.length - ids.length;
  const troubles = nameless === 0 ? [] : [`${nameless} of the list have no id that can be asked for`];
  const wanted = Array.from(found.missing, ([id, parts]) => ({ place, id, parts }));
  const run = await archiveSome(context, caller, inAnyOrder(context, wanted));
  if (run.archived > 0) {
    const detail = `archived ${run.archived}, left ${wanted.length - run.archived}`;
    context.log.info('upkeep.done', { account: account.name, task: INVOICES_TASK, detail });
  }
  return [...troubles, ...run.troubles].join('; ') || null;
};

async function archiveSome(
  context: KeeperContext,
  caller: Caller,
  wanted: readonly Wanted[],
): Promise<{ readonly archived: number; readonly troubles: readonly string[] }> {
  const troubles: string[] = [];
  let archived = 0;
  for (const one of wanted.slice(0, INVOICES_MAX)) {
    if (context.stopping.aborted || troubles.length >= FAILURES_MAX) break;
    const done = await archiveOne(context, caller, one);
    if (done.kind === 'archived') archived += 1;
    else troubles.push(done.why);
    if (done.kind === 'disk') break;
  }
  return { archived, troubles };
}

async function archiveOne(context: KeeperContext, caller: Caller, wanted: Wanted): Promise<Done> {
  for (const part of wanted.parts) {
    const done =
      part === 'json'
        ? await archiveRecord(context, caller, wanted)
        : await archivePdf(context, caller, wanted);
    if (done.kind !== 'archived') return done;
  }
  return { kind: 'archived' };
}

async function archiveRecord(context: KeeperContext, caller: Caller, { place, id }: Wanted): Promise<Done> {
  const reply = await getInvoice(context.client, caller, { invoiceId: id });
  if (reply.kind === 'failed') return failed(id, `cannot be read: ${reply.failure.message}`);
  return written(await context.archive.write(place, id, { part: 'json', facts: reply.value }));
}

async function archivePdf(context: KeeperContext, caller: Caller, { place, id }: Wanted): Promise<Done> {
  const reply = await getInvoicePdf(context.client, caller, { invoiceId: id });
  if (reply.kind === 'failed') return failed(id, `its PDF has no address: ${reply.failure.message}`);
  const pdf = await context.pdfs.read(reply.value.url, caller);
  if (pdf.kind === 'failed') return failed(id, `its PDF ${pdf.reason}`);
  return written(await context.archive.write(place, id, { part: 'pdf', bytes: pdf.bytes }));
}

function failed(id: string, why: string): Done {
  const shown = id.length > 60 ? `${id.slice(0, 59)}…` : id;
  return { kind: 'failed', why: `invoice ${shown}: ${why}` };
}

function written(trouble: string | null): Done {
  return trouble === null ? { kind: 'archived' } : { kind: 'disk', why: trouble };
}

/** From another place in the list each time: what fails for ever must not stand before what would not. */
function inAnyOrder(context: KeeperContext, wanted: readonly Wanted[]): readonly Wanted[] {
  const start = Math.floor(context.random.uniform() * wanted.length);
  return [...wanted.slice(start), ...wanted.slice(0, start)];
}
