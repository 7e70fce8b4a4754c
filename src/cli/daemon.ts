import { Dispatcher } from '../alerts/dispatcher.ts';
import { openReceiver } from '../alerts/open-receiver.ts';
import { CHARGE_LIMITS } from '../charge/next-move.ts';
import type { AccountName } from '../domain/ids.ts';
import type { Log } from '../domain/ports.ts';
import type { Secret } from '../domain/secret.ts';
import type { FleetSpec } from '../domain/spec.ts';
import { Beside } from '../keeper/beside.ts';
import type { KeeperContext } from '../keeper/context.ts';
import { FirstRound } from '../keeper/first-round.ts';
import { Keeper } from '../keeper/keeper.ts';
import { LevelIncidents } from '../keeper/level-incidents.ts';
import { PlanList } from '../keeper/plan-list.ts';
import { View } from '../keeper/view.ts';
import { PdfDownloads } from '../modelslab/pdf-downloads.ts';
import { ProviderClient } from '../modelslab/provider-client.ts';
import { UndiciTransport } from '../modelslab/undici-transport.ts';
import { InvoiceFiles } from '../store/invoice-files.ts';
import { Store } from '../store/store.ts';
import { TokenFiles } from '../store/token-files.ts';
import { createMetrics, type Metrics } from '../telemetry/metrics.ts';
import { RecentTokens } from '../telemetry/recent-tokens.ts';
import type { CliIo } from './cli-io.ts';
import type { Embedded } from './embedded-sandbox.ts';
import { checkJournalProvider, noteJournalProvider } from './journal-provider.ts';
import { nodeCronTicks } from './node-cron-ticks.ts';
import { sha256Hex } from './real-random.ts';
import { specSecrets } from './spec-secrets.ts';

/** Long work beside the passes, over the whole fleet: each may hold a document of some megabytes. */
const BESIDE_AT_ONCE_MAX = 4;

/** Everything that `run`, `once`, `plan` and `demo` share, put together once and taken down in reverse. */
export type Daemon = {
  readonly context: KeeperContext;
  readonly keeper: Keeper;
  readonly dispatcher: Dispatcher;
  readonly store: Store;
  readonly metrics: Metrics;
  readonly view: View;
  readonly embedded: Embedded | null;
  /** No purser ran on the store before. */
  readonly isNewJournal: boolean;
  /** Swaps the spec that everything reads; the keeper takes it over with `respec`. */
  readonly setSpec: (spec: FleetSpec) => void;
  /** Told of every token that a login or the vault gave. */
  readonly onToken: (token: Secret, account: AccountName) => void;
  close(): Promise<void>;
};

export type DaemonOptions = {
  readonly io: CliIo;
  readonly spec: FleetSpec;
  readonly log: Log;
  /** Ends the keeper: nothing new is armed after it aborts. */
  readonly stop: AbortSignal;
  /** `keeper` takes the process lock and may charge; `plan` works on a copy and cannot. */
  readonly role: 'keeper' | 'plan';
};

