import type { AccountHold, StandingHold } from '../charge/journal.ts';
import type { AccountName } from '../domain/ids.ts';
import type { Database, Row } from './database.ts';
import { Remembered } from './remembered.ts';

/** Pauses and freezes: one of each kind per account. All writes go inside the caller's transaction. */
export class Holds {
  readonly #database: Database;
  readonly #known: Remembered<AccountName, readonly StandingHold[]>;

  constructor(database: Database) {
    this.#database = database;
    this.#known = new Remembered(database, (account) =>
      database.all('SELECT * FROM hold WHERE account = ?', account).map(readHold),
    );
  }

  read(account: AccountName): readonly StandingHold[] {
    return this.#known.read(account);
  }

  set(hold: AccountHold): void {
    this.#database.run(
      // A person may give another reason, and mean another account by now; a freeze goes on under the reason that it began with.
      `INSERT INTO hold (account, kind, reason, since, intent) VALUES (?, ?, ?, ?, ?)
       ON CONFLICT (account, kind) DO UPDATE SET reason = excluded.reason, is_confirmed = 0 WHERE kind = 'pause'`,
      hold.account,
      hold.kind,
      hold.reason,
      hold.since,
      hold.intent,
    );
    this.#known.forget(hold.account);
  }

  /** False where there was none. */
  lift(account: AccountName, kind: AccountHold['kind']): boolean {
    this.#known.forget(account);
    return this.#database.run('DELETE FROM hold WHERE account = ? AND kind = ?', account, kind) === 1;
  }

  confirmPause({ account, reason, since }: AccountHold): void {
    this.#database.run(
      `UPDATE hold SET is_confirmed = 1 WHERE account = ? AND kind = 'pause' AND reason = ? AND since = ?`,
      account,
      reason,
      since,
    );
    this.#known.forget(account);
  }

  unconfirmedPauses(): readonly AccountName[] {
    return this.#unconfirmed().map(({ account }) => account);
  }

  /** From the table: one that another process has just written may not be known here yet. */
  unconfirmedPauseOf(account: AccountName): StandingHold | null {
    return this.#unconfirmed().find((pause) => pause.account === account) ?? null;
  }

  #unconfirmed(): readonly StandingHold[] {
    return this.#database.all(`SELECT * FROM hold WHERE kind = 'pause' AND is_confirmed = 0`).map(readHold);
  }
}

function readHold({ is_confirmed: isConfirmed, ...row }: Row): StandingHold {
  return { ...(row as AccountHold), isConfirmed: isConfirmed === 1 }; // our own columns
}
