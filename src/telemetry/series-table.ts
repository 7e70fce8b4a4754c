import { setImmediate } from 'node:timers/promises';

export type Labels<Name extends string> = Readonly<Record<Name, string>>;

export type SeriesOptions<Name extends string> = {
  readonly type: 'gauge' | 'counter';
  readonly name: string;
  readonly help: string;
  /** Where one is `account`, the rows go when the account goes. */
  readonly labels: readonly Name[];
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

/** `series` is name and labels as they are printed, written once; `values` are the labels' values, in their order. */
type Row = { value: number; readonly series: string; readonly values: readonly string[] };

/**
 * One metric as a table whose rows are ready to print. prom-client hashes labels at every change and formats them at
 * every scrape, which takes a second at half a million series. Rows are found by their owner, the label that tells most
 * of them apart, and then one by one: an owner has a handful.
 */
export class SeriesTable<Name extends string> {
  readonly #options: SeriesOptions<Name>;
  readonly #rows = new Map<string, Row[]>();
  readonly #owner: Name | undefined;

  constructor(options: SeriesOptions<Name>) {
    this.#options = options;
    this.#owner = OWNERS.flatMap((owner) => options.labels.find((name) => name === owner) ?? [])[0];
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
    const owner = this.#ownerOf(labels);
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
  }

  clear(): void {
    this.#rows.clear();
  }

  text(): string {
    const { name, help, type } = this.#options;
    let text = `# HELP ${name} ${help.replaceAll('\\', '\\\\').replaceAll('\n', '\\n')}\n# TYPE ${name} ${type}\n`;
    for (const rows of this.#rows.values())
      for (const { series, value } of rows) text += `${series} ${valueText(value)}\n`;
    return text;
  }

  #ownerOf(labels: Labels<Name>): string {
    return this.#owner === undefined ? '' : labels[this.#owner];
  }

  /** Plain loops: this runs a dozen times in every pass over an account. */
  #find(labels: Labels<Name>): Row | undefined {
    const names = this.#options.labels;
    const rows = this.#rows.get(this.#ownerOf(labels));
    if (rows === undefined || (names.length === 1 && this.#owner !== undefined)) return rows?.[0];
    for (const row of rows) {
      let at = 0;
      for (const name of names) {
        if (labels[name] !== row.values[at]) break;
        at += 1;
      }
      if (at === names.length) return row;
    }
    return undefined;
  }

  #row(labels: Labels<Name>): Row {
    const known = this.#find(labels);
    if (known !== undefined) return known;
    const values = this.#options.labels.map((name) => labels[name]);
    const row: Row = { value: 0, series: this.#series(values), values };
    const owner = this.#ownerOf(labels);
    const owned = this.#rows.get(owner);
    if (owned === undefined) this.#rows.set(owner, [row]);
    else owned.push(row);
    return row;
  }

  #series(values: readonly string[]): string {
    const pairs = this.#options.labels.map((name, at) => `${name}="${escapeLabelValue(values[at] ?? '')}"`);
    return `${this.#options.name}{${pairs.join(',')}}`;
  }
}

/** Labels that own rows: the first of them that a table has. */
const OWNERS = ['account', 'name'];

function valueText(value: number): string {
  if (Number.isFinite(value)) return String(value);
  return Number.isNaN(value) ? 'NaN' : value > 0 ? '+Inf' : '-Inf';
}

/** The text format's three escapes. */
function escapeLabelValue(value: string): string {
  if (!/[\\"\n]/.test(value)) return value;
  return value.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n');
}
