import type { AccountName, IntentId } from '../domain/ids.ts';
import type { Cents } from '../domain/money.ts';
import { type EpochMs, epochMs } from '../domain/time.ts';
import type { Database } from './database.ts';

/** A row of the provider's ledger that brought money from a card. */
export type SeenCredit = {
  readonly id: string;
  readonly amountCents: Cents;
  /** As the row says. */
  readonly at: EpochMs;
  /** The charge of purser's that it is; `null` where it is none. */
  readonly intent: IntentId | null;
  /** False while a charge is open that it may still turn out to be. */
  readonly isDecided: boolean;
};

/** Reads the ledger as far as it was seen, for people. */
export class SeenCredits {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  /** Newest first. */
  latest(account: AccountName, limit: number): readonly SeenCredit[] {
    const rows = this.#database.all(
      'SELECT id, amount_cents, created_at, intent, is_told FROM credit WHERE account = ? ORDER BY created_at DESC, id DESC LIMIT ?',
      account,
      limit,
    );
    return rows.map((row) => ({
      id: String(row['id']),
      amountCents: Number(row['amount_cents']) as Cents, // our own column
      at: epochMs(Number(row['created_at'])),
      intent: row['intent'] as IntentId | null, // our own column
      isDecided: row['intent'] !== null || row['is_told'] === 1,
    }));
  }
}
