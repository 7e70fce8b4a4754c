import { isUtf8 } from 'node:buffer';
import type { ConfigDisk, DiskFailure } from './config-disk.ts';
import { type SourceFile, sourceFile } from './source-file.ts';

const CONFIG_BYTES_MAX = 5 * 1024 * 1024;

export type ReadSource =
  | { readonly kind: 'read'; readonly source: SourceFile }
  | { readonly kind: 'failed'; readonly message: string; readonly mend: string | null };

/** Reads one config file as UTF-8; a byte order mark is dropped, anything that is not UTF-8 is refused. */
export function readSource(
  disk: ConfigDisk,
  file: { path: string; name: string; order: number },
): ReadSource {
  const answer = disk.read(file.path, CONFIG_BYTES_MAX);
  if (answer.kind === 'failed') return { kind: 'failed', ...FAILURES[answer.reason] };
  const text = decodeUtf8(answer.bytes);
  if (text === null) {
    return { kind: 'failed', message: 'the file is not UTF-8 text', mend: 'save it as UTF-8' };
  }
  return { kind: 'read', source: sourceFile({ name: file.name, order: file.order, text }) };
}

/** Text without its byte order mark, or `null` where the bytes are not UTF-8. */
export function decodeUtf8(bytes: Uint8Array): string | null {
  if (!isUtf8(bytes)) return null;
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8');
  return text.startsWith('\ufeff') ? text.slice(1) : text;
}

const FAILURES: Readonly<Record<DiskFailure, { message: string; mend: string | null }>> = {
  missing: { message: 'no such file', mend: 'check the path; `purser init` writes a first config' },
  directory: { message: 'this is a folder, not a file', mend: 'name the config file in it' },
  denied: { message: 'purser may not read this file', mend: 'give its user the right to read it' },
  too_large: {
    message: 'the file is larger than 5 MiB',
    mend: 'split the accounts over several files with `include`',
  },
  unreadable: { message: 'the file cannot be read', mend: 'check the disk and the mount' },
};
