import { configReloadFailed } from '../alerts/degraded-facts.ts';
import { fingerprint } from '../alerts/fingerprint.ts';
import type { IntentStateName } from '../charge/intent.ts';
import { formatProblems } from '../config/format-problems.ts';
import { loadConfig } from '../config/load-config.ts';
import type { AccountName } from '../domain/ids.ts';
import type { FleetSpec } from '../domain/spec.ts';
import { SECOND_MS } from '../domain/time.ts';
import { answerView } from '../keeper/answer-view.ts';
import { intentView } from '../keeper/view.ts';
import { type HttpServer, startHttpServer } from '../server/http-server.ts';
import { cleanTexts } from '../telemetry/clean-texts.ts';
import type { CliIo } from './cli-io.ts';
import type { Daemon } from './daemon.ts';

const SNAPSHOT_EVERY_MS = SECOND_MS;
const DELIVER_AGAIN_MS = 5 * SECOND_MS;

/** The HTTP face of a daemon, on the port of the config unless another is given. */
export function serveHttp(io: CliIo, daemon: Daemon, port?: number): Promise<HttpServer> {
  const { store, metrics, view, keeper, context } = daemon;
  const at = context.spec().server;
  return startHttpServer(port === undefined ? at : { ...at, port }, {
    metrics,
    clean: (text) => io.redactor.clean(text),
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
    notReady: () => (keeper.health.isStoreWell() ? [] : ['the store cannot be written']),
  });
}

/** Keeps what the passes saw, for `status` and for after a restart, one write a second at most. */
export async function keepSnapshots(io: CliIo, daemon: Daemon, stop: AbortSignal): Promise<void> {
  const { context } = daemon;
  while (!stop.aborted) {
    await context.clock.sleep(SNAPSHOT_EVERY_MS, stop);
    await saveSnapshots(io, daemon);
  }
  await saveSnapshots(io, daemon);
}

async function saveSnapshots(io: CliIo, daemon: Daemon): Promise<void> {
  const changed = daemon.view
    .takeChanged(io.clock.now())
    .map((one) => ({ ...one, doc: cleanDoc(io, one.doc) }));
  if (changed.length === 0) return;
  try {
    await daemon.store.snapshots.save(changed);
  } catch (error) {
    daemon.context.log.error('snapshots.failed', { error });
    daemon.keeper.health.noteFailure(error);
  }
}

function cleanDoc(io: CliIo, doc: string): string {
  return JSON.stringify(cleanTexts(JSON.parse(doc), (text) => io.redactor.clean(text)));
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

/** SIGHUP: a good file is swapped in whole; a bad one changes nothing and is told. */
export async function reload(io: CliIo, daemon: Daemon, path: string): Promise<void> {
  const { context, metrics, store } = daemon;
  const now = io.clock.now();
  const loaded = loadConfig({ path, env: io.env });
  if (!loaded.ok) {
    metrics.daemon.reloadFailed();
    const text = formatProblems(loaded.problems, { color: false });
    context.log.error('config.reload_failed', { problems: text, revision: context.spec().revision });
    const fact = configReloadFailed({
      message: text.split('\n')[0] ?? '',
      revision: context.spec().revision,
    });
    await store.journal.tell([{ kind: 'fire', fact }], now);
    context.onTold();
    return;
  }
  const before = context.spec();
  const kept = fixedParts(loaded.spec, before);
  if (kept.needsRestart.length > 0) context.log.warn('config.needs_restart', { keys: kept.needsRestart });
  daemon.setSpec(kept.spec);
  await daemon.keeper.respec();
  const over = fingerprint('purser.degraded', 'purser', 'config_reload_failed');
  await store.journal.tell(
    [{ kind: 'resolve', fingerprint: over, headline: 'The new config is loaded' }],
    now,
  );
  context.onTold();
  const names = new Set([...before.accounts.keys(), ...kept.spec.accounts.keys()]);
  const added = [...names].filter((name) => !before.accounts.has(name));
  const removed = [...names].filter((name) => !kept.spec.accounts.has(name));
  context.log.info('config.reloaded', { revision: kept.spec.revision, was: before.revision, added, removed });
}

/** Provider, store, mode and address are what the process was built on: they change with a restart only. */
function fixedParts(next: FleetSpec, now: FleetSpec) {
  const fixed = ['provider', 'store', 'server', 'mode'] as const;
  const isBrake = next.mode === 'observe';
  const needsRestart = fixed.filter(
    (key) => fixedText(next, key) !== fixedText(now, key) && !(key === 'mode' && isBrake),
  );
  const { provider, store } = now;
  const server = { ...now.server, apiToken: next.server.apiToken };
  // The brake works at once; letting it go wants a restart.
  const mode = next.mode === 'observe' ? next.mode : now.mode;
  return { spec: { ...next, provider, store, server, mode }, needsRestart };
}

/** The address of the server is fixed, its token is not. */
function fixedText(spec: FleetSpec, key: 'provider' | 'store' | 'server' | 'mode'): string {
  const { host, port } = spec.server;
  return JSON.stringify(key === 'server' ? { host, port } : spec[key]);
}
