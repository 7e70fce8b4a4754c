import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { CHARGE_LIMITS } from '../../src/charge/next-move.ts';
import { sha256Hex } from '../../src/cli/real-random.ts';
import type { HandAnswer, HandOrder } from '../../src/domain/hand-order.ts';
import type { AccountName } from '../../src/domain/ids.ts';
import type { OutboxMessage } from '../../src/domain/incident.ts';
import type { Clock, Log, LogFields } from '../../src/domain/ports.ts';
import type { AccountSpec, FleetSpec } from '../../src/domain/spec.ts';
import { type AccountRuntime, newRuntime } from '../../src/keeper/account-runtime.ts';
import { Beside } from '../../src/keeper/beside.ts';
import type { KeeperContext } from '../../src/keeper/context.ts';
import { FirstRound } from '../../src/keeper/first-round.ts';
import { LevelIncidents } from '../../src/keeper/level-incidents.ts';
import type { OrderDesk } from '../../src/keeper/order-desk.ts';
import { PlanList } from '../../src/keeper/plan-list.ts';
import { type Pass, reconcile } from '../../src/keeper/reconcile.ts';
import { TokenSource } from '../../src/keeper/token-source.ts';
import { type IntentView, intentView, View } from '../../src/keeper/view.ts';
import { PdfDownloads } from '../../src/modelslab/pdf-downloads.ts';
import { ProviderClient } from '../../src/modelslab/provider-client.ts';
import type { Transport } from '../../src/modelslab/transport.ts';
import { UndiciTransport } from '../../src/modelslab/undici-transport.ts';
import { InvoiceFiles } from '../../src/store/invoice-files.ts';
import { Store } from '../../src/store/store.ts';
import { TokenFiles } from '../../src/store/token-files.ts';
import { createMetrics } from '../../src/telemetry/metrics.ts';
import { Redactor } from '../../src/telemetry/redactor.ts';
import type { SandboxClient } from '../sandbox/sandbox-client.ts';
import { fleetSpec, scratchFolder, type Wish } from './fleet-config.ts';
import { PassingClock } from './passing-clock.ts';

export type LogLine = { readonly level: string; readonly event: string; readonly fields: LogFields };

export type Opening = Wish & {
  /** The folder of config and database; a keeper opened on the folder of another goes on where that one stopped. */
  readonly folder?: string;
  /** Whether a pass waits for long work, as with `purser once`, if left out, or not, as with `purser run`. */
  readonly beside?: 'beside' | 'awaited';
  /** The wire; the real one if left out. */
  readonly transport?: Transport;
  /** What it sleeps by; the sandbox's time that passes while it sleeps, if left out. */
  readonly clock?: Clock;
};

const POLL_GAP_MIN_MS = 200;
const REST_POLL_MS = 600_000;
const ORDER_PAUSE_MS = 2_000;
let seeds = 0;

/**
 * The parts of the daemon as `src/cli/daemon.ts` puts them together, on the standing clock of a sandbox: real
 * HTTP, a real database file, and passes that a test makes one by one.
 */
export class AKeeper {
  readonly client: SandboxClient;
  readonly folder: string;
  readonly store: Store;
  readonly context: KeeperContext;
  readonly lines: LogLine[];
  readonly stop: AbortController;
  /** What passes threw that `passes` made: the daemon logs it and goes on (keeper.ts). */
  readonly failures: unknown[] = [];
  readonly #runtimes = new Map<AccountName, AccountRuntime>();
  readonly #setSpec: (spec: FleetSpec) => void;
  #isOpen = true;

  private constructor(
    parts: Pick<AKeeper, 'client' | 'folder' | 'store' | 'context' | 'lines' | 'stop'>,
    setSpec: (spec: FleetSpec) => void,
  ) {
    this.client = parts.client;
    this.folder = parts.folder;
    this.store = parts.store;
    this.context = parts.context;
    this.lines = parts.lines;
    this.stop = parts.stop;
    this.#setSpec = setSpec;
  }

