import type { AccountName } from '../domain/ids.ts';
import type { Database } from './database.ts';

/** The accounts of the journal that are what the provider knows by this identity. */
export function namesOf(database: Database, identity: string): readonly AccountName[] {
  return database
    .all(
      'SELECT name FROM account WHERE identity = ?1 UNION SELECT account FROM intent WHERE identity = ?1',
      identity,
    )
    .map((row) => row['name'] as AccountName); // our own column
}

export function emails(database: Database): readonly { account: AccountName; email: string }[] {
  const rows = database.all(`SELECT name, identity FROM account WHERE instr(identity, '@') > 0`);
  return rows.map((row) => ({ account: row['name'] as AccountName, email: String(row['identity']) })); // our own column
}

/**
 * Everything that is known of an account goes by another name from here on, beside what a person has said of that already.
 * What is told and shown of it stays under the old one. Call inside a write transaction.
 */
export function renameAccount(database: Database, from: AccountName, to: AccountName): void {
  for (const table of ['credit', 'seen_row', 'hold', 'upkeep'])
    database.run(`UPDATE OR IGNORE ${table} SET account = ? WHERE account = ?`, to, from);
  database.run('UPDATE exposure SET account = ? WHERE account = ?', to, from);
  database.run(
    `UPDATE intent SET account = ?1, doc = json_set(doc, '$.account', ?1) WHERE account = ?2`,
    to,
    from,
  );
  database.run('DELETE FROM account WHERE name = ?', to);
  database.run('UPDATE account SET name = ? WHERE name = ?', to, from);
}
