import { type EpochMs, parseInstant } from '../domain/time.ts';
import { isRecord, rowsOf } from './rows.ts';

/** Calls of a plan, as `GET /usage/products` counts them. */
export type CallsLeft = { readonly limit: number; readonly remaining: number };

const NAMES = ['product', 'plan', 'plan_name', 'name'];
const OWN_ID = 'id'; // of the plan, or of the row itself
const PLAN_IDS = ['plan_id', 'product_id'];

/**
 * What is left of a plan's calls. The shape is not documented (API sheet 2, "Neighbours"), so it is taken only where it
 * is plain: the one row that names the plan, or the only row there is, where that names nothing. `null` where it is not:
 * nothing is guessed.
 */
export function callsLeft(
  body: unknown,
  plan: { readonly id: string | null; readonly name: string | null },
): CallsLeft | null {
  const rows = productRows(body);
  const named = rows.filter(
    (row) => says(row, NAMES, plan.name) || says(row, [...PLAN_IDS, OWN_ID], plan.id),
  );
  const [only, ...more] = named.length > 0 ? named : rows;
  if (only === undefined || more.length > 0) return null;
  const isAnothers = named.length === 0 && [...NAMES, ...PLAN_IDS].some((key) => plain(only, key) !== null);
  return isAnothers ? null : countsOf(only);
}

/** The newest use that rows of `GET /usage/history` tell of; `undefined` where they cannot be read as such. */
export function newestUse(rows: readonly Readonly<Record<string, unknown>>[]): EpochMs | null | undefined {
  let newest: EpochMs | null = null;
  for (const row of rows) {
    const stamp = row['created_at'];
    const at = typeof stamp === 'string' || typeof stamp === 'number' ? parseInstant(stamp) : null;
    if (at === null) return undefined;
    if (newest === null || at > newest) newest = at;
  }
  return newest;
}

function productRows(body: unknown): readonly Readonly<Record<string, unknown>>[] {
  const listed = rowsOf(body, ['products', 'usage', 'plans']);
  if (listed !== null) return listed.filter(isRecord);
  if (!isRecord(body)) return [];
  if (countsOf(body) !== null) return [body];
  const inner = ['products', 'data'].map((name) => body[name]).find(isRecord) ?? body;
  return Object.entries(inner).flatMap(([name, row]) => (isRecord(row) ? [{ product: name, ...row }] : []));
}

function says(
  row: Readonly<Record<string, unknown>>,
  keys: readonly string[],
  wanted: string | null,
): boolean {
  if (wanted === null) return false;
  return keys.some((key) => plain(row, key)?.toLowerCase() === wanted.toLowerCase());
}

function plain(row: Readonly<Record<string, unknown>>, key: string): string | null {
  const value = row[key];
  return typeof value === 'string' || typeof value === 'number' ? String(value) : null;
}

/** `null` for a row without a limit, as of a plan that has none. */
function countsOf(row: Readonly<Record<string, unknown>>): CallsLeft | null {
  const limit = count(row['limit'] ?? row['api_call_limit']);
  const used = count(row['used']);
  const remaining = count(row['remaining']) ?? (limit !== null && used !== null ? limit - used : null);
  return limit === null || limit <= 0 || remaining === null ? null : { limit, remaining };
}

function count(value: unknown): number | null {
  const number = typeof value === 'string' && /^\d{1,12}$/.test(value) ? Number(value) : value;
  return typeof number === 'number' && Number.isFinite(number) ? number : null;
}
