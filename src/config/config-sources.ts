import { createHash } from 'node:crypto';
import { dirname, join, relative, resolve } from 'node:path';
import type { ConfigNode } from './config-node.ts';
import type { Loading } from './loading.ts';
import { parseSource } from './parse-source.ts';
import { readSource } from './read-source.ts';

export type OpenedSource =
  /** `root` is `null` where the file has faults (reported), or was opened before. */
  | { readonly kind: 'opened'; readonly root: ConfigNode | null }
  | { readonly kind: 'failed'; readonly message: string; readonly mend: string | null };

/** The files of one load, each opened once, in order. */
export class ConfigSources {
  readonly #opened = new Set<string>();
  readonly #hash = createHash('sha256');
  /** Folder of the config as the operator wrote it, so that problems name files the same way. */
  readonly #shownFolder: string;

  constructor(configPath: string) {
    this.#shownFolder = dirname(configPath);
  }

  open(path: string, loading: Loading): OpenedSource {
    const absolute = resolve(path);
    if (this.#opened.has(absolute)) return { kind: 'opened', root: null };
    const name = join(this.#shownFolder, relative(loading.folder, absolute));
    const read = readSource(loading.disk, { path: absolute, name, order: this.#opened.size });
    this.#opened.add(absolute);
    if (read.kind === 'failed') return read;
    this.#hash.update(read.source.text).update('\0');
    return { kind: 'opened', root: parseSource(read.source, loading.env, loading.problems) };
  }

  /** First 12 hex digits of the SHA-256 over all texts opened so far, in order. Secrets are not in them. */
  revision(): string {
    return this.#hash.copy().digest('hex').slice(0, 12);
  }
}
