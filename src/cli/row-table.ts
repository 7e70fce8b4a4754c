import { plainText } from './plain-text.ts';
import { table } from './table.ts';

type Row = Readonly<Record<string, unknown>>;

/** Wider than this no cell is: the rest is in `--json`. */
const CELL_MAX = 32;

/**
 * Rows of undocumented shape as a table: columns under the provider's own names, as far as `wanted` and the rows have
 * them, or all of them where the rows have none of those.
 */
export function rowTable(
  rows: readonly Row[],
  wanted: readonly string[],
  options: { readonly color: boolean },
): string {
  const has = new Set(rows.flatMap((row) => Object.keys(row).filter((key) => isLeaf(row[key]))));
  const known = wanted.filter((key) => has.has(key));
  const keys = known.length > 0 ? known : [...has];
  const columns = keys.map((key) => ({
    title: plainText(key).toUpperCase().replaceAll('_', ' '),
    align: rows.every((row) => typeof row[key] === 'number') ? ('right' as const) : ('left' as const),
  }));
  return table(
    columns,
    rows.map((row) => keys.map((key) => cellOf(row[key]))),
    options,
  );
}

function isLeaf(value: unknown): boolean {
  return typeof value !== 'object' && value !== undefined;
}

function cellOf(value: unknown): string {
  if (!isLeaf(value) || value === '') return '-';
  const text = plainText(String(value));
  return text.length > CELL_MAX ? `${text.slice(0, CELL_MAX - 1)}…` : text;
}
