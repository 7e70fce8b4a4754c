import { createHash } from 'node:crypto';
import { access, chmod, constants, lstat, mkdir, open, readdir, rename, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type {
  ArchivePlace,
  InvoiceArchive,
  InvoiceContent,
  InvoicePart,
  MissingParts,
} from '../domain/invoice-archive.ts';
import { type DiskTrouble, diskTrouble, hasCode, sentenceOf } from './disk-trouble.ts';

const OWNER_ONLY_FOLDER = 0o700;
const OWNER_ONLY_FILE = 0o600;
const PARTS: readonly InvoicePart[] = ['json', 'pdf'];

/**
 * `FOLDER/ACCOUNT/INVOICE.json` and `.pdf`, for the owner alone. A file is written beside its place, synced and renamed
 * into it: what has the name is whole. `clean` is what every text of an invoice passes on its way to the disk.
 */
export class InvoiceFiles implements InvoiceArchive {
  readonly #clean: (text: string) => string;

  constructor(clean: (text: string) => string) {
    this.#clean = clean;
  }

  async missing(place: ArchivePlace, invoiceIds: readonly string[]): Promise<MissingParts> {
    const folder = folderOf(place);
    let names: ReadonlySet<string>;
    try {
      names = new Set(await readdir(folder));
    } catch (error) {
      if (!hasCode(error, 'ENOENT'))
        return { kind: 'failed', why: sentenceOf(diskTrouble('read', folder, error)) };
      names = new Set();
    }
    const missing = new Map<string, readonly InvoicePart[]>();
    for (const id of invoiceIds) {
      const parts = PARTS.filter((part) => !names.has(fileNameOf(id, part)));
      if (parts.length > 0) missing.set(id, parts);
    }
    return { kind: 'known', missing };
  }

  async write(place: ArchivePlace, invoiceId: string, content: InvoiceContent): Promise<string | null> {
    const folder = folderOf(place);
    const name = fileNameOf(invoiceId, content.part);
    const bytes = content.part === 'pdf' ? content.bytes : Buffer.from(this.#textOf(content.facts));
    try {
      await makeFolder(place.folder, folder);
      await put(folder, name, bytes);
      return null;
    } catch (error) {
      return sentenceOf(diskTrouble('written', folder, error));
    }
  }

  #textOf(facts: unknown): string {
    const clean = (_key: string, value: unknown): unknown => {
      if (typeof value === 'string') return this.#clean(value);
      // A card number may stand there as a bare number.
      const text = typeof value === 'number' ? this.#clean(String(value)) : '';
      return text === '' || text === String(value) ? value : text;
    };
    return `${JSON.stringify(facts, clean, 2)}\n`;
  }
}

/** Why invoices could not be written below a folder; looks only, and makes nothing. */
export async function archiveTrouble(place: ArchivePlace): Promise<DiskTrouble | null> {
  const folder = folderOf(place);
  let there = folder;
  try {
    while (!(await exists(there))) there = dirname(there); // "/" is there
    if (!(await stat(there)).isDirectory())
      return { what: `${there} is no folder`, mend: 'name another folder, or take it away' };
    await access(there, constants.W_OK | constants.X_OK);
    return null;
  } catch (error) {
    return diskTrouble('written', there, error);
  }
}

function folderOf({ folder, account }: ArchivePlace): string {
  return join(folder, account);
}

/** The id itself where it makes a good name; else what is harmless in it, and a digest that tells it from others. */
function fileNameOf(invoiceId: string, part: InvoicePart): string {
  if (/^[A-Za-z0-9][\w.-]{0,99}$/.test(invoiceId)) return `${invoiceId}.${part}`;
  const harmless = invoiceId.replace(/[^\w-]+/g, '_').slice(0, 60);
  const digest = createHash('sha256').update(invoiceId).digest('hex').slice(0, 16);
  return `_${harmless}-${digest}.${part}`;
}

/** The account's folder is ours and for the owner alone; one above it that was there before keeps its mode. */
async function makeFolder(above: string, folder: string): Promise<void> {
  const made = await mkdir(folder, { recursive: true, mode: OWNER_ONLY_FOLDER });
  await chmod(folder, OWNER_ONLY_FOLDER);
  if (made === undefined) return;
  await sync(above);
  await sync(dirname(made));
}

async function put(folder: string, name: string, bytes: Uint8Array): Promise<void> {
  const path = join(folder, name);
  const beside = join(folder, `.${name}.new`);
  if (await exists(path)) return;
  try {
    await rm(beside, { force: true }); // a leftover of a crash may have another mode
    const file = await open(beside, 'wx', OWNER_ONLY_FILE);
    try {
      await file.writeFile(bytes);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(beside, path);
  } catch (error) {
    await rm(beside, { force: true }).catch(() => undefined); // the first trouble is the one to tell
    throw error;
  }
  await sync(folder);
}

/** A rename is durable only when its folder is. */
async function sync(folder: string): Promise<void> {
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** A link that leads nowhere is there too: nothing is put in its place. */
async function exists(path: string): Promise<boolean> {
  try {
    await lstat(path);
    return true;
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return false;
    throw error;
  }
}
