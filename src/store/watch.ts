import type { Watch } from '../domain/history.ts';
import type { AccountName } from '../domain/ids.ts';
import { addMs, type EpochMs, epochMs, HOUR_MS } from '../domain/time.ts';
import { readMemory } from './account-memory.ts';
import type { Database } from './database.ts';

const PROBATION_MS = 72 * HOUR_MS;

/**
 * A journal that is new may be one that was lost. When it begins, a quarantine and a probation are written down; an
 * operator's `adopt` ends both (charging.md, fence 3).
 */
export class JournalWatch {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
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
    this.#database.run("DELETE FROM meta WHERE key IN ('quarantine_until', 'probation_until')");
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

  #read(key: string): EpochMs | null {
    const row = this.#database.get('SELECT value FROM meta WHERE key = ?', key);
    return row === undefined ? null : epochMs(Number(row['value']));
  }

  #write(key: string, value: number): void {
    this.#database.run(
      'INSERT INTO meta (key, value) VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value',
      key,
      String(value),
    );
  }
}
