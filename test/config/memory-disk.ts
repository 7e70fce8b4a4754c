import { matchesGlob, resolve } from 'node:path';
import type { ConfigDisk } from '../../src/config/config-disk.ts';
import { type LoadedConfig, loadConfig } from '../../src/config/load-config.ts';
import type { FleetSpec } from '../../src/domain/spec.ts';

export type MemoryFiles = Readonly<Record<string, string | Uint8Array>>;

/** Files under /etc/purser; names in `worldReadable` may be read by everyone. */
export function memoryDisk(files: MemoryFiles, worldReadable: readonly string[] = []): ConfigDisk {
  const stored = new Map(Object.entries(files).map(([name, text]) => [`/etc/purser/${name}`, text]));
  return {
    read(path, bytesMax) {
      const found = stored.get(path);
      if (found === undefined) return { kind: 'failed', reason: 'missing' };
      const bytes = typeof found === 'string' ? Buffer.from(found) : found;
      if (bytes.length > bytesMax) return { kind: 'failed', reason: 'too_large' };
      return {
        kind: 'read',
        bytes,
        isWorldReadable: worldReadable.some((name) => path === `/etc/purser/${name}`),
      };
    },
    list: (pattern, folder) =>
      [...stored.keys()].filter((path) => matchesGlob(path, resolve(folder, pattern))).sort(),
  };
}

/** Loads `purser.yaml` of these files. */
export function load(
  files: MemoryFiles,
  options: { env?: Readonly<Record<string, string>>; worldReadable?: readonly string[] } = {},
): LoadedConfig {
  const disk = memoryDisk(files, options.worldReadable);
  return loadConfig({ path: '/etc/purser/purser.yaml', env: options.env ?? {}, disk });
}

export function loadSpec(files: MemoryFiles, env: Readonly<Record<string, string>> = {}): FleetSpec {
  const loaded = load(files, { env });
  if (!loaded.ok)
    throw new Error(loaded.problems.map(({ path, message }) => `${path}: ${message}`).join('\n'));
  return loaded.spec;
}

/** A whole config around some sections; a section given here replaces the one of the same key. */
export function configText(sections: Readonly<Record<string, string>> = {}): string {
  const all = {
    version: '1',
    mode: 'enforce',
    provider: 'sandbox',
    policies: '{ standard: { wallet: { min_balance: 20, top_up: { amount: 50 } }, caps: { day: 200 } } }',
    defaults: '{ policy: standard }',
    accounts: '[{ name: render-eu }]',
    ...sections,
  };
  return Object.entries(all)
    .map(([name, text]) => `${name}: ${text}\n`)
    .join('');
}
