import { dirname, resolve } from 'node:path';
import type { FleetSpec } from '../domain/spec.ts';
import { nodeDisk } from './config-disk.ts';
import { Problems } from './config-problem.ts';
import type { LoadOptions } from './load-config.ts';
import { parseSource } from './parse-source.ts';
import { readSource } from './read-source.ts';
import { LISTEN_DEFAULT, readListen, resolveServer } from './resolve-server.ts';
import { rootSpot, spotAt } from './spot.ts';

export type Address = Pick<FleetSpec['server'], 'host' | 'port'>;

/**
 * Where a purser listens whose config does not load any more: by its tree where it is YAML, else by the text behind
 * `listen`. The default where it names no address.
 */
export function findListen({ path, env, disk = nodeDisk }: LoadOptions): Address {
  const absolute = resolve(path);
  const read = readSource(disk, { path: absolute, name: path, order: 0 });
  if (read.kind === 'failed') return LISTEN_DEFAULT;
  const problems = new Problems();
  const root = parseSource(read.source, env, problems);
  const loading = { problems, env, disk, folder: dirname(absolute), secretMarks: new Map() };
  const found = root === null ? null : resolveServer(spotAt(rootSpot(root), 'server'), loading);
  return found ?? readListen(listenWritten(read.source.text)) ?? LISTEN_DEFAULT;
}

/** On a line of its own, within braces, or as JSON has it. */
function listenWritten(text: string): string {
  return /^[^#\n]*\blisten["']?[ \t]*:[ \t]*["']?([^\s"',}#]+)/m.exec(text)?.[1] ?? '';
}
