import type { DatabaseSync, SQLInputValue, StatementSync } from 'node:sqlite';

export type Row = Readonly<Record<string, unknown>>;
export type Value = SQLInputValue;

/**
 * A SQLite connection with its statements prepared once, and one queue of write transactions.
 * Writes that are asked for in the same turn of the event loop share one commit, and so one fsync; each has a savepoint
 * of its own, so that one that fails takes nothing of the others with it.
 */
export class Database {
  readonly #connection: DatabaseSync;
  readonly #statements = new Map<string, StatementSync>();
  #queue: Work[] = [];
  readonly #onForget: (() => void)[] = [];
  /** Runs first in every write transaction; throws where this process must not write any more. */
  #guard: (() => void) | null = null;
  #turnVersion: number | null = null;

  constructor(connection: DatabaseSync) {
    this.#connection = connection;
  }

  guardWrites(guard: () => void): void {
    this.#guard = guard;
  }

  /** For what is remembered of the tables: from here on it may be wrong. */
  onForget(callback: () => void): void {
    this.#onForget.push(callback);
  }

  /** After a write that failed, or one to more than those who remember can know of. */
  forgetRemembered(): void {
    for (const callback of this.#onForget) callback();
  }

  /** Moves when another connection has written; our own writes do not move it (SQLite, `data_version`). */
  foreignVersion(): number {
    return Number(this.get('PRAGMA data_version')?.['data_version']);
  }

  /** The same, asked once a turn of the event loop: asking takes the locks that a query takes. */
  foreignVersionOfTurn(): number {
    if (this.#turnVersion !== null) return this.#turnVersion;
    setImmediate(() => {
      this.#turnVersion = null;
    });
    this.#turnVersion = this.foreignVersion();
    return this.#turnVersion;
  }

  run(sql: string, ...values: Value[]): number {
    return Number(this.#statement(sql).run(...values).changes);
  }

  get(sql: string, ...values: Value[]): Row | undefined {
    return this.#statement(sql).get(...values);
  }

  all(sql: string, ...values: Value[]): readonly Row[] {
    return this.#statement(sql).all(...values);
  }

  /** One write transaction, durable when the promise resolves; nothing is written when it rejects. */
  write<T>(work: () => T): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      if (this.#queue.length === 0) setImmediate(() => this.#flush());
      let result: T;
      this.#queue.push({
        run: () => {
          result = work();
        },
        resolve: () => resolve(result),
        reject,
      });
    });
  }

  /** Commits what waits and closes the file. */
  close(): void {
    this.#flush();
    this.#statements.clear();
    this.#connection.close();
  }

  #flush(): void {
    const batch = this.#queue;
    this.#queue = [];
    if (batch.length === 0) return;
    const done: Work[] = [];
    try {
      this.#connection.exec('BEGIN IMMEDIATE');
      this.#guard?.();
      for (const work of batch) {
        // Alone, a work that throws takes nothing of others with it.
        if (batch.length === 1) work.run();
        if (batch.length === 1 || this.#attempt(work)) done.push(work);
      }
      this.#connection.exec('COMMIT');
    } catch (cause) {
      this.#rollBack();
      this.forgetRemembered();
      for (const work of batch) work.reject(cause);
      return;
    }
    for (const work of done) work.resolve();
  }

  /** Never throws: the reason why a transaction failed must not be hidden by the failing end of it. */
  #rollBack(): void {
    try {
      if (this.#connection.isOpen && this.#connection.isTransaction) this.#connection.exec('ROLLBACK');
    } catch (cause) {
      // Nothing can be written any more. The next start finds the transaction rolled back by SQLite itself.
      setImmediate(() => {
        throw cause;
      });
    }
  }

  #attempt(work: Work): boolean {
    this.#statement('SAVEPOINT one').run();
    try {
      work.run();
      this.#statement('RELEASE one').run();
      return true;
    } catch (cause) {
      if (!this.#connection.isTransaction) throw cause; // the whole transaction is gone, as on a full disk
      this.#statement('ROLLBACK TO one').run();
      this.#statement('RELEASE one').run();
      this.forgetRemembered();
      work.reject(cause);
      return false;
    }
  }

  #statement(sql: string): StatementSync {
    let statement = this.#statements.get(sql);
    if (statement === undefined) {
      statement = this.#connection.prepare(sql);
      this.#statements.set(sql, statement);
    }
    return statement;
  }
}

type Work = {
  readonly run: () => void;
  readonly resolve: () => void;
  readonly reject: (cause: unknown) => void;
};
