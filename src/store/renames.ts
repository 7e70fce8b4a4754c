import type { ChargedAs, Stake } from '../charge/journal.ts';
import type { AccountName } from '../domain/ids.ts';
import type { EpochMs } from '../domain/time.ts';
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

export function atStake(database: Database, since: EpochMs): readonly Stake[] {
  const rows = database.all(
    `SELECT name, identity FROM account WHERE identity IS NOT NULL AND (
       EXISTS (SELECT 1 FROM hold WHERE hold.account = name)
       OR EXISTS (SELECT 1 FROM intent WHERE intent.account = name AND is_open = 1)
       OR EXISTS (SELECT 1 FROM exposure WHERE exposure.account = name AND at > ?))`,
    since,
  );
  return rows.map((row) => ({ account: row['name'] as AccountName, identity: String(row['identity']) })); // our own column
}

export function chargedAs(
  database: Database,
  { account, identity, payments, since }: ChargedAs,
): AccountName | null {
  for (const payment of payments) {
    const row = database.get(
      `SELECT account FROM intent WHERE payment_intent = ? AND account <> ? AND identity <> ? AND armed_at >= ? LIMIT 1`,
      payment,
      account,
      identity,
      since,
    );
    if (row !== undefined) return row['account'] as AccountName; // our own column
  }
  return null;
}

/**
 * Everything that is known of an account goes by another name from here on, beside what a person has said of that already.
 * What is told and shown of it stays under the old one. Call inside a write transaction.
 */
export function renameAccount(database: Database, from: AccountName, to: AccountName): void {
  for (const table of ['credit', 'seen_row', 'hold', 'upkeep', 'let_go'])
    database.run(`UPDATE OR IGNORE ${table} SET account = ? WHERE account = ?`, to, from);
  database.run('DELETE FROM hold WHERE account = ?', from); // the new name has one of its kind
  database.run('DELETE FROM let_go WHERE account = ?', from); // so for whoever has the old name next
  database.run('UPDATE exposure SET account = ? WHERE account = ?', to, from);
  database.run(
    `UPDATE intent SET account = ?1, doc = json_set(doc, '$.account', ?1) WHERE account = ?2`,
    to,
    from,
  );
  database.run('DELETE FROM account WHERE name = ?', to);
  database.run('UPDATE account SET name = ? WHERE name = ?', to, from);
}
