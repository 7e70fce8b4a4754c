import {
  chmodSync,
  closeSync,
  existsSync,
  mkdtempSync,
  openSync,
  readFileSync,
  rmSync,
  statSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { assert } from '../domain/assert.ts';
import { PurserError } from '../domain/purser-error.ts';
import { makeFolder } from './make-folder.ts';
import { MIGRATIONS } from './migrations.ts';

const BUSY_TIMEOUT_MS = 5_000;
const OWNER_ONLY = 0o600;
const SYNCHRONOUS_FULL = 2;
/** The low bytes of SQLite's extended codes: SQLITE_BUSY, SQLITE_CORRUPT, SQLITE_NOTADB. */
const BUSY = 5;
const CORRUPT = 11;
const NOT_A_DATABASE = 26;

/**
 * Opens the database file, readable by its owner only, in WAL mode with a full fsync at every commit (read back, since
 * the whole charging core rests on it), and brings its schema up to date.
 * Throws `store_missing`, `store_unusable`, `store_foreign` or `store_newer`, with what to do about it.
 */
export function openDatabase(path: string, options: { readonly create: boolean }): DatabaseSync {
  if (!options.create && !existsSync(path)) {
    throw new PurserError({
      code: 'store_missing',
      message: `there is no database at ${path} yet`,
      mend: 'Start `purser run` once; it makes the database.',
    });
  }
  try {
    return open(path);
  } catch (cause) {
    throw cause instanceof PurserError ? cause : unusable(path, cause);
  }
}

/** The content of a database file in memory, brought up to date there; an empty one where there is no file. */
export function openDatabaseCopy(path: string): DatabaseSync {
  const connection = new DatabaseSync(':memory:');
  if (existsSync(path)) {
    const folder = mkdtempSync(join(tmpdir(), 'purser-copy-'));
    try {
      const copy = join(folder, 'copy.db');
      const original = new DatabaseSync(path, { readOnly: true, timeout: BUSY_TIMEOUT_MS });
      // VACUUM INTO is one consistent snapshot, also while a keeper writes, and leaves the WAL mode behind.
      original.prepare('VACUUM INTO ?').run(copy);
      original.close();
      connection.deserialize(readFileSync(copy));
    } catch (cause) {
      throw isDamage(cause) ? unusable(path, cause) : cause;
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  }
  refuseForeign(connection, path);
  migrate(connection, path);
  return connection;
}

/** Which file stands at the path; `null` where there is none, or none can be seen. */
export function fileAt(path: string): string | null {
  try {
    const { dev, ino } = statSync(path, { bigint: true });
    return `${dev}/${ino}`;
  } catch {
    return null;
  }
}

function open(path: string): DatabaseSync {
  makeFolder(dirname(path));
  // Made by us with the right mode, so that it is never readable by others, not even for a moment.
  closeSync(openSync(path, 'a', OWNER_ONLY));
  const { mode } = statSync(path);
  chmodSync(path, OWNER_ONLY); // before it is read: a WAL that is made for it takes its mode
  const connection = new DatabaseSync(path, { timeout: BUSY_TIMEOUT_MS });
  try {
    refuseForeign(connection, path);
    connection.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA wal_autocheckpoint = 4000');
    assert(pragma(connection, 'journal_mode') === 'wal', 'the database is not in WAL mode');
    assert(pragma(connection, 'synchronous') === SYNCHRONOUS_FULL, 'commits are not synced in full');
    migrate(connection, path);
  } catch (cause) {
    connection.close();
    if (isOthers(cause)) chmodSync(path, mode);
    throw cause;
  }
  return connection;
}

/** Nothing of ours is put into the database of another program: every purser since the first has made a table of intents. */
function refuseForeign(connection: DatabaseSync, path: string): void {
  const rows = connection.prepare('PRAGMA table_list').all();
  const tables = rows.map(({ name }) => String(name)).filter((name) => !name.startsWith('sqlite_'));
  if (tables.length === 0 || tables.includes('intent')) return;
  throw new PurserError({
    code: 'store_foreign',
    message: `${path} is the database of another program (it has the table ${tables[0]}), into which purser puts nothing`,
    mend: 'Name a file of its own under `store:`.',
  });
}

/** A file that is no database at all, or busy, may be anybody's; one that is damaged may be ours, without anyone who uses it. */
function isOthers(cause: unknown): boolean {
  if (cause instanceof PurserError) return cause.code === 'store_foreign';
  const code = codeOf(cause);
  return code === NOT_A_DATABASE || code === BUSY;
}

function isDamage(cause: unknown): boolean {
  const code = codeOf(cause);
  return code === CORRUPT || code === NOT_A_DATABASE;
}

function codeOf(cause: unknown): number | null {
  return cause instanceof Error && 'errcode' in cause ? Number(cause.errcode) & 0xff : null;
}

function unusable(path: string, cause: unknown): PurserError {
  const reason = cause instanceof Error ? cause.message : String(cause);
  return new PurserError({
    code: 'store_unusable',
    message: `the database ${path} cannot be used: ${reason}`,
    mend: isDamage(cause)
      ? 'It is damaged, or no database: name another file under `store:`, or put a backup in its place.'
      : 'Check that the folder exists, is writable for this user and has space left.',
    cause,
  });
}

function migrate(connection: DatabaseSync, path: string): void {
  if (pragma(connection, 'user_version') === MIGRATIONS.length) return;
  connection.exec('BEGIN IMMEDIATE');
  const version = Number(pragma(connection, 'user_version'));
  if (version > MIGRATIONS.length) {
    connection.exec('ROLLBACK');
    throw new PurserError({
      code: 'store_newer',
      message: `${path} was written by a newer purser (schema ${version}, this one knows ${MIGRATIONS.length})`,
      mend: 'Run the newer version again, or restore the backup made before the upgrade.',
    });
  }
  for (const migration of MIGRATIONS.slice(version)) connection.exec(migration);
  connection.exec(`PRAGMA user_version = ${MIGRATIONS.length}; COMMIT`);
}

function pragma(connection: DatabaseSync, name: string): unknown {
  const row = connection.prepare(`PRAGMA ${name}`).get();
  return row === undefined ? undefined : Object.values(row)[0];
}
