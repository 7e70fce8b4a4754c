import { configReloadFailed } from '../alerts/degraded-facts.ts';
import { fingerprint } from '../alerts/fingerprint.ts';
import { formatProblems } from '../config/format-problems.ts';
import { type LoadedConfig, loadConfig } from '../config/load-config.ts';
import { RecordingDisk } from '../config/recording-disk.ts';
import type { FleetSpec } from '../domain/spec.ts';
import { SECOND_MS } from '../domain/time.ts';
import type { CliIo } from './cli-io.ts';
import type { Daemon } from './daemon.ts';

const LOOK_EVERY_MS = 2 * SECOND_MS;

/**
 * Takes the config over while the daemon runs: at SIGHUP, and by itself where a file that it was read from has another
 * content (the config, what it includes, a secret). A good config is swapped in whole; a bad one changes nothing and is
 * told.
 */
export class Reloader {
  readonly #io: CliIo;
  readonly #daemon: Daemon;
  readonly #path: string;
  #disk: RecordingDisk;
  #working: Promise<void> = Promise.resolve();

  /** `disk` recorded the load that the daemon runs on. */
  constructor(io: CliIo, daemon: Daemon, from: { readonly path: string; readonly disk: RecordingDisk }) {
    this.#io = io;
    this.#daemon = daemon;
    this.#path = from.path;
    this.#disk = from.disk;
  }

  /** Reloads whatever the content, one after the other; never rejects. */
  reload(): Promise<void> {
    return this.#queue(() => true);
  }

  /**
   * Looks after the files until the stop. A change counts when it has held still from one look to the next, so that a
   * file is not read while somebody writes it.
   */
  async watch(stop: AbortSignal): Promise<void> {
    let before = this.#disk.stamps();
    while (!stop.aborted) {
      await this.#io.clock.sleep(LOOK_EVERY_MS, stop);
      const now = this.#disk.stamps();
      if (now === before && now !== this.#disk.stampsThen() && !stop.aborted) {
        const digest = this.#disk.digest();
        await this.#queue((disk) => disk.digest() !== digest);
      }
      before = now;
    }
    await this.#working;
  }

  #queue(isWanted: (disk: RecordingDisk) => boolean): Promise<void> {
    this.#working = this.#working
      .then(async () => {
        const disk = new RecordingDisk();
        const loaded = loadConfig({ path: this.#path, env: this.#io.env, disk });
        this.#disk = disk;
        if (isWanted(disk)) await takeOver(this.#io, this.#daemon, loaded);
      })
      .catch((error: unknown) => this.#daemon.context.log.error('config.reload_failed', { error }));
    return this.#working;
  }
}

async function takeOver(io: CliIo, daemon: Daemon, loaded: LoadedConfig): Promise<void> {
  const { context, metrics, store } = daemon;
  const now = io.clock.now();
  const before = context.spec();
  const foreign = loaded.ok ? FLEET_PARTS.filter((key) => isOther(key, loaded.spec, before)) : [];
  if (loaded.ok && foreign.length > 0 && isBrake(loaded.spec, before)) {
    daemon.setSpec({ ...before, mode: 'observe' });
    await daemon.keeper.respec();
  }
  if (!loaded.ok || foreign.length > 0) {
    metrics.daemon.reloadFailed();
    const text = loaded.ok
      ? `${foreign.join(' and ')} changed, which needs a restart: nothing of the new config is taken over`
      : // A line that is half written may hold a secret where none belongs: the log gets places and sentences only.
        formatProblems(
          loaded.problems.map((problem) => ({ ...problem, excerpt: '' })),
          { color: false },
        );
    const { revision } = before;
    context.log.error('config.reload_failed', { problems: text, revision });
    const fact = configReloadFailed({ message: text.split('\n')[0] ?? '', revision });
    await store.journal.tell([{ kind: 'fire', fact }], now);
    context.onTold();
    return;
  }
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

/** A config with another one of these is about another fleet: its tokens, accounts and caps go together with them. */
const FLEET_PARTS = ['provider', 'store'] as const;

/** The mode and the address change with a restart only. */
function fixedParts(next: FleetSpec, now: FleetSpec) {
  const needsRestart = (['server', 'mode'] as const).filter(
    (key) => isOther(key, next, now) && !(key === 'mode' && isBrake(next, now)),
  );
  const server = { ...now.server, apiToken: next.server.apiToken };
  // The brake works at once; letting it go wants a restart.
  const mode = next.mode === 'observe' ? next.mode : now.mode;
  return { spec: { ...next, server, mode }, needsRestart };
}

function isBrake(next: FleetSpec, now: FleetSpec): boolean {
  return next.mode === 'observe' && now.mode !== 'observe';
}

function isOther(key: 'provider' | 'store' | 'server' | 'mode', next: FleetSpec, now: FleetSpec): boolean {
  return fixedText(next, key) !== fixedText(now, key);
}

/** The address of the server is fixed, its token is not. */
function fixedText(spec: FleetSpec, key: 'provider' | 'store' | 'server' | 'mode'): string {
  const { host, port } = spec.server;
  return JSON.stringify(key === 'server' ? { host, port } : spec[key]);
}
