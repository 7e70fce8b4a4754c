import type { Intent } from '../charge/intent.ts';
import type { AccountName } from '../domain/ids.ts';
import type { Database } from './database.ts';

/**
 * Whatever has settled of an account, by any name of it. For that account alone: who had its address before was not
 * looked at. Call inside a write transaction.
 */
export function letGoOfSettled(database: Database, account: AccountName, identity: string | null): void {
  database.run(
    `INSERT OR IGNORE INTO let_go (account, intent)
     SELECT ?1, id FROM intent WHERE (account = ?1 OR identity = ?2) AND state = 'settled'`,
    account,
    identity,
  );
}

/** Whether it holds back no further charge of that account. */
export function hasLetGo(database: Database, account: AccountName, { id }: Intent): boolean {
  const row = database.get('SELECT 1 FROM let_go WHERE account = ? AND intent = ?', account, id);
  return row !== undefined;
}
