import { Heartbeat } from '../alerts/heartbeat.ts';
import type { IntentStateName } from '../charge/intent.ts';
import type { SampleRow } from '../domain/balance-history.ts';
import type { AccountName } from '../domain/ids.ts';
import { SECOND_MS } from '../domain/time.ts';
import { answerView } from '../keeper/answer-view.ts';
import { intentView } from '../keeper/view.ts';
import { type HttpServer, startHttpServer } from '../server/http-server.ts';
import { cleanTexts } from '../telemetry/clean-texts.ts';
import type { CliIo } from './cli-io.ts';
import type { Daemon } from './daemon.ts';
import { pageHands } from './page-hands.ts';
import { pageReadings } from './page-readings.ts';
import type { Reloader } from './reloader.ts';
import { type Mode, noteRunningMode } from './running-mode.ts';

const SNAPSHOT_EVERY_MS = SECOND_MS;
const SAMPLES_EVERY_MS = 10 * SECOND_MS;
const DELIVER_AGAIN_MS = 5 * SECOND_MS;

/** The HTTP face of a daemon, on the port of the config unless another is given. */
export function serveHttp(
  io: CliIo,
  daemon: Daemon,
  options: { readonly port?: number; readonly reloader?: Reloader } = {},
): Promise<HttpServer> {
  const { port, reloader = null } = options;
  const { store, metrics, view, keeper, context } = daemon;
  const at = context.spec().server;
  return startHttpServer(port === undefined ? at : { ...at, port }, {
    metrics,
    clean: (text) => io.redactor.clean(text),
    failed: (error) => context.log.error('http.failed', { error }),
    beforeScrape: async () => metrics.daemon.queued(await store.outbox.queueLengths()),
    accounts: () => view.accounts(),
    intents: async ({ account, states, limit }) => {
      const found = await store.journal.intents({
        ...(account === null ? {} : { account: account as AccountName }), // a filter: a name that is none finds nothing
        ...(states === null ? {} : { states: states as IntentStateName[] }), // likewise
        limit,
      });
      return found.map(intentView);
    },
    alerts: () => store.firingIncidents(),
    orders: {
      apiToken: () => context.spec().server.apiToken,
      place: async (name, order, options) => {
        const account = context.spec().accounts.get(name as AccountName); // a name that is none finds nothing
        if (account === undefined) return null;
        return answerView(account.name, await keeper.order(account.name, order, options));
      },
    },
    hands: pageHands(io, daemon, reloader),
    page: pageReadings(io, daemon),
    random: io.random,
    notReady: () => (keeper.health.isStoreWell() ? [] : ['the store cannot be written']),
  });
}

/** Keeps what the passes saw, for `status`, the charts and after a restart: one commit a second at most. */
export async function keepSnapshots(io: CliIo, daemon: Daemon, stop: AbortSignal): Promise<void> {
  const { context, view } = daemon;
  let sampledAtMs = context.clock.monotonicMs();
  let noted: Mode | null = null;
  while (!stop.aborted) {
    noted = await keepMode(io, daemon, noted);
    await context.clock.sleep(SNAPSHOT_EVERY_MS, stop);
    const isDue = context.clock.monotonicMs() - sampledAtMs >= SAMPLES_EVERY_MS;
    if (isDue) sampledAtMs = context.clock.monotonicMs();
    await saveSeen(io, daemon, isDue ? view.tally.takeOver(io.clock.now()) : []);
  }
  await saveSeen(io, daemon, view.tally.takeAll());
}

/** Gives the mode that the store knows of. */
async function keepMode(io: CliIo, daemon: Daemon, noted: Mode | null): Promise<Mode | null> {
  const { context, store } = daemon;
  const { mode } = context.spec();
  if (mode === noted) return noted;
  try {
    await noteRunningMode(store, mode, io.clock.now());
    return mode;
  } catch (error) {
    context.log.error('mode.not_noted', { error });
    daemon.keeper.health.noteFailure(error);
    return noted;
  }
}

async function saveSeen(io: CliIo, daemon: Daemon, samples: readonly SampleRow[]): Promise<void> {
  const { store, view, context } = daemon;
  const now = io.clock.now();
  const changed = view.takeChanged(now).map((one) => ({ ...one, doc: cleanDoc(io, one.doc) }));
  try {
    // Asked for in one turn of the event loop, so that they share a commit.
    await Promise.all([
      changed.length === 0 ? null : store.snapshots.save(changed),
      samples.length === 0 ? null : store.samples.save(samples, { ...context.spec().history, now }),
    ]);
  } catch (error) {
    context.log.error('snapshots.failed', { error });
    daemon.keeper.health.noteFailure(error);
  }
}

function cleanDoc(io: CliIo, doc: string): string {
  return JSON.stringify(cleanTexts(JSON.parse(doc), (text) => io.redactor.clean(text)));
}

/** Pings the dead-man switch of the config until the stop. */
export async function beatHeart(io: CliIo, daemon: Daemon, stop: AbortSignal): Promise<void> {
  const { context, keeper } = daemon;
  const heartbeat = new Heartbeat({
    spec: () => context.spec().alerts.heartbeat,
    isWell: () => keeper.health.isWell(),
    clock: io.clock,
    random: io.random,
    log: context.log,
  });
  await heartbeat.run(stop);
}

/** Delivers messages until the stop. A store that cannot be written stops neither the daemon nor its watching. */
export async function deliverMessages(daemon: Daemon, stop: AbortSignal): Promise<void> {
  const { context, dispatcher, keeper } = daemon;
  while (!stop.aborted) {
    try {
      await dispatcher.run(stop);
    } catch (error) {
      context.log.error('alerts.failed', { error });
      keeper.health.noteFailure(error);
      await context.clock.sleep(DELIVER_AGAIN_MS, stop);
    }
  }
}
