import type { HandAnswer, HandOrder } from '../domain/hand-order.ts';
import type { AccountName } from '../domain/ids.ts';
import { DAY_MS, type EpochMs } from '../domain/time.ts';
import type { Database } from './database.ts';

const KEPT_MS = 7 * DAY_MS;

export type PostedOrder = {
  readonly id: string;
  readonly account: AccountName;
  readonly order: HandOrder;
  readonly timeoutMs: number;
};

/** How far a posted order is. `interrupted`: the keeper that had taken it stopped before it could answer. */
export type OrderProgress =
  | { readonly kind: 'posted' | 'taken' | 'interrupted' | 'unknown' }
  | { readonly kind: 'answered'; readonly answer: HandAnswer };

/**
 * How a command beside a running keeper asks it to do something: a row that is posted, taken once, and answered. One
 * that was taken is never taken again, for what it asked for may have been done.
 */
export class HandOrders {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  /** An order that nobody has taken by `expiresAt` is not taken any more. */
  post(order: PostedOrder, times: { readonly now: EpochMs; readonly expiresAt: EpochMs }): Promise<void> {
    const doc = JSON.stringify({ order: order.order, timeoutMs: order.timeoutMs });
    return this.#database.write(() => {
      this.#database.run('DELETE FROM hand_order WHERE posted_at < ?', times.now - KEPT_MS);
      this.#database.run(
        "INSERT INTO hand_order (id, account, state, posted_at, expires_at, doc) VALUES (?, ?, 'posted', ?, ?, ?)",
        order.id,
        order.account,
        times.now,
        times.expiresAt,
        doc,
      );
    });
  }

  /** Whether anything is posted: a cheap look before `take`, which writes. */
  isWaiting(): boolean {
    return this.#database.get("SELECT 1 FROM hand_order WHERE state = 'posted' LIMIT 1") !== undefined;
  }

  take(now: EpochMs): Promise<readonly PostedOrder[]> {
    return this.#database.write(() => {
      this.#database.run("DELETE FROM hand_order WHERE state = 'posted' AND expires_at < ?", now);
      const rows = this.#database.all("SELECT id, account, doc FROM hand_order WHERE state = 'posted'");
      this.#database.run("UPDATE hand_order SET state = 'taken' WHERE state = 'posted'");
      return rows.map(
        (row) =>
          ({
            id: row['id'],
            account: row['account'],
            ...JSON.parse(String(row['doc'])),
          }) as PostedOrder, // what `post` wrote
      );
    });
  }

  answer(id: string, answer: HandAnswer): Promise<void> {
    return this.#database.write(() => {
      this.#database.run(
        "UPDATE hand_order SET state = 'answered', answer = ? WHERE id = ? AND state = 'taken'",
        JSON.stringify(answer),
        id,
      );
    });
  }

  /** For a keeper that starts: what an earlier one had taken will not be answered any more. */
  interrupt(): Promise<void> {
    return this.#database.write(() => {
      this.#database.run("UPDATE hand_order SET state = 'interrupted' WHERE state = 'taken'");
    });
  }

  /** Takes an order back; false where a keeper has taken it already. */
  withdraw(id: string): Promise<boolean> {
    return this.#database.write(
      () => this.#database.run("DELETE FROM hand_order WHERE id = ? AND state = 'posted'", id) === 1,
    );
  }

  progress(id: string): OrderProgress {
    const row = this.#database.get('SELECT state, answer FROM hand_order WHERE id = ?', id);
    if (row === undefined) return { kind: 'unknown' };
    if (row['state'] === 'answered')
      return { kind: 'answered', answer: JSON.parse(String(row['answer'])) as HandAnswer }; // what `answer` wrote
    return { kind: row['state'] as 'posted' | 'taken' | 'interrupted' }; // the column holds no other word
  }
}
