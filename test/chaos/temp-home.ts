import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { say } from './say.ts';

/** A folder of the script's own; kept, and named, where that is wanted at the end. */
export class TempHome implements Disposable {
  readonly path: string;
  readonly #isKept: () => boolean;

  constructor(name: string, isKept: () => boolean) {
    this.path = mkdtempSync(join(tmpdir(), `purser-${name}-`));
    this.#isKept = isKept;
  }

  file(...parts: readonly string[]): string {
    return join(this.path, ...parts);
  }

  [Symbol.dispose](): void {
    if (this.#isKept()) say(`the evidence is kept in ${this.path}`);
    else rmSync(this.path, { recursive: true, force: true });
  }
}
