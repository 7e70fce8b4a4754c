import type { AccountName } from '../domain/ids.ts';
import type { EpochMs } from '../domain/time.ts';
import type { Database } from './database.ts';

export type Snapshot = { readonly account: AccountName; readonly at: EpochMs; readonly doc: string };

/** The last pass over each account, kept for `status` and for the first minutes after a restart. */
export class Snapshots {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  save(snapshots: readonly Snapshot[]): Promise<void> {
    return this.#database.write(() => {
      for (const { account, at, doc } of snapshots) {
        this.#database.run(
          'INSERT INTO snapshot (account, at, doc) VALUES (?, ?, ?) ON CONFLICT (account) DO UPDATE SET at = excluded.at, doc = excluded.doc',
          account,
          at,
          doc,
        );
      }
    });
  }

  all(): readonly Snapshot[] {
    return this.#database
      .all('SELECT account, at, doc FROM snapshot ORDER BY account')
      .map((row) => ({ ...row }) as Snapshot); // our own columns
  }
}
