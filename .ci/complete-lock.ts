/**
 * Completes package-lock.json: `node .ci/complete-lock.ts [package-lock.json]`, after any `npm install` that changed it.
 *
 * Tools such as Biome ship one optional package per platform. Where a registry serves only some of them, npm writes a
 * lock without the others and then refuses it: `npm ci` counts them as "Missing: @biomejs/cli-darwin-arm64@ from lock
 * file", on every machine. The entries follow from what the lock already says: the version is pinned by the parent, the
 * platform is the package's name. They carry no checksum, as nobody here has seen the file.
 */
import { readFileSync, writeFileSync } from 'node:fs';

type Entry = Record<string, unknown> & {
  readonly dev?: boolean;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
};

const PLATFORM =
  /-?\b(android|darwin|freebsd|linux|openharmony|win32)-(arm64|arm|ia32|ppc64|riscv64|s390x|x64)(?:-(\w+))?$/;

const path = process.argv[2] ?? 'package-lock.json';
const lock: { packages: Record<string, Entry> } = JSON.parse(readFileSync(path, 'utf8'));
let added = 0;
for (const [parentPath, parent] of Object.entries(lock.packages)) {
  for (const [name, version] of Object.entries(parent.optionalDependencies ?? {})) {
    const isKnown = [`${parentPath}/node_modules/${name}`, `node_modules/${name}`].some(
      (it) => it in lock.packages,
    );
    if (isKnown) continue;
    lock.packages[`node_modules/${name}`] = entryOf(name, version, parent.dev === true);
    added += 1;
  }
}
lock.packages = Object.fromEntries(Object.entries(lock.packages).sort(([a], [b]) => (a < b ? -1 : 1)));
writeFileSync(path, `${JSON.stringify(lock, null, 2)}\n`);
process.stderr.write(`${path}: ${added} entries added\n`);

function entryOf(name: string, version: string, isDev: boolean): Entry {
  const [, os, cpu, abi] = PLATFORM.exec(name) ?? [];
  if (os === undefined || cpu === undefined || !/^\d+\.\d+\.\d+$/.test(version)) {
    throw new Error(`${name}@${version}: neither version nor platform can be read off; complete it by hand`);
  }
  const libc = os !== 'linux' ? {} : libcOf(name, abi);
  return { version, cpu: [cpu], ...(isDev ? { dev: true } : {}), ...libc, optional: true, os: [os] };
}

function libcOf(name: string, abi: string | undefined): { libc?: readonly string[] } {
  if (abi?.startsWith('musl')) return { libc: ['musl'] };
  if (abi === 'gnu' || name.startsWith('@biomejs/')) return { libc: ['glibc'] };
  return {};
}
