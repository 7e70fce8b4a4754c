import type { AccountName } from '../domain/ids.ts';
import type { UpkeepMemory, UpkeepRecord } from '../domain/upkeep.ts';
import type { Database } from './database.ts';

export class UpkeepRows implements UpkeepMemory {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  read(account: AccountName, task: string): UpkeepRecord | null {
    const row = this.#database.get('SELECT doc FROM upkeep WHERE account = ? AND task = ?', account, task);
    return row === undefined ? null : (JSON.parse(String(row['doc'])) as UpkeepRecord); // what `write` wrote
  }

  write(account: AccountName, task: string, record: UpkeepRecord): Promise<void> {
    return this.#database.write(() => {
      this.#database.run(
        `INSERT INTO upkeep (account, task, doc) VALUES (?, ?, ?)
         ON CONFLICT (account, task) DO UPDATE SET doc = excluded.doc`,
        account,
        task,
        JSON.stringify(record),
      );
    });
  }
}
