import { DatabaseSync } from 'node:sqlite';
import { Dispatcher } from '../../src/alerts/dispatcher.ts';
import { CHARGE_LIMITS } from '../../src/charge/next-move.ts';
import { sha256Hex } from '../../src/cli/real-random.ts';
import type { Log, LogFields } from '../../src/domain/ports.ts';
import type { FleetSpec } from '../../src/domain/spec.ts';
import { Beside } from '../../src/keeper/beside.ts';
import type { KeeperContext } from '../../src/keeper/context.ts';
import { FirstRound } from '../../src/keeper/first-round.ts';
import { Keeper } from '../../src/keeper/keeper.ts';
import { LevelIncidents } from '../../src/keeper/level-incidents.ts';
import { PlanList } from '../../src/keeper/plan-list.ts';
import { View } from '../../src/keeper/view.ts';
import { PdfDownloads } from '../../src/modelslab/pdf-downloads.ts';
import { ProviderClient } from '../../src/modelslab/provider-client.ts';
import { InvoiceFiles } from '../../src/store/invoice-files.ts';
import { Store } from '../../src/store/store.ts';
import { createMetrics } from '../../src/telemetry/metrics.ts';
import type { Asker } from './asker.ts';
import { deliver, stayAwake, takeOver } from './beside-keeper.ts';
import { DatabaseFile } from './database-file.ts';
import { type DiskMood, INTENTS, unwatchDisk, watchDisk } from './disk.ts';
import { HostClock } from './host-clock.ts';
import type { Life } from './life.ts';
import { looser } from './looser-wishes.ts';
import { MemoryVault } from './memory-vault.ts';
import type { Wishes } from './plan.ts';
import type { Run } from './run.ts';
import { seededRandom } from './seeded-random.ts';
import { SlackSink } from './slack-sink.ts';
import { Wire } from './wire.ts';

/** Nothing listens there: the transport is the sandbox's own model. */
const BASE_URL = 'http://127.0.0.1/api/agents/v1';
type CrashPoint = 'before_commit' | 'after_commit' | 'before_send' | 'after_send';
const SUPERVISOR_MS = 10_000;

/** A host with a disk, a clock of its own, and the daemon's own code running on it. */
export class Machine implements Asker {
  readonly name: string;
  readonly path: string;
  readonly #file: DatabaseFile;
  readonly #history: { readonly atMs: number; readonly wishes: Wishes }[];
  skewMs = 0;
  mood: DiskMood = 'well';
  crashes = 0;
  /** Accounts that are not in its config, from its next reload on. */
  readonly away = new Set<string>();
  readonly #run: Run;
  #vault = new MemoryVault();
  #lineages = 1;
  #life: Life | null = null;
  #boots = 0;
  readonly #stops: AbortController[] = [];
  #pausedUntilMs = 0;
  #waiting: (() => void)[] = [];
  #crashAt: CrashPoint | null = null;
  #crashDownMs = 0;
  #commitsLeft: number | null = null;
  #hasPosted = false;
  #bornAtMs: number | null = null;
  #revision = 1;
  isRetired = false;

  constructor(run: Run, options: { readonly name: string; readonly path: string; readonly wishes: Wishes }) {
    this.#run = run;
    this.name = options.name;
    this.path = options.path;
    this.#file = new DatabaseFile(options.path);
    this.#history = [{ atMs: 0, wishes: options.wishes }];
  }

  get lineage(): string {
    return `${this.name}${this.#lineages}`;
  }

