import { setImmediate } from 'node:timers/promises';

export type Labels<Name extends string> = Readonly<Record<Name, string>>;

export type SeriesOptions<Name extends string> = {
  readonly type: 'gauge' | 'counter';
  readonly name: string;
  readonly help: string;
  /** Where one is `account`, the rows go when the account goes. */
  readonly labels: readonly [Name, ...Name[]];
};

/** What a metric is, whatever it holds. */
export type MetricDescription = {
  readonly name: string;
  readonly type: string;
  readonly help: string;
  readonly labels: readonly string[];
};

/** Metrics that have series for every account. */
export class SeriesTables {
  readonly #tables: SeriesTable<string>[] = [];

  create<Name extends string>(options: SeriesOptions<Name>): SeriesTable<Name> {
    const table = new SeriesTable(options);
    this.#tables.push(table);
    return table;
  }

  described(): readonly MetricDescription[] {
    return this.#tables.map(({ description }) => description);
  }

  /** Walks all rows: for reloads, not for observations. */
  removeAccounts(accounts: ReadonlySet<string>): void {
    for (const table of this.#tables) table.removeAccounts(accounts);
  }

  /** Prometheus text format. Lets others have a turn after every table: ten thousand accounts are 36 MB of text. */
  async text(): Promise<string> {
    const parts: string[] = [];
    for (const table of this.#tables) {
      parts.push(table.text());
      await setImmediate();
    }
    return parts.join('');
  }
}

/**
 * Name and labels as they are printed before and behind the owner's value, written once for all owners; `values` are those
 * of the other labels, in their order.
 */
type Kind = { readonly values: readonly string[]; readonly before: string; readonly behind: string };
type Row = { value: number; readonly kind: Kind };

/**
 * One metric as a table whose rows are ready to print. prom-client hashes labels at every change and formats them at
 * every scrape, which takes a second at half a million series. Rows are found by their owner, the label that tells most
 * of them apart, and then one by one: an owner has a handful. A row is small, for there are half a million.
 */
export class SeriesTable<Name extends string> {
  readonly #options: SeriesOptions<Name>;
  readonly #rows = new Map<string, readonly Row[]>();
  readonly #kinds = new Map<string, Kind>();
  readonly #owner: Name;
  readonly #others: readonly Name[];

  constructor(options: SeriesOptions<Name>) {
    this.#options = options;
    const { labels } = options;
    this.#owner = labels.find((name) => OWNERS.includes(name)) ?? labels[0];
    this.#others = labels.filter((name) => name !== this.#owner);
  }

  get description(): MetricDescription {
    return this.#options;
  }

  set(labels: Labels<Name>, value: number): void {
    this.#row(labels).value = value;
  }

  add(labels: Labels<Name>, amount: number): void {
    this.#row(labels).value += amount;
  }

  /** Makes the series exist, at 0 where it is new, so that its first increase is seen as one. */
  touch(labels: Labels<Name>): void {
    this.#row(labels);
  }

  has(labels: Labels<Name>): boolean {
    return this.#find(labels) !== undefined;
  }

  remove(labels: Labels<Name>): void {
    const row = this.#find(labels);
    const owner = labels[this.#owner];
    const left = this.#rows.get(owner)?.filter((one) => one !== row) ?? [];
    if (left.length > 0) this.#rows.set(owner, left);
    else this.#rows.delete(owner);
  }

  /** The owner has these series and no others. */
  replace(owner: string, rows: readonly (readonly [Labels<Name>, number])[]): void {
    const now = new Set<Row>();
    for (const [labels, value] of rows) {
      const row = this.#row(labels);
      row.value = value;
      now.add(row);
    }
    const known = this.#rows.get(owner);
    if (known === undefined || known.length === now.size) return;
    if (now.size > 0) this.#rows.set(owner, [...now]);
    else this.#rows.delete(owner);
  }

  removeAccounts(accounts: ReadonlySet<string>): void {
    if (this.#owner !== 'account') return;
    for (const account of accounts) this.#rows.delete(account);
    this.#kinds.clear(); // what is still in use is only shared no more
  }

  clear(): void {
    this.#rows.clear();
    this.#kinds.clear();
  }

  text(): string {
    const { name, help, type } = this.#options;
    let text = `# HELP ${name} ${help.replaceAll('\\', '\\\\').replaceAll('\n', '\\n')}\n# TYPE ${name} ${type}\n`;
    for (const [owner, rows] of this.#rows) {
      const owned = escapeLabelValue(owner);
      for (const { kind, value } of rows) text += `${kind.before}${owned}${kind.behind}${valueText(value)}\n`;
    }
    return text;
  }

  /** Plain loops: this runs a dozen times in every pass over an account. */
  #find(labels: Labels<Name>): Row | undefined {
    const others = this.#others;
    const rows = this.#rows.get(labels[this.#owner]);
    if (rows === undefined || others.length === 0) return rows?.[0];
    for (const row of rows) {
      const { values } = row.kind;
      let at = 0;
      for (const name of others) {
        if (labels[name] !== values[at]) break;
        at += 1;
      }
      if (at === others.length) return row;
    }
    return undefined;
  }

  #row(labels: Labels<Name>): Row {
    const known = this.#find(labels);
    if (known !== undefined) return known;
    const row: Row = { value: 0, kind: this.#kind(labels) };
    const owner = labels[this.#owner];
    this.#rows.set(owner, [...(this.#rows.get(owner) ?? []), row]); // an array that is pushed to keeps room for more
    return row;
  }

  #kind(labels: Labels<Name>): Kind {
    const values = this.#others.map((name) => labels[name]);
    const key = JSON.stringify(values);
    const known = this.#kinds.get(key);
    if (known !== undefined) return known;
    const { name, labels: names } = this.#options;
    const pairs = (some: readonly Name[]) => some.map((one) => `${one}="${escapeLabelValue(labels[one])}"`);
    const at = names.indexOf(this.#owner);
    const before = [...pairs(names.slice(0, at)), `${this.#owner}="`].join(',');
    const behind = ['"', ...pairs(names.slice(at + 1))].join(',');
    const kind = { values, before: `${name}{${before}`, behind: `${behind}} ` };
    this.#kinds.set(key, kind);
    return kind;
  }
}

/** Labels that own rows; no table has both. */
const OWNERS: readonly string[] = ['account', 'name'];

function valueText(value: number): string {
  if (Number.isFinite(value)) return String(value);
  return Number.isNaN(value) ? 'NaN' : value > 0 ? '+Inf' : '-Inf';
}

/** The text format's three escapes. */
function escapeLabelValue(value: string): string {
  if (!/[\\"\n]/.test(value)) return value;
  return value.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n');
}
