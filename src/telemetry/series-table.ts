import { setImmediate } from 'node:timers/promises';

export type Labels<Name extends string> = Readonly<Record<Name, string>>;

export type SeriesOptions<Name extends string> = {
  readonly type: 'gauge' | 'counter';
  readonly name: string;
  readonly help: string;
  /** Where the first one is `account`, the rows go when the account goes. */
  readonly labels: readonly Name[];
};

/** Metrics that have series for every account. */
export class SeriesTables {
  readonly #tables: SeriesTable<string>[] = [];

  create<Name extends string>(options: SeriesOptions<Name>): SeriesTable<Name> {
    const table = new SeriesTable(options);
    this.#tables.push(table);
    return table;
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

/** `series` is name and labels as they are printed, written once. */
type Row = { value: number; readonly series: string; readonly owner: string };

/**
 * One metric as a table whose rows are ready to print. prom-client hashes labels at every change and formats them at
 * every scrape, which takes a second at half a million series.
 */
export class SeriesTable<Name extends string> {
  readonly #options: SeriesOptions<Name>;
  readonly #rows = new Map<string, Row>();
  /** Series that `replace` wrote, by owner. */
  readonly #replaced = new Map<string, readonly string[]>();

  constructor(options: SeriesOptions<Name>) {
    this.#options = options;
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
    return this.#rows.has(this.#series(labels));
  }

  remove(labels: Labels<Name>): void {
    this.#rows.delete(this.#series(labels));
  }

  /** The owner has these series and no others. */
  replace(owner: string, rows: readonly (readonly [Labels<Name>, number])[]): void {
    const before = this.#replaced.get(owner) ?? [];
    const now = rows.map(([labels, value]) => {
      const row = this.#row(labels);
      row.value = value;
      return row.series;
    });
    for (const series of before) if (!now.includes(series)) this.#rows.delete(series);
    if (now.length > 0) this.#replaced.set(owner, now);
    else this.#replaced.delete(owner);
  }

  removeAccounts(accounts: ReadonlySet<string>): void {
    if (this.#options.labels[0] !== 'account') return;
    for (const [series, row] of this.#rows) if (accounts.has(row.owner)) this.#rows.delete(series);
    for (const account of accounts) this.#replaced.delete(account);
  }

  clear(): void {
    this.#rows.clear();
    this.#replaced.clear();
  }

  text(): string {
    const { name, help, type } = this.#options;
    let text = `# HELP ${name} ${help.replaceAll('\\', '\\\\').replaceAll('\n', '\\n')}\n# TYPE ${name} ${type}\n`;
    for (const { series, value } of this.#rows.values()) text += `${series} ${valueText(value)}\n`;
    return text;
  }

  #row(labels: Labels<Name>): Row {
    const series = this.#series(labels);
    const known = this.#rows.get(series);
    if (known !== undefined) return known;
    const [first] = this.#options.labels;
    const row: Row = { value: 0, series, owner: first === undefined ? '' : labels[first] };
    this.#rows.set(series, row);
    return row;
  }

  #series(labels: Labels<Name>): string {
    let text = `${this.#options.name}{`;
    let comma = '';
    for (const name of this.#options.labels) {
      text += `${comma}${name}="${escapeLabelValue(labels[name])}"`;
      comma = ',';
    }
    return `${text}}`;
  }
}

function valueText(value: number): string {
  if (Number.isFinite(value)) return String(value);
  return Number.isNaN(value) ? 'NaN' : value > 0 ? '+Inf' : '-Inf';
}

/** The text format's three escapes. */
function escapeLabelValue(value: string): string {
  if (!/[\\"\n]/.test(value)) return value;
  return value.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n');
}
