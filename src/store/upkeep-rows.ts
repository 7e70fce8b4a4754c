import type { AccountName } from '../domain/ids.ts';
import type { UpkeepMemory, UpkeepRecord } from '../domain/upkeep.ts';
import type { Database } from './database.ts';
import { Remembered } from './remembered.ts';

export class UpkeepRows implements UpkeepMemory {
  readonly #database: Database;
  /** By task. A pass asks for some of an account each time, and mostly nothing is written. */
  readonly #records: Remembered<AccountName, ReadonlyMap<string, UpkeepRecord>>;

  constructor(database: Database) {
    this.#database = database;
    this.#records = new Remembered(database, (account) => {
      const rows = database.all('SELECT task, doc FROM upkeep WHERE account = ?', account);
      return new Map(
        rows.map(({ task, doc }) => [String(task), JSON.parse(String(doc)) as UpkeepRecord]), // what `write` wrote
      );
    });
  }

  read(account: AccountName, task: string): UpkeepRecord | null {
    return this.#records.read(account).get(task) ?? null;
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
      this.#records.forget(account);
    });
  }
}
