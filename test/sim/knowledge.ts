import type { OwnCharge } from './own-charge.ts';

/** A good answer under a key that was charged so often by then: it may have told of each of these charges. */
export function answerWord(key: string, executions: number): string {
  return `${key}/${Math.max(1, executions)}`; // what waits for its holder is as good as made
}

/** A subscription that a list has shown. */
export function listWord(id: number): string {
  return `subscription ${id}`;
}

export function wordsOfList(bodyText: string): readonly string[] {
  return [...bodyText.matchAll(/"id":(\d+),"plan_id"/g)].map(([, id]) => listWord(Number(id)));
}

/** Whether it was told of that charge, by name or by an answer under its key. A charge under the key may come later still. */
export function knows(
  knew: ReadonlySet<string>,
  { key, payment }: OwnCharge,
  charges: readonly OwnCharge[],
): boolean {
  const ofKey = charges.filter((one) => one.key === key);
  const before = ofKey.findIndex((one) => one.payment === payment);
  return (
    knew.has(payment) || ofKey.some((_, index) => index >= before && knew.has(answerWord(key, index + 1)))
  );
}

/** Of what was heard just before a commit nothing may be in it: that of another account, of which a page is still being read. */
const READ_MS = 2_000;

/** What each database was told, and durably: payments and answers. By lineage. */
export class Knowledge {
  readonly #now: () => number;
  readonly #known = new Map<string, Set<string>>();
  /** Each with when it was first heard in that life. */
  readonly #heard = new Map<string, Map<string, number>>();

  constructor(now: () => number) {
    this.#now = now;
  }

  /** All of it now, whether it is in the database yet or not. */
  of(lineage: string): ReadonlySet<string> {
    return new Set([...this.#knownTo(lineage), ...this.#heardBy(lineage).keys()]);
  }

  isKnown(lineage: string, word: string): boolean {
    return this.#knownTo(lineage).has(word);
  }

  hear(lineage: string, ...words: readonly string[]): void {
    const heard = this.#heardBy(lineage);
    for (const word of words) if (!heard.has(word)) heard.set(word, this.#now());
  }

  /** What was heard before a commit may be in it; what was not is gone with a crash. */
  committed(lineage: string): void {
    const heard = this.#heardBy(lineage);
    for (const [word, atMs] of heard) {
      if (this.#now() - atMs < READ_MS) continue;
      this.#knownTo(lineage).add(word);
      heard.delete(word);
    }
  }

  crashed(lineage: string): void {
    this.#heard.delete(lineage);
  }

  #knownTo(lineage: string): Set<string> {
    const known = this.#known.get(lineage) ?? new Set();
    this.#known.set(lineage, known);
    return known;
  }

  #heardBy(lineage: string): Map<string, number> {
    const heard = this.#heard.get(lineage) ?? new Map();
    this.#heard.set(lineage, heard);
    return heard;
  }
}

/** What lists say counts once it is known whose account they are of: each life asks, behind the first list. */
export class NamelessLists {
  readonly #named = new Set<string>();
  readonly #last = new Map<string, readonly string[]>();

  /** What is to be heard of a list. */
  listed(lineage: string, account: string, words: readonly string[]): readonly string[] {
    const place = `${lineage} ${account}`;
    if (this.#named.has(place)) return words;
    this.#last.set(place, words);
    return [];
  }

  /** What is to be heard of the list before the provider said whose account that is. */
  named(lineage: string, account: string): readonly string[] {
    const place = `${lineage} ${account}`;
    this.#named.add(place);
    return this.#last.get(place) ?? [];
  }

  crashed(lineage: string): void {
    for (const place of this.#named) if (place.startsWith(`${lineage} `)) this.#named.delete(place);
  }
}
