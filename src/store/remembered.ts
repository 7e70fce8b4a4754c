import type { Database } from './database.ts';

/**
 * What was read from the database and cannot have changed since, so that looking at a quiet account again costs no query
 * at all. Our own writes `forget` what they touch, inside their transaction; a write that failed, or one by another
 * process, forgets everything. What another process writes may be seen a turn of the event loop late, so whatever must
 * hold when money moves is read from the tables again, inside the arming transaction.
 */
export class Remembered<Key extends string, Value extends object> {
  readonly #database: Database;
  readonly #load: (key: Key) => Value;
  readonly #values = new Map<Key, Value>();
  #version: number | null = null;

  constructor(database: Database, load: (key: Key) => Value) {
    this.#database = database;
    this.#load = load;
    database.onForget(() => this.#values.clear());
  }

  read(key: Key): Value {
    const version = this.#database.foreignVersionOfTurn();
    if (version !== this.#version) this.#values.clear();
    this.#version = version;
    const known = this.#values.get(key);
    if (known !== undefined) return known;
    const value = this.#load(key);
    this.#values.set(key, value);
    return value;
  }

  forget(key: Key): void {
    this.#values.delete(key);
  }
}
