type Look = {
  readonly atMs: number;
  readonly isStale: boolean;
  /** As the provider meant it: no row is missing. */
  readonly isPlain: boolean;
};

const HOUR_MS = 3_600_000;
/** After the last POST a missing row means nothing for so long; two looks so far apart have to miss it (charging.md). */
const QUIET_MS = 2 * HOUR_MS;
const APART_MS = 10 * 60_000;

/** Every whole ledger that reached a database, by lineage and account. */
export class LookBook {
  readonly #looks = new Map<string, Look[]>();

  add(lineage: string, account: string, look: Look): void {
    const place = `${lineage} ${account}`;
    const looks = this.#looks.get(place) ?? [];
    this.#looks.set(place, looks);
    looks.push(look);
  }

  lastAtMs(lineage: string, account: string): number {
    return this.#looks.get(`${lineage} ${account}`)?.at(-1)?.atMs ?? 0;
  }

  isLastStale(lineage: string, account: string): boolean {
    return this.#looks.get(`${lineage} ${account}`)?.at(-1)?.isStale ?? false;
  }

  /** Whether every ledger between, of one at least, was of before, or lacked rows. */
  areAllCut(
    lineage: string,
    account: string,
    span: { readonly fromMs: number; readonly untilMs: number },
  ): boolean {
    const all = this.#looks.get(`${lineage} ${account}`) ?? [];
    const looks = all.filter(({ atMs }) => atMs >= span.fromMs && atMs <= span.untilMs);
    return looks.length > 0 && looks.every(({ isPlain, isStale }) => isStale || !isPlain);
  }

  /** Whether every ledger since then was of an instant before the newest credit. */
  areOld(lineage: string, account: string, sinceMs: number): boolean {
    const looks = this.#looks.get(`${lineage} ${account}`) ?? [];
    return looks.every(({ atMs, isStale }) => isStale || atMs < sinceMs);
  }

  /**
   * Whether every ledger after the quiet period was of an instant before the charge, rows and totals alike, and there
   * were two of them far enough apart: then absence was proven to all who could look. Those that were read before it
   * could be known, as its POST was on its way or its holder had not confirmed yet, are that whatever they showed.
   */
  isHidden(
    lineages: readonly string[],
    account: string,
    span: { readonly lastPostAtMs: number; readonly knowableAtMs: number; readonly untilMs: number },
  ): boolean {
    const all = lineages.flatMap((lineage) => this.#looks.get(`${lineage} ${account}`) ?? []);
    const looks = all.filter(({ atMs }) => atMs >= span.lastPostAtMs + QUIET_MS && atMs <= span.untilMs);
    const [first, last] = [looks.at(0), looks.at(-1)];
    if (first === undefined || last === undefined || last.atMs - first.atMs < APART_MS) return false;
    return last.isStale && looks.every(({ atMs, isStale }) => isStale || atMs < span.knowableAtMs);
  }
}
