import { closeSync, existsSync, openSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { PurserError } from '../domain/purser-error.ts';

/** `isTaken` holds it for a moment, which must not turn a keeper away that starts just then. */
const WAIT_MS = 250;

/**
 * One keeper per database file, by a lock that the operating system gives back even after `kill -9`: an exclusive
 * transaction on a small file beside it, held open for the life of the process.
 */
export class ProcessLock {
  readonly #connection: DatabaseSync;

  private constructor(connection: DatabaseSync) {
    this.#connection = connection;
  }

  /** Throws `store_in_use` where another process holds the lock. */
  static take(databasePath: string): ProcessLock {
    const path = `${databasePath}.lock`;
    closeSync(openSync(path, 'a', 0o600));
    const connection = new DatabaseSync(path, { timeout: WAIT_MS });
    try {
      connection.exec('PRAGMA journal_mode = DELETE; BEGIN EXCLUSIVE');
    } catch (cause) {
      connection.close();
      throw new PurserError({
        code: 'store_in_use',
        message: `another purser is running on ${databasePath}`,
        mend: 'Stop it first, or give this one a store of its own; two on one account would only race each other.',
        cause,
      });
    }
    return new ProcessLock(connection);
  }

  /** Whether a keeper runs on that database now. */
  static isTaken(databasePath: string): boolean {
    if (!existsSync(`${databasePath}.lock`)) return false;
    try {
      ProcessLock.take(databasePath).release();
      return false;
    } catch (error) {
      if (error instanceof PurserError && error.code === 'store_in_use') return true;
      throw error;
    }
  }

  release(): void {
    this.#connection.close();
  }
}
