import { closeSync, constants, fstatSync, globSync, openSync, readSync } from 'node:fs';
import { resolve } from 'node:path';

/** The files that a load reads: the config, what it includes, and the secrets it names. */
export interface ConfigDisk {
  /** At most `bytesMax`; never throws. */
  read(path: string, bytesMax: number): DiskAnswer;
  /** Absolute paths that match a glob below a folder, sorted; a path without wildcards gives itself if it exists. */
  list(pattern: string, folder: string): string[];
}

export type DiskAnswer =
  | { readonly kind: 'read'; readonly bytes: Uint8Array; readonly isWorldReadable: boolean }
  | { readonly kind: 'failed'; readonly reason: DiskFailure };

export type DiskFailure = 'missing' | 'directory' | 'denied' | 'too_large' | 'unreadable';

const CHUNK_BYTES = 64 * 1024;
const READ_BY_OTHERS = 0o004;

/** The disk of this machine. */
export const nodeDisk: ConfigDisk = {
  read: (path, bytesMax) => readOrFail(path, { bytesMax, mayWait: true }),
  list: (pattern, folder) =>
    globSync(pattern, { cwd: folder })
      .map((path) => resolve(folder, path))
      .sort(),
};

/** The same for a daemon at work, which a pipe would hold up: its writer may never come. */
export const filesDisk: ConfigDisk = {
  ...nodeDisk,
  read: (path, bytesMax) => readOrFail(path, { bytesMax, mayWait: false }),
};

type ReadOptions = { readonly bytesMax: number; readonly mayWait: boolean };

function readOrFail(path: string, options: ReadOptions): DiskAnswer {
  try {
    return readFile(path, options);
  } catch (error) {
    return { kind: 'failed', reason: failureOf(error) };
  }
}

function readFile(path: string, { bytesMax, mayWait }: ReadOptions): DiskAnswer {
  const handle = openSync(path, constants.O_RDONLY | (mayWait ? 0 : constants.O_NONBLOCK));
  try {
    const status = fstatSync(handle);
    if (status.isDirectory()) return { kind: 'failed', reason: 'directory' };
    if (!mayWait && !status.isFile()) return { kind: 'failed', reason: 'unreadable' };
    if (status.size > bytesMax) return { kind: 'failed', reason: 'too_large' };
    const bytes = readAll(handle, { expected: status.size, max: bytesMax });
    if (bytes === null) return { kind: 'failed', reason: 'too_large' };
    return { kind: 'read', bytes, isWorldReadable: status.isFile() && (status.mode & READ_BY_OTHERS) !== 0 };
  } finally {
    closeSync(handle);
  }
}

/**
 * `null` at the first byte beyond the limit. The first chunk is a byte larger than the file says it is, so that
 * most files are done after one read; pipes tell no size and take more.
 */
function readAll(handle: number, size: { expected: number; max: number }): Uint8Array | null {
  const chunks: Buffer[] = [];
  let total = 0;
  for (;;) {
    const chunk = Buffer.allocUnsafe(total === 0 && size.expected > 0 ? size.expected + 1 : CHUNK_BYTES);
    const count = readSync(handle, chunk);
    total += count;
    if (total > size.max) return null;
    chunks.push(chunk.subarray(0, count));
    if (count === 0 || total === size.expected) return Buffer.concat(chunks);
  }
}

function failureOf(error: unknown): DiskFailure {
  const code = error instanceof Error && 'code' in error ? error.code : null;
  switch (code) {
    case 'ENOENT':
    case 'ENOTDIR':
      return 'missing';
    case 'EISDIR':
      return 'directory';
    case 'EACCES':
    case 'EPERM':
      return 'denied';
    default:
      return 'unreadable';
  }
}
