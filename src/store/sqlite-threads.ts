import type { Thread, Threads } from '../alerts/threads.ts';
import { epochMs } from '../domain/time.ts';
import type { Database } from './database.ts';

/** Where incidents were told, by receiver. */
export class SqliteThreads implements Threads {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  async read(receiver: string, fingerprint: string): Promise<Thread | null> {
    const row = this.#database.get(
      'SELECT started_at, channel, ts, is_shared FROM thread WHERE receiver = ? AND fingerprint = ?',
      receiver,
      fingerprint,
    );
    if (row === undefined) return null;
    return {
      startedAt: epochMs(Number(row['started_at'])),
      channel: String(row['channel']),
      ts: String(row['ts']),
      isShared: row['is_shared'] === 1,
    };
  }

  write(receiver: string, threads: ReadonlyMap<string, Thread>): Promise<void> {
    return this.#database.write(() => {
      for (const [fingerprint, { startedAt, channel, ts, isShared }] of threads) {
        this.#database.run(
          `INSERT OR REPLACE INTO thread (receiver, fingerprint, started_at, channel, ts, is_shared, is_over)
           VALUES (?, ?, ?, ?, ?, ?, 0)`,
          receiver,
          fingerprint,
          startedAt,
          channel,
          ts,
          isShared ? 1 : 0,
        );
      }
    });
  }

  end(receiver: string, fingerprint: string): Promise<number> {
    return this.#database.write(() => {
      this.#database.run(
        'UPDATE thread SET is_over = 1 WHERE receiver = ? AND fingerprint = ?',
        receiver,
        fingerprint,
      );
      const row = this.#database.get(
        `SELECT count(*) AS n FROM thread AS mine JOIN thread AS other ON other.receiver = mine.receiver AND other.ts = mine.ts
         WHERE mine.receiver = ? AND mine.fingerprint = ? AND other.is_over = 0`,
        receiver,
        fingerprint,
      );
      return Number(row?.['n'] ?? 0);
    });
  }
}
