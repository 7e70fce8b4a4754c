/** How many wrappers a list may have: an answer that nests them without end must not exhaust the stack. */
const LEVELS_MAX = 3;

type Wire = Readonly<Record<string, unknown>>;

/** Objects of the wire: not arrays, not null. */
export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/**
 * A list of the wire as an array, in the shapes the sources show or PHP produces: an array; `{items: […]}` or another
 * of `keys`; an object with the keys 0, 1, 2 … (a filtered PHP array). `null` where it is none of these: an unknown
 * shape must never read as an empty list, which could look like "no card" or "no subscription".
 */
export function rowsOf(
  value: unknown,
  keys: readonly string[] = [],
  levels = LEVELS_MAX,
): readonly unknown[] | null {
  if (Array.isArray(value)) return value;
  if (!isRecord(value) || levels === 0) return null;
  for (const key of ['items', 'data', ...keys]) {
    if (Object.hasOwn(value, key)) return rowsOf(value[key], [], levels - 1);
  }
  const names = Object.keys(value);
  return names.length > 0 && names.every((name) => /^\d+$/.test(name)) ? Object.values(value) : null;
}

/** Whether a list, or what is around it, says that it goes on behind these rows, as Laravel's and Stripe's do. */
export function isOnePage(value: unknown): boolean {
  return isRecord(value) && (hasMore(value) || (isRecord(value['meta']) && hasMore(value['meta'])));
}

function hasMore({ next_page_url, current_page, last_page, has_more, links }: Wire): boolean {
  const next = next_page_url ?? (isRecord(links) ? links['next'] : null);
  const isNext = typeof next === 'string' && next !== '';
  return isNext || has_more === true || Number(last_page) > Number(current_page);
}

/**
 * A list that may be grouped (`{addon: […], enterprise: […], normal: […]}`), flattened in the order of `groups`, and other
 * groups behind them; a row tells its group as its `category` where it tells none. A group may be missing, `null`, or one
 * bare row; an object that has none of the groups, and one page of several, is `null`.
 */
export function groupedRowsOf(
  value: unknown,
  options: {
    readonly groups: readonly string[];
    readonly keys: readonly string[];
    /** What a row has that is one of the list. */
    readonly marks: readonly string[];
  },
): readonly unknown[] | null {
  const { groups, keys, marks } = options;
  if (isRecord(value) && keys.some((key) => isRecord(value[key]))) {
    const inner = keys.find((key) => isRecord(value[key]));
    return inner === undefined ? null : groupedRowsOf(value[inner], { ...options, keys: [] });
  }
  if (isOnePage(value)) return null;
  const plain = rowsOf(value, keys);
  if (plain !== null || !isRecord(value)) return plain;
  const known = groups.filter((group) => Object.hasOwn(value, group));
  if (known.length === 0) return null;
  const others = Object.keys(value).filter((name) => !groups.includes(name) && isGroup(value[name], marks));
  const rows: unknown[] = [];
  for (const group of [...known, ...others]) {
    const inner = value[group];
    const some = inner === null ? [] : (rowsOf(inner) ?? (isRecord(inner) && 'id' in inner ? [inner] : null));
    if (some === null || isOnePage(inner)) return null;
    rows.push(...some.map((row) => (isRecord(row) ? { ...row, category: row['category'] || group } : row)));
  }
  return rows;
}

/** Rows that look like what the list is of, not like plans or links beside it. */
function isGroup(value: unknown, marks: readonly string[]): boolean {
  const rows = rowsOf(value) ?? [];
  const isOne = (row: unknown): boolean =>
    isRecord(row) && 'id' in row && 'status' in row && marks.some((mark) => Object.hasOwn(row, mark));
  return rows.length > 0 && rows.every(isOne);
}
