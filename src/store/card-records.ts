import { declineClass } from '../contract/declines.ts';
import { DECLINES_REMEMBERED_MS, UNDECIDED_COUNTS_MS } from '../domain/card-ceiling.ts';
import type { CardRecord } from '../domain/history.ts';
import type { AccountName, IntentId } from '../domain/ids.ts';
import type { EpochMs } from '../domain/time.ts';
import type { Database } from './database.ts';

/** What is known of a card across every account that shares it (I8). Survives restarts: a dead card stays dead. */
export class CardRecords {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  read(card: string, now: EpochMs): CardRecord {
    const declines = this.#database
      .all('SELECT at, code, is_forgiven FROM card_decline WHERE card = ? ORDER BY at, seq', card)
      .map((row) => ({
        at: Number(row['at']) as EpochMs, // written by `noteDecline`
        code: String(row['code']),
        isForgiven: row['is_forgiven'] === 1,
      }));
    const undecided = this.#database.get(
      `SELECT count(*) AS n, sum(state = 'action') AS challenged FROM intent
       WHERE card = ? AND is_open = 1 AND state IN ('armed', 'in_doubt', 'action')
         AND json_extract(doc, '$.lastSendAt') > ?`,
      card,
      now - UNDECIDED_COUNTS_MS,
    );
    const success = this.#database.get('SELECT at FROM card_success WHERE card = ?', card);
    return {
      declines: declines.filter((decline) => isRemembered(decline, now)),
      undecided: Number(undecided?.['n'] ?? 0),
      challenged: Number(undecided?.['challenged'] ?? 0),
      lastSuccessAt: success === undefined ? null : (Number(success['at']) as EpochMs), // written by `noteSuccess`
    };
  }

  noteDecline(
    card: string,
    decline: { readonly at: EpochMs; readonly code: string; readonly intent: IntentId },
  ): void {
    this.#database.run(
      'INSERT INTO card_decline (card, at, code, intent) VALUES (?, ?, ?, ?)',
      card,
      decline.at,
      decline.code,
      decline.intent,
    );
  }

  /** What was taken for a decline waits for the card's holder: it counts as that, and anew where it ends as a decline. */
  takeBack(intent: IntentId): void {
    this.#database.run('DELETE FROM card_decline WHERE intent = ?', intent);
  }

  /** A person says that these cards, and those which an account was charged with, are mended; one that is dead for good stays so. */
  forgive(account: AccountName, cards: readonly string[]): number {
    return this.#database.run(
      `UPDATE card_decline SET is_forgiven = 1 WHERE is_forgiven = 0
         AND card IN (SELECT card FROM intent WHERE account = ? AND card IS NOT NULL UNION SELECT value FROM json_each(?))`,
      account,
      JSON.stringify(cards),
    );
  }

  noteSuccess(card: string, at: EpochMs): void {
    this.#database.run(
      'INSERT INTO card_success (card, at) VALUES (?, ?) ON CONFLICT (card) DO UPDATE SET at = excluded.at',
      card,
      at,
    );
  }
}

/** The network's windows end after 30 days; a card that needs a person, or is dead, stays so until one has acted. */
function isRemembered(decline: { readonly at: EpochMs; readonly code: string }, now: EpochMs): boolean {
  const forgets = declineClass(decline.code) === 'retry_later';
  return !forgets || decline.at > now - DECLINES_REMEMBERED_MS;
}
