import type { Intent } from '../charge/intent.ts';
import type { ChargeTotal, IntentFilter, JournalEntry } from '../charge/journal.ts';
import type { AccountName, IntentId } from '../domain/ids.ts';
import { cents } from '../domain/money.ts';
import type { Database } from './database.ts';
import { readIntent } from './intent-rows.ts';

/** What is asked of the intents beside the charging itself: for people, counters and the API. */

/** Newest first. Passes ask for one account's: two statements, so that those go by its index and not through all of time. */
export function findIntents(database: Database, filter: IntentFilter): readonly Intent[] {
  const whose = filter.account === undefined ? '?1 IS NULL' : 'account = ?1';
  return database
    .all(
      `SELECT doc FROM intent WHERE ${whose} AND (?2 IS NULL OR state IN (SELECT value FROM json_each(?2)))
         AND (?4 IS NULL OR kind IN (SELECT value FROM json_each(?4))) ORDER BY seq DESC LIMIT ?3`,
      filter.account ?? null,
      filter.states === undefined ? null : JSON.stringify(filter.states),
      filter.limit,
      filter.kinds === undefined ? null : JSON.stringify(filter.kinds),
    )
    .map(readIntent);
}

export function storyOf(database: Database, id: IntentId): readonly JournalEntry[] {
  return database
    .all(
      'SELECT at, from_state AS "from", to_state AS "to", why FROM transition WHERE intent = ? ORDER BY ordinal',
      id,
    )
    .map((row) => ({ ...row }) as JournalEntry); // our own columns
}

export function chargeTotals(database: Database): readonly ChargeTotal[] {
  return database
    .all(
      `SELECT account, kind, state AS outcome, count(*) AS count, sum(settled_cents) AS amount FROM intent
       WHERE is_open = 0 GROUP BY account, kind, state`,
    )
    .map(
      (row) =>
        ({
          account: row['account'],
          kind: row['kind'],
          outcome: row['outcome'],
          count: Number(row['count']),
          amountCents: cents(Number(row['amount'])),
        }) as ChargeTotal, // our own columns
    );
}

export type DeclineTotal = { readonly account: AccountName; readonly code: string; readonly count: number };

export function declineTotals(database: Database): readonly DeclineTotal[] {
  return database
    .all(
      `SELECT i.account, d.code, count(*) AS count FROM card_decline d JOIN intent i ON i.id = d.intent
       GROUP BY i.account, d.code`,
    )
    .map((row) => ({ ...row }) as { account: AccountName; code: string; count: number }); // our own columns
}
