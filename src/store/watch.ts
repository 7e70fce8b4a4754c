import type { Watch } from '../domain/history.ts';
import type { AccountName } from '../domain/ids.ts';
import { addMs, type EpochMs, epochMs, HOUR_MS } from '../domain/time.ts';
import { readMemory } from './account-memory.ts';
import type { Database } from './database.ts';
import { Remembered } from './remembered.ts';

const PROBATION_MS = 72 * HOUR_MS;

/**
 * A journal that is new may be one that was lost. When it begins, a quarantine and a probation are written down; an
 * operator's `adopt` ends both (charging.md, fence 3).
 */
export class JournalWatch {
  readonly #database: Database;
  readonly #instants: Remembered<Mark, { readonly at: EpochMs | null }>;

  constructor(database: Database) {
    this.#database = database;
    this.#instants = new Remembered(database, (mark) => {
      const row = database.get('SELECT value FROM meta WHERE key = ?', mark);
      return { at: row === undefined ? null : epochMs(Number(row['value'])) };
    });
  }

  hasBegun(): boolean {
    return this.#read('born_at') !== null;
  }

  /** Call inside a write transaction. A quarantine of zero says that no journal can have been lost. */
  begin(quarantineMs: number, now: EpochMs): void {
    this.#write('born_at', now);
    if (quarantineMs === 0) return;
    const until = addMs(now, quarantineMs);
    this.#write('quarantine_until', until);
    this.#write('probation_until', addMs(until, PROBATION_MS));
  }

  /** Call inside a write transaction. */
  adopt(now: EpochMs): void {
    if (!this.hasBegun()) this.#write('born_at', now);
    this.#write('adopted_at', now);
    this.#clear('quarantine_until');
    this.#clear('probation_until');
  }

  read(account: AccountName, now: EpochMs): Watch {
    const quarantine = this.#read('quarantine_until');
    if (quarantine !== null && now < quarantine) return { kind: 'quarantine', until: quarantine };
    const until = this.#read('probation_until');
    if (until === null || now >= until) return { kind: 'clear' };
    return { kind: 'probation', until, firstLowAt: readMemory(this.#database, account).firstLowAt };
  }

  quarantineUntil(): EpochMs | null {
    return this.#read('quarantine_until');
  }

  #read(mark: Mark): EpochMs | null {
    return this.#instants.read(mark).at;
  }

  #write(mark: Mark, value: number): void {
    this.#database.run(
      'INSERT INTO meta (key, value) VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value',
      mark,
      String(value),
    );
    this.#instants.forget(mark);
  }

  #clear(mark: Mark): void {
    this.#database.run('DELETE FROM meta WHERE key = ?', mark);
    this.#instants.forget(mark);
  }
}

type Mark = 'born_at' | 'adopted_at' | 'quarantine_until' | 'probation_until';
