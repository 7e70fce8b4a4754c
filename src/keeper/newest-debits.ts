import { TRANSACTIONS_PAGE_MAX } from '../contract/limits.ts';
import type { FailureReason } from '../modelslab/failure.ts';
import type { listWalletDebits, WalletDebit } from '../modelslab/wallet.ts';

/** A busy account has thousands of debits between two charges: so many pages are read. */
const PAGES_MAX = 25;
/** Where a provider gives less than it was asked for, it is a round number of rows. */
const ROUND_ROWS = 5;
/** How it may be said that nothing is there, behind the end of a list. */
const BEYOND: ReadonlySet<FailureReason> = new Set(['refused', 'not_found']);
/** Of a list that does not say how long it is. */
const COUNTED_MAX = 10_000;

type Rows = readonly WalletDebit[];
export type Page = (offset: number) => ReturnType<typeof listWalletDebits>;

/**
 * The newest of the debits, back to `since` and perhaps beyond; the order of rows is not documented, nor whether they are
 * counted, nor what is answered behind their end.
 * @returns null where they could not be read
 */
export async function newestDebits(page: Page, since: number): Promise<Rows | 'refused' | null> {
  const first = await page(0);
  if (first.kind === 'failed') return BEYOND.has(first.failure.reason) ? 'refused' : null;
  const rows = [...first.value.rows];
  const size = rows.length; // a provider may give less than it was asked for
  const total = (first.value.total ?? 0) > size ? first.value.total : null;
  const isFarBack = (next: Rows): boolean =>
    next.every(({ createdAt }) => createdAt !== null && createdAt < since);
  const isAll = (next: Rows): boolean => (total === null ? next.length < size : rows.length >= total);
  // Behind a page that may be full there may be more, also where `total` says that there is not: it might count the page only.
  const isCounted = first.value.total === size && size % ROUND_ROWS !== 0;
  if (size === 0 || (size < TRANSACTIONS_PAGE_MAX && isCounted)) return rows;
  for (let pages = 1; orderOf(rows) !== 'oldest_first'; pages += 1) {
    if (pages === PAGES_MAX) return orderOf(rows) === 'newest_first' ? rows : null;
    const next = await rowsAfter(page, rows, size);
    if (next === null) return null;
    rows.push(...next);
    if (next.length === 0 || isAll(next) || (orderOf(rows) === 'newest_first' && isFarBack(next)))
      return rows;
  }
  const known = rows.length;
  const counted = total === null ? null : await countedEnd(page, total, size);
  let end = counted ?? (await endOf(page, rows, size));
  if (end === null) return null;
  for (let pages = 1; pages < PAGES_MAX && end > known; pages += 1) {
    const reply = await page(Math.max(known, end - size));
    // Before its end a list has rows, unless it was shortened meanwhile.
    if (reply.kind === 'failed' || reply.value.rows.length === 0) return null;
    rows.push(...reply.value.rows);
    if (isFarBack(reply.value.rows)) break;
    end -= size;
  }
  return rows;
}

/** Where the list ends by what the provider counts; `null` where others are counted with them, or newer ones not yet. */
async function countedEnd(page: Page, total: number, size: number): Promise<number | null> {
  const reply = await page(total - 1);
  const count = reply.kind === 'ok' ? reply.value.rows.length : 0;
  return count > 0 && count < Math.max(2, size) ? total - 1 + count : null;
}

/** Where rows are of one day, stamps may say nothing of it. */
function orderOf(rows: Rows): 'oldest_first' | 'newest_first' | 'unknown' {
  const isStamped = ({ createdAt }: WalletDebit): boolean => createdAt !== null;
  const [topAt, bottomAt] = [rows.find(isStamped)?.createdAt ?? 0, rows.findLast(isStamped)?.createdAt ?? 0];
  if (topAt === bottomAt) return 'unknown';
  return topAt < bottomAt ? 'oldest_first' : 'newest_first';
}

/** Behind its end a list may be answered by its last page. */
function unknownOf(found: Rows, known: Rows): Rows {
  const ids = new Set(known.map(({ id }) => id));
  return found.filter(({ id }) => !ids.has(id));
}

/** What follows those that were read from the top. */
async function rowsAfter(page: Page, rows: Rows, size: number): Promise<Rows | null> {
  const reply = await page(rows.length);
  if (reply.kind === 'ok') return unknownOf(reply.value.rows, rows);
  const last = rows.at(-1);
  if (!BEYOND.has(reply.failure.reason) || last === undefined) return null;
  return await tailAfter(page, { offset: rows.length, last, size });
}

/**
 * What follows `last`, the row before `offset`, if the list ends there, also with what came meanwhile: it is asked for once
 * more. A refusal may be of such a request, and a page that is short may be the last one whatever was asked for.
 */
async function tailAfter(
  page: Page,
  { offset, last, size }: { readonly offset: number; readonly last: WalletDebit; readonly size: number },
): Promise<Rows | null> {
  const reply = await page(offset - 1);
  if (reply.kind === 'failed') return null;
  const [again, ...next] = reply.value.rows;
  return again?.id === last.id && next.length < Math.max(1, size - 1) ? next : null;
}

/** How long the list is that begins with these full pages, and has the newest rows at its end. */
async function endOf(page: Page, rows: Rows, size: number): Promise<number | null> {
  let [full, empty] = [rows.length / size - 1, Number.POSITIVE_INFINITY];
  let last = rows.at(-1);
  while (empty - full > 1) {
    const asked = empty === Number.POSITIVE_INFINITY ? Math.max(1, full * 2) : Math.floor((full + empty) / 2);
    const reply = await page(asked * size);
    if (reply.kind === 'failed' && !BEYOND.has(reply.failure.reason)) return null;
    const found = reply.kind === 'failed' ? [] : unknownOf(reply.value.rows, rows);
    const bottom = found.at(-1);
    if (found.length >= size) {
      if (asked > COUNTED_MAX) return null; // it may not know what an offset is
      [full, last] = [asked, bottom];
      continue;
    }
    empty = asked;
    const offset = asked * size + found.length;
    const tail = bottom === undefined ? null : await tailAfter(page, { offset, last: bottom, size });
    if (tail !== null) return offset + tail.length;
  }
  const offset = (full + 1) * size;
  const tail = last === undefined ? null : await tailAfter(page, { offset, last, size });
  return tail === null ? null : offset + tail.length;
}
