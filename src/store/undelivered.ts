import type { OutboxMessage, Telling } from '../domain/incident.ts';
import type { EpochMs } from '../domain/time.ts';
import type { Database } from './database.ts';

/** Messages that are shown of what waits for one receiver. */
const OLDEST_MAX = 3;

/** What a receiver has refused at least once and is to get still. */
export type Undelivered = {
  readonly receiver: string;
  /** All that waits for it, what was not tried yet included. */
  readonly messages: number;
  /** Of the oldest that failed. */
  readonly at: EpochMs;
  readonly reason: string;
  /** The oldest that failed. */
  readonly oldest: readonly { readonly status: Telling; readonly headline: string }[];
};

export function readUndelivered(database: Database): readonly Undelivered[] {
  return database
    .all(
      `SELECT receiver, count(*) AS messages FROM delivery WHERE state = 'waiting'
       GROUP BY receiver HAVING max(attempts) > 0 ORDER BY receiver`,
    )
    .flatMap((row) => {
      const receiver = String(row['receiver']);
      const failed = database.all(
        `SELECT m.doc, d.reason FROM delivery d JOIN message m ON m.id = d.message
         WHERE d.receiver = ? AND d.state = 'waiting' AND d.attempts > 0 ORDER BY d.seq LIMIT ?`,
        receiver,
        OLDEST_MAX,
      );
      const told = failed.map((one) => JSON.parse(String(one['doc'])) as OutboxMessage); // written by `Incidents`
      const [oldest] = told;
      if (oldest === undefined) return []; // delivered between the two
      return [
        {
          receiver,
          messages: Number(row['messages']),
          at: oldest.at,
          reason: String(failed[0]?.['reason']),
          oldest: told.map(({ status, fact }) => ({ status, headline: fact.headline })),
        },
      ];
    });
}