  static async open(client: SandboxClient, opening: Opening = {}): Promise<AKeeper> {
    const folder = opening.folder ?? scratchFolder();
    let spec = fleetSpec(client.sandbox, opening, folder);
    const clock = opening.clock ?? new PassingClock(client.clock);
    const random = evenRandom();
    const store = Store.openForKeeper(join(folder, 'purser.db'), {
      random,
      repeatMs: () => spec.alerts.repeatMs,
      clean: (text) => text,
    });
    await store.begin(spec.quarantineMs, clock.now());
    const { log, lines } = keptLog();
    const redactor = new Redactor();
    const transport = opening.transport ?? new UndiciTransport();
    const guard = spec.mode === 'enforce' ? 'read_write' : 'read_only';
    const provider = new ProviderClient({
      baseUrl: client.sandbox.baseUrl,
      transport,
      clock,
      random,
      log,
      guard,
    });
    const metrics = createMetrics({ version: '0', revision: 'test', processMetrics: false });
    metrics.specLoaded(spec, clock.now());
    const incidents = new LevelIncidents({ journal: store.journal, clock, onTold: () => undefined });
    incidents.restore(store.firingIncidents(), spec);
    const stop = new AbortController();
    const context: KeeperContext = {
      spec: () => spec,
      journal: store.journal,
      client: provider,
      clock,
      random,
      log,
      metrics,
      sha256Hex,
      limits: CHARGE_LIMITS,
      fence: store.fence,
      incidents,
      plans: new PlanList(provider, clock),
      vault: new TokenFiles(join(folder, 'purser.db')),
      upkeep: store.upkeep,
      beside: new Beside({ atOnceMax: 4 }),
      firstRound: new FirstRound(),
      passing: new Set(),
      claims: new Map(),
      confirmed: new Map(),
      stakes: { known: null },
      archive: new InvoiceFiles((text) => redactor.clean(text)),
      pdfs: new PdfDownloads({ baseUrl: client.sandbox.baseUrl }),
      view: new View(),
      assertStore: store.assertOurs,
      quarantineUntil: () => store.quarantineUntil(),
      stopping: stop.signal,
      onTold: () => undefined,
    };
    context.beside.mode = opening.beside ?? 'awaited';
    const keeper = new AKeeper({ client, folder, store, context, lines, stop }, (next) => {
      spec = next;
    });
    onTestFinished(async () => {
      keeper.close();
      if (opening.transport === undefined) await transport.close();
    });
    return keeper;
  }

  /** What a reload swaps. */
  respec(wish: Wish): void {
    this.#setSpec(fleetSpec(this.client.sandbox, wish, this.folder));
  }

  /** Ends this keeper, as an exit does and, since nothing is written at the end, a crash. */
  close(): void {
    if (this.#isOpen) this.store.close();
    this.#isOpen = false;
  }

  /** One pass over one account. */
  pass(name = 'agent-0001'): Promise<Pass> {
    const account = this.account(name);
    return reconcile(this.context, account, this.runtimeOf(account.name));
  }

  /** Passes over one account as the schedule makes them, until so much time has gone by; how many they were. */
  live(durationMs: number, name = 'agent-0001'): Promise<number> {
    const { schedule } = this.account(name);
    return this.#liveOn(durationMs, name, schedule.kind === 'every' ? schedule.periodMs : durationMs);
  }

  /** The same, polled every ten minutes at most: for hours of which most are quiet. */
  rest(durationMs: number, name = 'agent-0001'): Promise<number> {
    const { schedule } = this.account(name);
    const pollMs = schedule.kind === 'every' ? Math.max(schedule.periodMs, REST_POLL_MS) : durationMs;
    return this.#liveOn(durationMs, name, pollMs);
  }

  async #liveOn(durationMs: number, name: string, pollMs: number): Promise<number> {
    const { clock } = this.client;
    const endMs = clock.now() + durationMs;
    const { desk } = this.runtimeOf(this.account(name).name);
    let passes = 1;
    while (clock.now() < endMs) {
      const { until } = await this.pass(name);
      passes += 1;
      const askedMs = until === null ? pollMs : Math.max(POLL_GAP_MIN_MS, until - clock.now());
      const orderMs = desk.isEmpty ? pollMs : ORDER_PAUSE_MS;
      clock.advance(Math.min(pollMs, askedMs, orderMs, Math.max(1, endMs - clock.now())));
    }
    await this.pass(name);
    return passes;
  }

