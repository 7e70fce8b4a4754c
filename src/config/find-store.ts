import { dirname, resolve } from 'node:path';
import { nodeDisk } from './config-disk.ts';
import { Problems } from './config-problem.ts';
import { interpolate } from './interpolate.ts';
import type { LoadOptions } from './load-config.ts';
import { parseSource } from './parse-source.ts';
import { readSource } from './read-source.ts';
import { resolveStore, STORE_DEFAULT, storePath } from './resolve-server.ts';
import { rootSpot, spotAt } from './spot.ts';

/**
 * The database that a config names which does not load: by its tree where it is YAML, else by the text behind `store`.
 * The default where it names none, or cannot be read at all; `null` where what it names is no file.
 */
export function findStore({ path, env, disk = nodeDisk }: LoadOptions): string | null {
  const absolute = resolve(path);
  const folder = dirname(absolute);
  const read = readSource(disk, { path: absolute, name: path, order: 0 });
  if (read.kind === 'failed') return storePath(STORE_DEFAULT, folder);
  const problems = new Problems();
  const root = parseSource(read.source, env, problems);
  if (root !== null) {
    const spot = spotAt(rootSpot(root), 'store');
    const isBroken = spot.node?.kind === 'scalar' && spot.node.isBroken;
    return isBroken ? null : (resolveStore(spot, folder, problems)?.path ?? null);
  }
  const { text, unset, isMalformed } = interpolate(storeWritten(read.source.text) ?? STORE_DEFAULT, env);
  return isMalformed || unset.length > 0 ? null : storePath(text, folder);
}

/** As a line of its own, or as JSON has it. */
function storeWritten(text: string): string | undefined {
  const line = /^store:[ \t]+(["']?)(.*?)\1[ \t]*(?:#.*)?\r?$/m.exec(text)?.[2];
  return line ?? /"store"\s*:\s*"([^"\n]*)"/.exec(text)?.[1];
}
