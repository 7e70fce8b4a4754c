import { existsSync } from 'node:fs';
import type { Outbox } from '../alerts/outbox.ts';
import type { Threads } from '../alerts/threads.ts';
import type { Journal } from '../charge/journal.ts';
import type { AccountName } from '../domain/ids.ts';
import type { IncidentState } from '../domain/incident.ts';
import type { Random } from '../domain/ports.ts';
import { PurserError } from '../domain/purser-error.ts';
import type { EpochMs } from '../domain/time.ts';
import type { UpkeepMemory } from '../domain/upkeep.ts';
import { BalanceSamples } from './balance-samples.ts';
import { Database } from './database.ts';
import { HandOrders } from './hand-orders.ts';
import { Incidents } from './incidents.ts';
import { fileAt, openDatabase, openDatabaseCopy } from './open-database.ts';
import { ProcessLock } from './process-lock.ts';
import { SeenCredits } from './seen-credits.ts';
import { Snapshots } from './snapshots.ts';
import { SqliteJournal } from './sqlite-journal.ts';
import { SqliteOutbox } from './sqlite-outbox.ts';
import { SqliteThreads } from './sqlite-threads.ts';
import { readUndelivered, type Undelivered } from './undelivered.ts';
import { UpkeepRows } from './upkeep-rows.ts';
import { JournalWatch } from './watch.ts';

/** One database file and all that is kept in it. Whoever opens it closes it. */
export class Store {
  readonly journal: Journal;
  readonly outbox: Outbox;
  readonly threads: Threads;
  readonly snapshots: Snapshots;
  readonly samples: BalanceSamples;
  readonly seenCredits: SeenCredits;
  readonly handOrders: HandOrders;
  readonly upkeep: UpkeepMemory;
  /** This process' term; an intent carries the one that it was armed under. */
  readonly fence: number;
  /** Throws `store_gone` or `fence_lost` where this keeper must not write any more. */
  readonly assertOurs: () => void;
  readonly #database: Database;
  readonly #incidents: Incidents;
  readonly #watch: JournalWatch;
  readonly #lock: ProcessLock | null;

  private constructor(database: Database, own: Own | null, options: StoreOptions) {
    this.#database = database;
    this.#lock = own?.lock ?? null;
    this.#incidents = new Incidents({ database, ...options });
    this.#watch = new JournalWatch(database);
    this.journal = new SqliteJournal(database, this.#incidents, this.#watch);
    this.outbox = new SqliteOutbox(database);
    this.threads = new SqliteThreads(database);
    this.snapshots = new Snapshots(database);
    this.samples = new BalanceSamples(database);
    this.seenCredits = new SeenCredits(database);
    this.handOrders = new HandOrders(database);
    this.upkeep = new UpkeepRows(database);
    this.fence = own === null ? readFence(database) : raiseFence(database);
    this.assertOurs = () => {
      if (own === null) return;
      assertFile(own);
      assertFence(database, this.fence);
    };
    database.guardWrites(this.assertOurs);
  }

  /**
   * For the one process that charges: takes the process lock and raises the fence.
   * Throws `store_in_use`, `store_gone`, `store_unusable`, `store_newer`.
   */
  static openForKeeper(path: string, options: StoreOptions): Store {
    assertNotGone(path);
    const connection = openDatabase(path, { create: true });
    try {
      const lock = ProcessLock.take(path);
      return new Store(new Database(connection), { lock, path, file: fileAt(path) }, options);
    } catch (cause) {
      if (connection.isOpen) connection.close();
      throw cause;
    }
  }

  /** For commands beside a running keeper: reads, and writes a person's word (pause, resolve, adopt). */
  static openForCommand(path: string, options: StoreOptions & { readonly create: boolean }): Store {
    assertNotGone(path);
    return new Store(new Database(openDatabase(path, options)), null, options);
  }

  /** A copy in memory of what stands in the file, or an empty store: for looking at, with nothing to lose. */
  static openCopy(path: string, options: StoreOptions): Store {
    return new Store(new Database(openDatabaseCopy(path)), null, options);
  }

  /** Writes down the birth of a new journal, and with it the quarantine; false where it had begun before. */
  async begin(quarantineMs: number, now: EpochMs): Promise<boolean> {
    if (this.#watch.hasBegun()) return false;
    await this.#database.write(() => this.#watch.begin(quarantineMs, now));
    return true;
  }

  /** False where no purser has run on it yet. */
  hasBegun(): boolean {
    return this.#watch.hasBegun();
  }

  quarantineUntil(): EpochMs | null {
    return this.#watch.quarantineUntil();
  }

  /** What is not over, acknowledged or not, oldest first. */
  firingIncidents(): readonly IncidentState[] {
    return this.#incidents.open();
  }

  /** What is over, newest first. */
  resolvedIncidents(limit: number): readonly IncidentState[] {
    return this.#incidents.resolved(limit);
  }

  incident(fingerprint: string): IncidentState | null {
    return this.#incidents.find(fingerprint);
  }

  /** Every account that a purser has ever worked on here. */
  accountNames(): readonly AccountName[] {
    const rows = this.#database.all(
      'SELECT name FROM account UNION SELECT account FROM snapshot UNION SELECT account FROM hold ORDER BY 1',
    );
    return rows.map((row) => String(row['name']) as AccountName); // written as such
  }

  /** What fires, the worst first: for people, who read the beginning. */
  worstIncidents(...asked: Parameters<Incidents['worst']>): ReturnType<Incidents['worst']> {
    return this.#incidents.worst(...asked);
  }

  /** Messages that receivers did not take so far. */
  undelivered(): readonly Undelivered[] {
    return readUndelivered(this.#database);
  }

  close(): void {
    this.#database.close();
    this.#lock?.release();
  }
}

export type StoreOptions = {
  readonly random: Random;
  /** How often a firing incident is told again; asked at each change, since a reload may change it. */
  readonly repeatMs: () => number;
  /** Masks secrets in what people will read. */
  readonly clean: (text: string) => string;
};

/** What the one process that charges holds of its database. */
type Own = { readonly lock: ProcessLock; readonly path: string; readonly file: string | null };

function readFence(database: Database): number {
  return Number(database.get("SELECT value FROM meta WHERE key = 'fence'")?.['value'] ?? 0);
}

function raiseFence(database: Database): number {
  database.run(
    `INSERT INTO meta (key, value) VALUES ('fence', '1')
     ON CONFLICT (key) DO UPDATE SET value = CAST(value AS INTEGER) + 1`,
  );
  return readFence(database);
}

/** A file that was deleted can be written on, and nobody finds again what was: no next start, and no command. */
function assertFile({ path, file }: Own): void {
  if (file === null || fileAt(path) !== file) throw storeGone(path);
}

/** A keeper that runs on a file that is not there any more would never read what is written into a new one. */
function assertNotGone(path: string): void {
  if (!existsSync(path) && ProcessLock.isTaken(path)) throw storeGone(path);
}

function storeGone(path: string): PurserError {
  return new PurserError({
    code: 'store_gone',
    message: `the database ${path} was deleted or replaced under the purser that runs on it`,
    mend: 'Put it back, or restart that purser: it charges nothing until then, and goes on with what is there.',
  });
}

/** The lock makes this impossible on one machine; on a shared disk whose locks lie it is what stops the elder. */
function assertFence(database: Database, fence: number): void {
  if (readFence(database) === fence) return;
  throw new PurserError({
    code: 'fence_lost',
    message: 'another purser has taken over this database',
    mend: 'Let only one purser run on it.',
  });
}
