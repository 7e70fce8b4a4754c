import { DatabaseSync } from 'node:sqlite';

/** What the disk does to the next transactions of one process. */
export type DiskMood = 'well' | 'full' | 'failing' | 'busy' | 'lying' | 'full_for_arms';

/** A process' disk, seen from below SQLite: told of every transaction, and able to fail it. */
export type DiskWatch = {
  /** Throws where the process is dead: nothing it does reaches the disk any more. */
  readonly beforeBegin: () => void;
  readonly mood: () => DiskMood;
  /** How many intents are durable: a transaction that has more arms one. */
  readonly intents: () => number;
  /** Called around a COMMIT; each may throw, and what was not committed is then lost. */
  readonly beforeCommit: (isSynced: boolean) => void;
  readonly afterCommit: () => void;
};

export const INTENTS = 'SELECT id FROM intent';
const watches = new Map<string, DiskWatch>();
const known = new WeakMap<DatabaseSync, DiskWatch>();
const synced = new WeakMap<DatabaseSync, boolean>();
let isMounted = false;

/** Transactions on that database file are watched from now on, on connections that open from now on. */
export function watchDisk(path: string, watch: DiskWatch): void {
  watches.set(path, watch);
  mount();
}

export function unwatchDisk(path: string): void {
  watches.delete(path);
}

/** Puts itself between the store and SQLite, once per process: node:sqlite has no hook around a commit. */
function mount(): void {
  if (isMounted) return;
  isMounted = true;
  const exec = DatabaseSync.prototype.exec;
  DatabaseSync.prototype.exec = function watched(this: DatabaseSync, sql: string): void {
    const watch = watchOf(this);
    if (watch !== undefined && sql.startsWith('BEGIN')) {
      watch.beforeBegin();
      if (watch.mood() === 'busy') throw sqliteError('database is locked', 5);
    }
    if (watch === undefined || sql !== 'COMMIT') {
      exec.call(this, sql);
      return;
    }
    const mood = watch.mood();
    const isFull =
      mood === 'full' || (mood === 'full_for_arms' && this.prepare(INTENTS).all().length > watch.intents());
    if (isFull) throw sqliteError('database or disk is full', 13);
    if (mood === 'failing') throw sqliteError('disk I/O error', 10);
    watch.beforeCommit(isSynced(this));
    exec.call(this, sql);
    watch.afterCommit();
    if (mood === 'lying') throw sqliteError('disk I/O error', 1_034);
  };
}

/** Whether a commit on that connection is on the disk when it returns (`PRAGMA synchronous` is 2, "FULL"). */
function isSynced(connection: DatabaseSync): boolean {
  let found = synced.get(connection);
  if (found === undefined) {
    found = Number(connection.prepare('PRAGMA synchronous').get()?.['synchronous']) >= 2;
    synced.set(connection, found);
  }
  return found;
}

function watchOf(connection: DatabaseSync): DiskWatch | undefined {
  const found = known.get(connection);
  if (found !== undefined) return found;
  const path = connection.location();
  const watch = path === null ? undefined : watches.get(path);
  if (watch !== undefined) known.set(connection, watch);
  return watch;
}

function sqliteError(message: string, errcode: number): Error {
  return Object.assign(new Error(message), { code: 'ERR_SQLITE_ERROR', errcode });
}
