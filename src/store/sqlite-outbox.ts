import type { Delivery, Gathering, Outbox, Stranded } from '../alerts/outbox.ts';
import { DELIVERY_WAIT_MAX_MS, type FailureReason, type OutboxMessage } from '../domain/incident.ts';
import { addMs, type EpochMs } from '../domain/time.ts';
import type { Database, Row } from './database.ts';

/** Why a delivery was given up that its receiver never had: it is begun again where that receiver comes back. */
const NOT_CONFIGURED: FailureReason = 'not_configured';

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
      for (const receiver of receivers) this.#begin(messageId, receiver, now, gathering.get(receiver));
    });
  }

  async stranded(receivers: readonly string[], limit: number): Promise<readonly Stranded[]> {
    return this.#database
      .all(
        `SELECT m.doc, d.receiver FROM delivery d JOIN message m ON m.id = d.message
         WHERE d.state = 'waiting' AND d.receiver NOT IN (SELECT value FROM json_each(?)) ORDER BY d.seq LIMIT ?`,
        JSON.stringify(receivers),
        limit,
      )
      .map((row) => ({ message: readMessage(row), receiver: String(row['receiver']) }));
  }

  move(
    { message, receiver: from }: Stranded,
    receivers: readonly string[],
    now: EpochMs,
    gathering: ReadonlyMap<string, Gathering> = new Map(),
  ): Promise<readonly string[]> {
    return this.#database.write(() => {
      this.#closeNow(message.id, from, 'given_up', NOT_CONFIGURED);
      return receivers.filter((name) => this.#begin(message.id, name, now, gathering.get(name)));
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

  /** False where the receiver has the message, or a later one of its fingerprint. A notice is in no order with others. */
  #begin(
    messageId: string,
    receiver: string,
    now: EpochMs,
    { key, waitMs }: Pick<Gathering, 'waitMs'> & { readonly key: string | null } = { key: null, waitMs: 0 },
  ): boolean {
    const changed = this.#database.run(
      `INSERT INTO delivery (message, seq, receiver, fingerprint, burst, next_at, state)
       SELECT m.id, m.seq, ?1, m.doc ->> '$.fact.fingerprint', ?2, coalesce((
         SELECT min(next_at) FROM delivery WHERE receiver = ?1 AND burst = ?2 AND state = 'waiting'
           AND attempts = 0 AND next_at > ?3 AND next_at <= ?4), ?4), 'waiting'
       FROM message m WHERE m.id = ?5 AND (m.doc ->> '$.status' = 'notice' OR NOT EXISTS (
         SELECT 1 FROM delivery d JOIN message later ON later.id = d.message
         WHERE d.fingerprint = m.doc ->> '$.fact.fingerprint' AND d.receiver = ?1 AND d.seq > m.seq
           AND d.reason IS NOT ?6 AND later.doc ->> '$.status' <> 'notice'))
       ON CONFLICT DO UPDATE SET burst = excluded.burst, next_at = excluded.next_at, attempts = 0, state = 'waiting',
         reason = NULL WHERE state = 'given_up' AND reason = ?6`,
      receiver,
      key,
      now,
      addMs(now, waitMs),
      messageId,
      NOT_CONFIGURED,
    );
    return changed === 1;
  }

  #close(
    messageId: string,
    receiver: string,
    state: 'delivered' | 'given_up',
    reason: string | null,
  ): Promise<void> {
    return this.#database.write(() => this.#closeNow(messageId, receiver, state, reason));
  }

  /** Call inside a write transaction. */
  #closeNow(
    messageId: string,
    receiver: string,
    state: 'delivered' | 'given_up',
    reason: string | null,
  ): void {
    this.#database.run(
      'UPDATE delivery SET attempts = attempts + 1, state = ?, reason = ? WHERE message = ? AND receiver = ?',
      state,
      reason,
      messageId,
      receiver,
    );
  }
}

function readMessage(row: Row): OutboxMessage {
  return JSON.parse(String(row['doc'])) as OutboxMessage; // written by `Incidents`
}
