import type { Intent } from '../charge/intent.ts';
import type { AccountHold, StandingHold } from '../charge/journal.ts';
import { tookBack } from '../charge/refund.ts';
import type { AccountName, IntentId } from '../domain/ids.ts';
import type { EpochMs } from '../domain/time.ts';
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

  /**
   * A charge was taken back: the account is frozen for that too, whatever else it is frozen for, and who saw it frozen
   * before has not seen that.
   */
  freezeForRefund(refund: {
    readonly account: AccountName;
    readonly rowId: string;
    readonly intent: IntentId;
    readonly now: EpochMs;
  }): void {
    const { account, rowId, intent, now } = refund;
    const reason = tookBack(rowId);
    this.#database.run(
      `UPDATE hold SET since = max(since + 1, ?), reason = iif(refund IS NULL, reason || '; and ' || ?, reason)
       WHERE account = ? AND kind = 'freeze'`,
      now,
      reason,
      account,
    );
    this.set({ account, kind: 'freeze', reason, since: now, intent });
    this.#database.run(
      `UPDATE hold SET refund = ?, refund_intent = ? WHERE account = ? AND kind = 'freeze'`,
      rowId,
      intent,
      account,
    );
  }

  /** Ends a freeze over that intent; false where there is none, or one that goes on for what was taken back. */
  endFreezeOver({ account, id }: Pick<Intent, 'account' | 'id'>): boolean {
    const freeze = this.#database.get(
      `SELECT refund, refund_intent FROM hold WHERE account = ? AND kind = 'freeze' AND intent = ?`,
      account,
      id,
    );
    if (freeze === undefined) return false;
    if (freeze['refund'] === null) return this.lift(account, 'freeze');
    this.#known.forget(account);
    this.#database.run(
      `UPDATE hold SET reason = ?, intent = refund_intent WHERE account = ? AND kind = 'freeze'`,
      tookBack(String(freeze['refund'])),
      account,
    );
    return false;
  }

  /** False where there was none. */
  lift(account: AccountName, kind: AccountHold['kind']): boolean {
    this.#known.forget(account);
    return this.#database.run('DELETE FROM hold WHERE account = ? AND kind = ?', account, kind) === 1;
  }

  /** False where the account is not frozen so by now. */
  liftFreeze({ account, reason, since }: AccountHold): boolean {
    this.#known.forget(account);
    const where = `account = ? AND kind = 'freeze' AND reason = ? AND since = ?`;
    return this.#database.run(`DELETE FROM hold WHERE ${where}`, account, reason, since) === 1;
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

function readHold({ account, kind, reason, since, intent, is_confirmed: isConfirmed }: Row): StandingHold {
  const hold = { account, kind, reason, since, intent } as AccountHold; // our own columns
  return { ...hold, isConfirmed: isConfirmed === 1 };
}
