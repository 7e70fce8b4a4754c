import type { Delivery, Gathering, Outbox } from '../alerts/outbox.ts';
import { DELIVERY_WAIT_MAX_MS, type OutboxMessage } from '../domain/incident.ts';
import { addMs, type EpochMs } from '../domain/time.ts';
import type { Database, Row } from './database.ts';

/** The outbox beside the journal: what was written with a fact is delivered at least once, whatever restarts (I7). */
export class SqliteOutbox implements Outbox {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  async unrouted(limit: number): Promise<readonly OutboxMessage[]> {
    return this.#database
      .all('SELECT doc FROM message WHERE is_routed = 0 ORDER BY seq LIMIT ?', limit)
      .map(readMessage);
  }

  async toldBefore({
    fact,
    startedAt,
  }: Pick<OutboxMessage, 'fact' | 'startedAt'>): Promise<readonly string[]> {
    return this.#database
      .all(
        `SELECT DISTINCT d.receiver FROM delivery d JOIN message m ON m.id = d.message
         WHERE d.fingerprint = ? AND json_extract(m.doc, '$.startedAt') = ?`,
        fact.fingerprint,
        startedAt,
      )
      .map((row) => String(row['receiver']));
  }

  route(
    messageId: string,
    receivers: readonly string[],
    now: EpochMs,
    gathering: ReadonlyMap<string, Gathering> = new Map(),
  ): Promise<void> {
    return this.#database.write(() => {
      const changed = this.#database.run(
        'UPDATE message SET is_routed = 1 WHERE id = ? AND is_routed = 0',
        messageId,
      );
      if (changed === 0) return;
      for (const receiver of receivers) {
        const { key, waitMs } = gathering.get(receiver) ?? { key: null, waitMs: 0 };
        this.#database.run(
          `INSERT INTO delivery (message, seq, receiver, fingerprint, burst, next_at, state)
           SELECT id, seq, ?1, json_extract(doc, '$.fact.fingerprint'), ?2, coalesce((
             SELECT min(next_at) FROM delivery WHERE receiver = ?1 AND burst = ?2 AND state = 'waiting'
               AND attempts = 0 AND next_at > ?3 AND next_at <= ?4), ?4), 'waiting' FROM message WHERE id = ?5`,
          receiver,
          key,
          now,
          addMs(now, waitMs),
          messageId,
        );
      }
    });
  }

  async due(now: EpochMs, limit: number): Promise<readonly Delivery[]> {
    // The limit is per receiver, so that the backlog of a dead one hides nobody else's; and a message waits for the
    // older ones of its incident, so that "resolved" never overtakes "firing".
    return this.#database
      .all(
        `SELECT m.doc, d.receiver, d.attempts, d.burst FROM (
           SELECT message, seq, receiver, attempts, burst, row_number() OVER (PARTITION BY receiver ORDER BY seq) AS place
           FROM delivery AS one WHERE state = 'waiting' AND (next_at <= ?1 OR next_at > ?3) AND NOT EXISTS (
             SELECT 1 FROM delivery AS older WHERE older.receiver = one.receiver AND older.fingerprint = one.fingerprint
               AND older.seq < one.seq AND older.state = 'waiting' AND older.next_at > ?1 AND older.next_at <= ?3)
         ) AS d JOIN message m ON m.id = d.message WHERE d.place <= ?2 ORDER BY d.seq`,
        now,
        limit,
        addMs(now, DELIVERY_WAIT_MAX_MS),
      )
      .map((row) => ({
        message: readMessage(row),
        receiver: String(row['receiver']),
        attempts: Number(row['attempts']),
        burst: row['burst'] === null ? null : String(row['burst']),
      }));
  }

  delivered(messageId: string, receiver: string): Promise<void> {
    return this.#close(messageId, receiver, 'delivered', null);
  }

  failed(messageId: string, receiver: string, nextAt: EpochMs | null, reason: string): Promise<void> {
    if (nextAt === null) return this.#close(messageId, receiver, 'given_up', reason);
    return this.#database.write(() => {
      this.#database.run(
        'UPDATE delivery SET attempts = attempts + 1, next_at = ?, reason = ? WHERE message = ? AND receiver = ?',
        nextAt,
        reason,
        messageId,
        receiver,
      );
    });
  }

  async queueLengths(): Promise<ReadonlyMap<string, number>> {
    const rows = this.#database.all(
      "SELECT receiver, count(*) AS n FROM delivery WHERE state = 'waiting' GROUP BY receiver",
    );
    return new Map(rows.map((row) => [String(row['receiver']), Number(row['n'])]));
  }

  #close(
    messageId: string,
    receiver: string,
    state: 'delivered' | 'given_up',
    reason: string | null,
  ): Promise<void> {
    return this.#database.write(() => {
      this.#database.run(
        'UPDATE delivery SET attempts = attempts + 1, state = ?, reason = ? WHERE message = ? AND receiver = ?',
        state,
        reason,
        messageId,
        receiver,
      );
    });
  }
}

function readMessage(row: Row): OutboxMessage {
  return JSON.parse(String(row['doc'])) as OutboxMessage; // written by `Incidents`
}