  /** Puts orders on the desk of an account and passes over it until each has its answer, or a minute is over. */
  async ask(orders: readonly HandOrder[], name = 'agent-0001'): Promise<readonly HandAnswer[]> {
    const account = this.account(name);
    const { desk } = this.runtimeOf(account.name);
    const placed = orders.map((order) => desk.place(order));
    for (let passes = 0; passes < 30 && !desk.isEmpty; passes += 1) {
      await this.pass(name);
      this.client.clock.advance(2_000);
    }
    for (const { withdraw } of placed) withdraw();
    return await Promise.all(placed.map(({ answered }) => answered));
  }

  /** Puts an order on the desk and leaves it there. */
  place(order: HandOrder, name = 'agent-0001'): ReturnType<OrderDesk['place']> {
    return this.runtimeOf(this.account(name).name).desk.place(order);
  }

  /** So many passes over one account, a gap apart; one that fails is followed by the next. */
  async passes(count: number, gapMs = 2_000, name = 'agent-0001'): Promise<void> {
    for (let made = 0; made < count; made += 1) {
      await this.pass(name).catch((error: unknown) => this.failures.push(error));
      this.client.clock.advance(gapMs);
    }
  }

  /** Intents of the journal, newest first. */
  async intents(): Promise<readonly IntentView[]> {
    return (await this.store.journal.intents({ limit: 10_000 })).map(intentView);
  }

  /** Messages that were put in the outbox, oldest first; nothing takes them out here. */
  messages(): Promise<readonly OutboxMessage[]> {
    return this.store.outbox.unrouted(10_000);
  }

  /** Their headlines, with the status in front. */
  async told(): Promise<readonly string[]> {
    return (await this.messages()).map(({ status, fact }) => `${status} ${fact.type}: ${fact.headline}`);
  }

  account(name: string): AccountSpec {
    const account = [...this.context.spec().accounts.values()].find((one) => one.name === name);
    if (account === undefined) throw new Error(`the config has no ${name}`);
    return account;
  }

  /** What the passes over an account have left in memory. */
  runtimeOf(name: AccountName): AccountRuntime {
    const known = this.#runtimes.get(name);
    const tokens = new TokenSource({
      ...this.context,
      account: name,
      mayRotate: () => this.context.spec().mode === 'enforce',
      onToken: () => undefined,
    });
    // No daemon is here that notes now and then that it was: this keeper was made when the last one ended.
    const confirmedAtMs = this.context.clock.monotonicMs();
    const runtime = known ?? { ...newRuntime(name, tokens), confirmedAtMs };
    this.#runtimes.set(name, runtime);
    return runtime;
  }
}

/** Different ids in each keeper of a run, the same in each run. */
function evenRandom() {
  seeds += 1;
  const prefix = seeds;
  let count = 0;
  return {
    uniform: () => 0.5,
    hex: (length: number) => {
      count += 1;
      return `${prefix.toString(16)}f${count.toString(16)}`.padStart(length * 2, '0');
    },
  };
}

function keptLog(): { readonly log: Log; readonly lines: LogLine[] } {
  const lines: LogLine[] = [];
  const keep =
    (level: string) =>
    (event: string, fields: LogFields = {}) =>
      void lines.push({ level, event, fields });
  return {
    log: { debug: keep('debug'), info: keep('info'), warn: keep('warn'), error: keep('error') },
    lines,
  };
}
