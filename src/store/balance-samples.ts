import {
  type BalanceSample,
  droppedBefore,
  HISTORY_STEPS,
  type SampleRow,
} from '../domain/balance-history.ts';
import type { AccountName } from '../domain/ids.ts';
import { type EpochMs, SECOND_MS } from '../domain/time.ts';
import type { Database, Row } from './database.ts';

/** A purser that was away for long finds many rows that are too old; a write drops so many of a step at most. */
const DROPPED_AT_ONCE_MAX = 5_000;

/** Balances over time, compact: whole seconds and micro-dollars, accounts by number. */
export class BalanceSamples {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  /**
   * Adds rows and drops what is too old, in one transaction. Rows of a step that is there already (purser was started
   * anew in it) are joined with it.
   */
  save(
    rows: readonly SampleRow[],
    keep: { readonly retentionMs: number; readonly now: EpochMs },
  ): Promise<void> {
    return this.#database.write(() => {
      for (const row of rows) this.#put(row);
      for (const step of HISTORY_STEPS) {
        this.#database.run(
          `DELETE FROM sample WHERE (step_s, at_s, account) IN (
             SELECT step_s, at_s, account FROM sample WHERE step_s = ? AND at_s < ? LIMIT ${DROPPED_AT_ONCE_MAX})`,
          seconds(step.stepMs),
          seconds(droppedBefore(step, keep.retentionMs, keep.now)),
        );
      }
    });
  }

  /** Oldest first, each stretch of time in the finest step that still covers it. */
  read(account: AccountName, from: EpochMs, now: EpochMs): readonly BalanceSample[] {
    const id = this.#database.get('SELECT id FROM sample_account WHERE name = ?', account)?.['id'];
    if (id === undefined) return [];
    let until: number = now;
    const parts: (readonly BalanceSample[])[] = [];
    for (const [index, { stepMs, keptMs }] of HISTORY_STEPS.entries()) {
      const isLast = from >= now - keptMs;
      // Where a coarser step goes on, it ends: no stretch is told twice.
      const coarserMs = HISTORY_STEPS[index + 1]?.stepMs ?? stepMs;
      const first = isLast ? from - (from % stepMs) : Math.ceil((now - keptMs) / coarserMs) * coarserMs;
      parts.unshift(this.#steps(Number(id), { stepMs, first, until }));
      until = first;
      if (isLast) break;
    }
    return parts.flat();
  }

  #put({ account, stepMs, beginsAt, balanceMicroUsd, lowestMicroUsd, burnPerSecond }: SampleRow): void {
    this.#database.run('INSERT INTO sample_account (name) VALUES (?) ON CONFLICT DO NOTHING', account);
    this.#database.run(
      `INSERT INTO sample (step_s, at_s, account, balance, lowest, burn)
       SELECT ?, ?, id, ?, ?, ? FROM sample_account WHERE name = ?
       ON CONFLICT DO UPDATE SET balance = excluded.balance, lowest = min(lowest, excluded.lowest), burn = excluded.burn`,
      seconds(stepMs),
      seconds(beginsAt),
      balanceMicroUsd,
      lowestMicroUsd,
      burnPerSecond === null ? null : Math.round(burnPerSecond),
      account,
    );
  }

  #steps(account: number, range: { stepMs: number; first: number; until: number }): readonly BalanceSample[] {
    return this.#database
      .all(
        `WITH RECURSIVE step(at) AS (SELECT ?2 UNION ALL SELECT at + ?1 FROM step WHERE at + ?1 < ?3)
         SELECT at_s + ?1 AS ends_at_s, balance, lowest, burn FROM step
         CROSS JOIN sample ON step_s = ?1 AND at_s = at AND account = ?4`,
        seconds(range.stepMs),
        seconds(range.first),
        Math.ceil(range.until / SECOND_MS),
        account,
      )
      .map(readSample);
  }
}

/** Steps and their begins are whole seconds. */
function seconds(durationMs: number): number {
  return Math.floor(durationMs / SECOND_MS);
}

function readSample(row: Row): BalanceSample {
  return {
    at: Number(row['ends_at_s']) * SECOND_MS,
    balanceMicroUsd: row['balance'],
    lowestMicroUsd: row['lowest'],
    burnPerSecond: row['burn'],
  } as BalanceSample; // a row of a strict table that only `#put` writes
}
