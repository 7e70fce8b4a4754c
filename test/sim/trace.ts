import { createHash } from 'node:crypto';

/** Everything that happened in a run, as one hash; and as lines, where somebody wants to read them. */
export class Trace {
  readonly #hash = createHash('sha256');
  readonly #lines: string[] | null;
  readonly #now: () => number;

  constructor(options: { readonly now: () => number; readonly keepsLines: boolean }) {
    this.#now = options.now;
    this.#lines = options.keepsLines ? [] : null;
  }

  /** For the hash alone. */
  add(text: string): void {
    this.#hash.update(`${this.#now()} ${text}\n`);
  }

  /** For the hash and for people. */
  tell(text: string): void {
    this.add(text);
    this.#lines?.push(`${new Date(this.#now()).toISOString().slice(0, 23)} ${text}`);
  }

  digest(): string {
    return this.#hash.copy().digest('hex');
  }

  lines(): readonly string[] {
    return this.#lines ?? [];
  }
}
