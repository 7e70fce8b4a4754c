import { createHash } from 'node:crypto';
import { statSync } from 'node:fs';
import { type ConfigDisk, type DiskAnswer, nodeDisk } from './config-disk.ts';

/** The disk of this machine, which remembers what one load read of it. */
export class RecordingDisk implements ConfigDisk {
  /** What was read, and how it looked just before. */
  readonly #reads: { readonly path: string; readonly stamp: string }[] = [];
  readonly #lists: { readonly pattern: string; readonly folder: string; readonly found: string }[] = [];
  readonly #hash = createHash('sha256');
  readonly #disk: ConfigDisk;

  constructor(disk: ConfigDisk = nodeDisk) {
    this.#disk = disk;
  }

  read(path: string, bytesMax: number): DiskAnswer {
    this.#reads.push({ path, stamp: stampOf(path) });
    const answer = this.#disk.read(path, bytesMax);
    const content = answer.kind === 'read' ? answer.bytes : answer.reason;
    this.#hash.update(path).update('\0').update(createHash('sha256').update(content).digest());
    return answer;
  }

  list(pattern: string, folder: string): string[] {
    const found = nodeDisk.list(pattern, folder);
    this.#lists.push({ pattern, folder, found: found.join('\0') });
    return found;
  }

  /** Of all that was read, secrets included: for telling two loads apart, and never shown. */
  digest(): string {
    return this.#hash.copy().digest('hex');
  }

  /** How the files look now; moves where one may have another content, appears, or goes. Reads none of them. */
  stamps(): string {
    return [
      ...this.#reads.map(({ path }) => stampOf(path)),
      ...this.#lists.map(({ pattern, folder }) => nodeDisk.list(pattern, folder).join('\0')),
    ].join('\n');
  }

  /** How they looked when they were read. */
  stampsThen(): string {
    return [...this.#reads.map(({ stamp }) => stamp), ...this.#lists.map(({ found }) => found)].join('\n');
  }
}

/** Links are followed: a mounted secret is one that is pointed elsewhere when it changes. */
function stampOf(path: string): string {
  try {
    const { ino, size, mtimeMs, ctimeMs } = statSync(path);
    return [ino, size, mtimeMs, ctimeMs].join(' ');
  } catch {
    return 'none'; // as good as missing: the load says what is wrong with it
  }
}
