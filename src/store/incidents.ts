import { advanceIncident } from '../domain/advance-incident.ts';
import type { AccountName } from '../domain/ids.ts';
import type { IncidentChange, IncidentFact, IncidentState, OutboxMessage } from '../domain/incident.ts';
import type { Random } from '../domain/ports.ts';
import type { EpochMs } from '../domain/time.ts';
import type { Database, Row } from './database.ts';

/** Puts the incidents of a transaction and their messages beside the fact that raised them (I7). */
export class Incidents {
  readonly #database: Database;
  readonly #random: Random;
  readonly #repeatMs: () => number;
  readonly #clean: (text: string) => string;

  constructor(options: {
    database: Database;
    random: Random;
    repeatMs: () => number;
    /** Masks secrets: a provider may quote one in a name or a code, and facts leave the house. */
    clean: (text: string) => string;
  }) {
    this.#clean = options.clean;
    this.#database = options.database;
    this.#random = options.random;
    this.#repeatMs = options.repeatMs;
  }

  /** Call inside a write transaction. */
  apply(changes: readonly IncidentChange[], now: EpochMs): void {
    for (const change of changes) this.#applyOne(change, now);
  }

  /** What is not over, acknowledged or not, oldest first. */
  open(): readonly IncidentState[] {
    const rows = this.#database.all("SELECT * FROM incident WHERE status <> 'resolved' ORDER BY started_at");
    return rows.map(readIncident);
  }

  /** What is over, newest first. */
  resolved(limit: number): readonly IncidentState[] {
    const rows = this.#database.all(
      "SELECT * FROM incident WHERE status = 'resolved' ORDER BY resolved_at DESC LIMIT ?",
      limit,
    );
    return rows.map(readIncident);
  }

  /** The worst first and of two alike the newer one, at most so many, and how many there are; of one account, or of all. */
  worst(
    account: AccountName | null,
    max: number,
  ): { readonly count: number; readonly shown: readonly IncidentState[] } {
    const where = "status <> 'resolved' AND (?1 IS NULL OR fact ->> '$.account' = ?1)";
    const count = this.#database.get(`SELECT count(*) AS count FROM incident WHERE ${where}`, account);
    const rows = this.#database.all(
      `SELECT * FROM incident WHERE ${where}
       ORDER BY CASE fact ->> '$.severity' WHEN 'critical' THEN 0 WHEN 'warning' THEN 1 ELSE 2 END, started_at DESC
       LIMIT ?2`,
      account,
      max,
    );
    return { count: Number(count?.['count']), shown: rows.map(readIncident) };
  }

  find(fingerprint: string): IncidentState | null {
    const row = this.#database.get('SELECT * FROM incident WHERE fingerprint = ?', fingerprint);
    return row === undefined ? null : readIncident(row);
  }

  #applyOne(change: IncidentChange, now: EpochMs): void {
    const previous = this.find('fact' in change ? change.fact.fingerprint : change.fingerprint);
    const cleaned = this.#cleaned(change);
    const { state, tell } = advanceIncident({ previous, change: cleaned, now, repeatMs: this.#repeatMs() });
    if (state !== null) this.#save(state);
    const fact = state?.fact ?? (cleaned.kind === 'notice' ? cleaned.fact : null);
    if (tell === null || fact === null) return;
    const note = tell === 'acknowledged' ? (state?.acknowledgement?.note ?? null) : null;
    const message: OutboxMessage = {
      id: `msg_${this.#random.hex(12)}`,
      status: tell,
      fact,
      at: now,
      startedAt: state?.startedAt ?? now,
      ...(note === null ? {} : { note }),
    };
    this.#database.run('INSERT INTO message (id, doc) VALUES (?, ?)', message.id, JSON.stringify(message));
  }

  /** Masks what people read; what machines go by (fingerprint, ids, amounts) is never touched. */
  #cleaned(change: IncidentChange): IncidentChange {
    if (change.kind === 'resolve') {
      return change.headline === null ? change : { ...change, headline: this.#clean(change.headline) };
    }
    if (change.kind === 'acknowledge') {
      return change.note === null ? change : { ...change, note: this.#clean(change.note) };
    }
    const { headline, detail, requestId } = change.fact;
    const texts = { headline: this.#clean(headline), detail: this.#clean(detail) };
    return {
      ...change,
      fact: { ...change.fact, ...texts, requestId: requestId === null ? null : this.#clean(requestId) },
    };
  }

  #save(state: IncidentState): void {
    this.#database.run(
      `INSERT OR REPLACE INTO incident
         (fingerprint, status, started_at, resolved_at, told_at, told_severity, acknowledged_at, note, fact)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`,
      state.fingerprint,
      state.status,
      state.startedAt,
      state.resolvedAt,
      state.toldAt,
      state.toldSeverity,
      state.acknowledgement?.at ?? null,
      state.acknowledgement?.note ?? null,
      JSON.stringify(state.fact),
    );
  }
}

function readIncident(row: Row): IncidentState {
  return {
    fingerprint: row['fingerprint'],
    status: row['status'],
    startedAt: row['started_at'],
    resolvedAt: row['resolved_at'],
    toldAt: row['told_at'],
    toldSeverity: row['told_severity'],
    acknowledgement:
      row['acknowledged_at'] === null ? null : { at: row['acknowledged_at'], note: row['note'] },
    fact: JSON.parse(String(row['fact'])) as IncidentFact,
  } as IncidentState; // a row of a strict table that only `#save` writes
}