export async function openDaemon(options: DaemonOptions): Promise<Daemon> {
  const { io, log, role } = options;
  const { redactor } = io;
  await using stack = new AsyncDisposableStack();
  let spec = options.spec;
  const repeatMs = () => spec.alerts.repeatMs;
  const clean = (text: string) => redactor.clean(text);
  const { path } = spec.store;
  const store =
    role === 'keeper'
      ? Store.openForKeeper(path, { random: io.random, repeatMs, clean })
      : Store.openCopy(path, { random: io.random, repeatMs, clean });
  stack.defer(() => store.close());
  const isNewJournal = !store.hasBegun();
  checkJournalProvider(store, spec);
  if (role === 'keeper') {
    await noteJournalProvider(store, spec, io.clock.now());
    await store.begin(spec.quarantineMs, io.clock.now());
  }
  const embedded = spec.provider.kind === 'sandbox' ? await embed(io, spec, role) : null;
  if (embedded !== null) stack.defer(() => embedded.close());
  const setSpec = (next: FleetSpec): void => {
    spec = embedded === null ? next : embedded.equip(next);
    for (const secret of specSecrets(spec)) redactor.add(secret);
    metrics.specLoaded(spec, io.clock.now());
  };
  const metrics = createMetrics({
    version: io.version,
    revision: io.revision,
    processMetrics: role === 'keeper',
  });
  setSpec(spec);
  await seedMetrics(metrics, store);
  const transport = new UndiciTransport();
  stack.defer(() => transport.close());
  const baseUrl = embedded?.sandbox.baseUrl ?? baseUrlOf(spec);
  const client = new ProviderClient({
    baseUrl,
    transport,
    clock: io.clock,
    random: io.random,
    log,
    guard: role === 'keeper' && spec.mode === 'enforce' ? 'read_write' : 'read_only',
    allowLogin: true,
    onRequest: (sample) => metrics.daemon.requested(sample),
  });
  const dispatcher = new Dispatcher({
    outbox: store.outbox,
    clock: io.clock,
    random: io.random,
    log,
    onDelivery: (sample) => metrics.daemon.notified(sample),
    alerts: () => spec.alerts,
    groupOf: (account) => spec.accounts.get(account)?.group ?? null,
    openIncidents: () => store.firingIncidents(),
    openReceiver: (receiver, name) =>
      openReceiver(receiver, {
        name,
        threads: store.threads,
        revision: () => spec.revision,
        runbooks: () => spec.alerts.runbooks,
      }),
  });
  const onTold = () => dispatcher.wake();
  const incidents = new LevelIncidents({ journal: store.journal, clock: io.clock, onTold });
  incidents.restore(store.firingIncidents(), spec);
  const view = new View();
  const context: KeeperContext = {
    spec: () => spec,
    journal: store.journal,
    client,
    clock: io.clock,
    random: io.random,
    log,
    metrics,
    sha256Hex,
    limits: CHARGE_LIMITS,
    fence: store.fence,
    incidents,
    plans: new PlanList(client, io.clock),
    vault: new TokenFiles(path),
    upkeep: store.upkeep,
    beside: new Beside({ atOnceMax: BESIDE_AT_ONCE_MAX }),
    firstRound: new FirstRound(),
    passing: new Set(),
    claims: new Map(),
    confirmed: new Map(),
    stakes: { known: null },
    archive: new InvoiceFiles(clean),
    pdfs: new PdfDownloads({ baseUrl }),
    view,
    assertStore: store.assertOurs,
    quarantineUntil: () => store.quarantineUntil(),
    stopping: options.stop,
    onTold,
  };
  const recent = new RecentTokens(redactor);
  const onToken = (token: Secret, account: AccountName): void => recent.seen(token, account);
  const keeper = new Keeper(context, { cron: nodeCronTicks, onToken });
  const owned = stack.move();
  return {
    context,
    keeper,
    dispatcher,
    store,
    metrics,
    view,
    embedded,
    isNewJournal,
    setSpec,
    onToken,
    close: () => owned.disposeAsync(),
  };
}

/** The sandbox is loaded only where it is wanted: a daemon on a real provider starts without it. */
async function embed(io: CliIo, spec: FleetSpec, role: DaemonOptions['role']): Promise<Embedded> {
  const { startEmbedded } = await import('./embedded-sandbox.ts');
  return await startEmbedded(spec, { clock: io.clock, keep: role === 'keeper' });
}

function baseUrlOf(spec: FleetSpec): string {
  return spec.provider.kind === 'remote' ? spec.provider.baseUrl : 'http://127.0.0.1';
}

/** Money counters go on where the journal stands, so that a restart is no reset. */
async function seedMetrics(metrics: Metrics, store: Store): Promise<void> {
  const totals = await store.journal.totals();
  metrics.charges.seedDeclines(await store.journal.declineTotals());
  metrics.charges.seed(totals.map(({ amountCents, ...rest }) => ({ ...rest, chargedCents: amountCents })));
}