  /** Of all databases that it had, the present one last. */
  get lineages(): readonly string[] {
    return Array.from({ length: this.#lineages }, (_, index) => `${this.name}${index + 1}`);
  }

  get bornAtMs(): number | null {
    return this.#bornAtMs;
  }

  get wishes(): Wishes {
    const newest = this.#history.at(-1);
    if (newest === undefined) throw new Error('a machine has a config from the start');
    return newest.wishes;
  }

  loosestSince(sinceMs: number): Wishes {
    const inForce = this.#history.filter(
      ({ atMs }, index) =>
        atMs > sinceMs || (this.#history[index + 1]?.atMs ?? Number.POSITIVE_INFINITY) > sinceMs,
    );
    return inForce.map(({ wishes }) => wishes).reduce(looser);
  }

  get isDead(): boolean {
    return this.#life === null || this.#life.isDead;
  }

  get keeper(): Keeper | null {
    return this.isDead ? null : (this.#life?.keeper ?? null);
  }

  durable(sql: string, ...values: string[]): readonly Readonly<Record<string, unknown>>[] {
    const reader = this.#life?.reader;
    return reader === null || reader === undefined ? [] : reader.prepare(sql).all(...values);
  }

  /** Now, or when the process wakes; never where the life that asked has ended. */
  whenAwake(run: () => void, life: Life): void {
    if (life.isDead) return;
    if (this.#run.timeline.nowMs < this.#pausedUntilMs) this.#waiting.push(() => this.whenAwake(run, life));
    else run();
  }

  boot(): void {
    if (this.isRetired) return;
    const before = this.#life;
    if (before !== null && !before.isDead) {
      if (before.stop.signal.aborted) before.restartsAfterMs ??= 0; // it is on its way out
      return;
    }
    this.#closeOld();
    this.#file.losePower();
    const life: Life = {
      isDead: false,
      bootedAtMs: this.#run.timeline.nowMs,
      stop: new AbortController(),
      keeper: null,
      store: null,
      reader: null,
      restartsAfterMs: null,
    };
    this.#life = life;
    this.#stops.push(life.stop);
    this.#boots += 1;
    this.#run.trace.tell(`${this.name} starts`);
    this.#live(life).then(
      () => undefined,
      (error: unknown) => this.#died(life, error),
    );
  }

  crash(downMs: number, why: string): void {
    const life = this.#life;
    if (life === null || life.isDead) return;
    life.isDead = true;
    this.crashes += 1;
    this.#waiting = [];
    this.#pausedUntilMs = 0;
    this.#run.oracle.crashed(this);
    this.#run.trace.tell(`${this.name} crashes: ${why}`);
    this.#run.timeline.after(downMs, () => this.boot());
  }

  /** SIGTERM: what is in flight is waited for; then it starts again, or stays away. */
  stop(downMs: number | null): void {
    if (this.isDead) return;
    const life = this.#life;
    this.#run.trace.tell(`${this.name} is told to stop`);
    if (downMs === null) this.isRetired = true;
    if (life !== null) life.restartsAfterMs = downMs;
    life?.stop.abort();
  }

  /** With `commitsAfterPost`, at that commit after the next money call has left: there the books are written. */
  crashAt(point: CrashPoint, downMs: number, commitsAfterPost: number | null = null): void {
    this.#crashAt = point;
    this.#crashDownMs = downMs;
    this.#commitsLeft = commitsAfterPost;
    this.#hasPosted = false;
  }

  notePost(): void {
    this.#hasPosted = true;
  }

  /** True once, where a crash was set for that point; the process is dead then. */
  takesCrash(point: CrashPoint): boolean {
    if (this.isDead) return false;
    if (this.#run.isCrashPoint()) {
      this.crash(SUPERVISOR_MS, point.replace('_', ' '));
      return true;
    }
    if (this.#run.isCalm || this.#crashAt !== point) return false;
    if (this.#commitsLeft !== null) {
      if (!this.#hasPosted) return false;
      this.#commitsLeft -= 1;
      if (this.#commitsLeft > 0) return false;
    }
    this.#crashAt = null;
    this.crash(this.#crashDownMs, point.replace('_', ' '));
    return true;
  }

  pause(durationMs: number): void {
    if (this.isDead) return;
    this.#pausedUntilMs = this.#run.timeline.nowMs + durationMs;
    this.#run.trace.tell(`${this.name} is paused for ${Math.round(durationMs / 60_000)} min`);
    this.#run.timeline.after(durationMs, () => {
      if (this.#run.timeline.nowMs < this.#pausedUntilMs) return;
      const waiting = this.#waiting;
      this.#waiting = [];
      for (const run of waiting) run();
    });
  }

  /** While it is down: another database, or none, and no tokens with none. */
  replaceDisk(content: Uint8Array | null): void {
    this.#closeOld();
    this.#lineages += 1;
    this.#bornAtMs = null;
    this.#file.replace(content);
    if (content === null) this.#vault = new MemoryVault();
  }

  copyDisk(): Uint8Array | null {
    return this.#life?.reader?.serialize() ?? null;
  }

  reload(wishes: Wishes): void {
    this.#history.push({ atMs: this.#run.timeline.nowMs, wishes });
    this.#revision += 1;
    takeOver(this, this.#run);
  }

  close(): void {
    if (this.#life !== null) this.#life.isDead = true;
    this.#closeOld();
    unwatchDisk(this.path);
    // Node keeps every signal that somebody listens to and that was made of others: this one would keep the whole run.
    for (const stop of this.#stops) stop.abort();
  }

  #closeOld(): void {
    const life = this.#life;
    if (life === null) return;
    life.isDead = true;
    life.reader?.close();
    life.store?.close();
    life.reader = null;
    life.store = null;
  }

  async #live(life: Life): Promise<void> {
    const run = this.#run;
    const { timeline, plan } = run;
    watchDisk(this.path, this.#diskWatch(life));
    const clock = new HostClock(timeline, {
      whenAwake: (work) => this.whenAwake(work, life),
      skewMs: () => this.skewMs,
      bootedAtMs: life.bootedAtMs - 1_000,
    });
    const random = seededRandom(plan.chanceSeed, `${this.lineage} ${this.#boots}`);
    const log = this.#log(life);
    const spec = (): FleetSpec => run.specOf(this, this.#revision);
    let held = spec();
    let heldRevision = this.#revision;
    const current = (): FleetSpec => {
      if (heldRevision !== this.#revision) {
        held = spec();
        heldRevision = this.#revision;
        metrics.specLoaded(held, clock.now());
      }
      return held;
    };
    const store = Store.openForKeeper(this.path, {
      random,
      repeatMs: () => current().alerts.repeatMs,
      clean: (text) => text,
    });
    life.store = store;
    life.reader = new DatabaseSync(this.path, { readOnly: true });
    const isAdopted = plan.isAdopted && this === run.main && this.#lineages === 1;
    // A journal that begins by a wrong clock does not know when its quarantine ends.
    if (!store.hasBegun()) this.#bornAtMs = isAdopted || this.skewMs !== 0 ? null : timeline.nowMs;
    await store.begin(isAdopted ? 0 : plan.quarantineMs, clock.now());
    const metrics = createMetrics({ version: '0', revision: 'sim', processMetrics: false });
    metrics.specLoaded(held, clock.now());
    const client = new ProviderClient({
      baseUrl: BASE_URL,
      transport: new Wire(run, this, life),
      clock,
      random,
      log,
      guard: 'read_write',
      allowLogin: true,
    });
    const dispatcher = new Dispatcher({
      outbox: store.outbox,
      clock,
      random,
      log,
      onDelivery: () => undefined,
      alerts: () => current().alerts,
      groupOf: () => null,
      openIncidents: () => store.firingIncidents(),
      openReceiver: () => new SlackSink(run, clock),
    });
    const onTold = (): void => dispatcher.wake();
    const incidents = new LevelIncidents({ journal: store.journal, clock, onTold });
    incidents.restore(store.firingIncidents(), current());
    const context: KeeperContext = {
      spec: current,
      journal: store.journal,
      client,
      clock,
      random,
      log,
      metrics,
      sha256Hex,
      limits: CHARGE_LIMITS,
      fence: store.fence,
      incidents,
      plans: new PlanList(client, clock),
      vault: this.#vault,
      upkeep: store.upkeep,
      // No policy of the simulator archives invoices: nothing of these is ever asked.
      beside: new Beside({ atOnceMax: 1 }),
      firstRound: new FirstRound(),
      passing: new Set(),
      claims: new Map(),
      confirmed: new Map(),
      stakes: { known: null },
      archive: new InvoiceFiles((text) => text),
      pdfs: new PdfDownloads({ baseUrl: BASE_URL }),
      view: new View(),
      assertStore: store.assertOurs,
      quarantineUntil: () => store.quarantineUntil(),
      stopping: life.stop.signal,
      onTold,
    };
    const keeper = new Keeper(context, { cron: { start: () => () => undefined }, onToken: () => undefined });
    life.keeper = keeper;
    if (!plan.sleepsOften)
      stayAwake(context, { life, timeline, whenAwake: (work) => this.whenAwake(work, life) });
    await Promise.all([keeper.run(), deliver(dispatcher, context, keeper)]);
    if (life.isDead) return;
    life.isDead = true;
    run.oracle.crashed(this);
    run.trace.tell(`${this.name} has stopped`);
    if (life.restartsAfterMs !== null) run.timeline.after(life.restartsAfterMs, () => this.boot());
  }

  #died(life: Life, error: unknown): void {
    if (life.isDead) return;
    const run = this.#run;
    const isOurs = error instanceof Error && error.name === 'BrokenPromise';
    if (isOurs) run.oracle.accuse('assert', '-', `${this.name} ended by itself: ${error.message}`);
    else if (this.mood === 'well')
      run.oracle.accuse('assert', '-', `${this.name} ended by itself: ${String(error)}`);
    life.isDead = true;
    run.trace.tell(`${this.name} ends by itself: ${String(error)}`);
    run.oracle.crashed(this);
    run.timeline.after(SUPERVISOR_MS, () => this.boot());
  }

  #diskWatch(life: Life): Parameters<typeof watchDisk>[1] {
    const dead = (): never => {
      throw new Error('the process is dead');
    };
    return {
      beforeBegin: () => {
        if (life.isDead) dead();
      },
      mood: () => this.mood,
      intents: () => this.durable(INTENTS).length,
      beforeCommit: (isSynced) => {
        if (!isSynced) this.#file.noteUnsynced(this.copyDisk());
        if (life.isDead || this.takesCrash('before_commit')) dead();
      },
      afterCommit: () => {
        this.#run.trace.add(`${this.name} commits`);
        this.#run.oracle.committed(this);
        if (this.takesCrash('after_commit')) dead();
      },
    };
  }

  #log(life: Life): Log {
    const write =
      (level: string) =>
      (event: string, fields: LogFields = {}): void => {
        if (!life.isDead) this.#run.logged(this.name, `${level} ${event}`, fields);
      };
    const debug: Log['debug'] = (event, fields = {}) => {
      if (!life.isDead) this.#run.logsMore(event, fields);
    };
    return { debug, info: write('info'), warn: write('warn'), error: write('error') };
  }
}
