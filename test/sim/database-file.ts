import { rmSync, writeFileSync } from 'node:fs';

/** The database of one machine as files, and what of it would outlast a loss of power. */
export class DatabaseFile {
  readonly path: string;
  /** `null` as long as every commit was synced. */
  #synced: Uint8Array | null = null;

  constructor(path: string) {
    this.path = path;
  }

  /** A commit comes that is not synced: what was there before is all that is sure. */
  noteUnsynced(content: Uint8Array | null): void {
    this.#synced ??= content;
  }

  /** While nobody has it open: what was committed and never synced is gone with a crash. */
  losePower(): void {
    if (this.#synced !== null) this.replace(this.#synced);
  }

  replace(content: Uint8Array | null): void {
    this.#synced = null;
    for (const suffix of ['', '-wal', '-shm']) rmSync(`${this.path}${suffix}`, { force: true });
    if (content !== null) writeFileSync(this.path, content);
  }
}
