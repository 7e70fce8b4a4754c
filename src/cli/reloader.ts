import { configNeedsRestart, configReloadFailed } from '../alerts/degraded-facts.ts';
import { fingerprint } from '../alerts/fingerprint.ts';
import { changedSettings, type Settings } from '../config/changed-settings.ts';
import { filesDisk } from '../config/config-disk.ts';
import { formatProblems } from '../config/format-problems.ts';
import { type LoadedConfig, loadConfig } from '../config/load-config.ts';
import { RecordingDisk } from '../config/recording-disk.ts';
import type { IncidentChange, IncidentFact } from '../domain/incident.ts';
import type { FleetSpec } from '../domain/spec.ts';
import { MINUTE_MS, SECOND_MS } from '../domain/time.ts';
import type { CliIo } from './cli-io.ts';
import type { Daemon } from './daemon.ts';

const LOOK_EVERY_MS = 2 * SECOND_MS;
const TELL_EVERY_MS = MINUTE_MS;

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
  /** Of the config that the daemon runs on. */
  #settings: Settings;
  #changed: readonly string[] = [];
  #working: Promise<unknown> = Promise.resolve();
  /** Whether the last load was taken over, or refused, to its end. */
  #isDone = true;
  /** What it gave to tell, by fingerprint, until the store has taken it. */
  readonly #untold = new Map<string, IncidentChange>();
  /** What of it still holds: told to the store every minute, which repeats it to people when its time has come. */
  readonly #firing = new Map<string, IncidentChange>();
  #toldAtMs = 0;
  /** One that has not begun. */
  #waiting: Promise<string | null> | null = null;

  /** `disk` recorded the load that the daemon runs on, `settings` is what it said. */
  constructor(
    io: CliIo,
    daemon: Daemon,
    from: { readonly path: string; readonly disk: RecordingDisk; readonly settings: Settings },
  ) {
    this.#io = io;
    this.#daemon = daemon;
    this.#path = from.path;
    this.#disk = from.disk;
    this.#settings = from.settings;
  }

  /** What the last good load changed, in words. */
  get changed(): readonly string[] {
    return this.#changed;
  }

  /**
   * Reloads whatever the content; never rejects. Whoever asks while one waits for its turn gets that one. Gives why the
   * config was not taken over, or `null`.
   */
  reload(): Promise<string | null> {
    this.#waiting ??= this.#inTurn(() => {
      this.#waiting = null;
      return this.#load(() => true);
    });
    return this.#waiting;
  }

  /**
   * Looks after the files until the stop. A change counts when it has held still from one look to the next, so that a
   * file is not read while somebody writes it. What a store that could not be written has held up is tried again.
   */
  async watch(stop: AbortSignal): Promise<void> {
    let before = this.#disk.stamps();
    while (!stop.aborted) {
      await this.#io.clock.sleep(LOOK_EVERY_MS, stop);
      const now = this.#disk.stamps();
      const isChanged = now === before && now !== this.#disk.stampsThen();
      if ((isChanged || !this.#isDone) && !stop.aborted) {
        const digest = this.#disk.digest();
        await this.#inTurn(() => this.#load((disk) => !this.#isDone || disk.digest() !== digest));
      } else if (this.#untold.size > 0 || this.#isRepeatDue()) await this.#inTurn(() => this.#tell());
      before = now;
    }
    await this.#working;
  }

  async #load(isWanted: (disk: RecordingDisk) => boolean): Promise<string | null> {
    const disk = new RecordingDisk(filesDisk);
    const loaded = loadConfig({ path: this.#path, env: this.#io.env, disk });
    this.#disk = disk;
    if (!isWanted(disk)) return null;
    this.#isDone = false;
    const settings = loaded.ok ? loaded.settings() : this.#settings;
    const changed = changedSettings(this.#settings, settings);
    const { refused, news } = await takeOver(this.#daemon, loaded, changed);
    for (const change of news) {
      this.#untold.set(fingerprintOf(change), change);
      if (change.kind === 'fire') this.#firing.set(fingerprintOf(change), change);
      else this.#firing.delete(fingerprintOf(change));
    }
    if (refused === null) {
      this.#settings = settings;
      this.#changed = changed;
    }
    this.#isDone = true;
    await this.#tell().catch((error: unknown) => this.#noteFailure(error)); // `watch` tells it again
    return refused === null ? null : `${refused.headline}. ${refused.detail}`;
  }

  async #tell(): Promise<void> {
    const { context, store } = this.#daemon;
    const changes = new Map([...this.#firing, ...this.#untold]);
    await store.journal.tell([...changes.values()], this.#io.clock.now());
    this.#toldAtMs = this.#io.clock.monotonicMs();
    this.#untold.clear();
    context.onTold();
  }

  #isRepeatDue(): boolean {
    return this.#firing.size > 0 && this.#io.clock.monotonicMs() - this.#toldAtMs >= TELL_EVERY_MS;
  }

  #inTurn<Result>(work: () => Promise<Result>): Promise<Result | string> {
    const done = this.#working.then(work).catch((error: unknown) => this.#noteFailure(error));
    this.#working = done;
    return done;
  }

  #noteFailure(error: unknown): string {
    this.#daemon.context.log.error('config.reload_failed', { error });
    const why = error instanceof Error ? error.message : String(error);
    return `The config is not taken over to its end: ${why}. It is tried again every ${LOOK_EVERY_MS / SECOND_MS} s.`;
  }
}

function fingerprintOf(change: IncidentChange): string {
  return 'fact' in change ? change.fact.fingerprint : change.fingerprint;
}

/** Gives what is to be told of it, and which of that says why it was not taken over. */
async function takeOver(
  daemon: Daemon,
  loaded: LoadedConfig,
  changed: readonly string[],
): Promise<{ readonly refused: IncidentFact | null; readonly news: readonly IncidentChange[] }> {
  const { context, metrics } = daemon;
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
    return { refused: fact, news: [{ kind: 'fire', fact }] };
  }
  const kept = fixedParts(loaded.spec, before);
  if (kept.needsRestart.length > 0) context.log.warn('config.needs_restart', { keys: kept.needsRestart });
  daemon.setSpec(kept.spec);
  await daemon.keeper.respec();
  const names = new Set([...before.accounts.keys(), ...kept.spec.accounts.keys()]);
  const added = [...names].filter((name) => !before.accounts.has(name));
  const removed = [...names].filter((name) => !kept.spec.accounts.has(name));
  const { revision } = kept.spec;
  context.log.info('config.reloaded', { revision, was: before.revision, added, removed, changed });
  const isGood = over('config_reload_failed', 'The new config is loaded');
  return { refused: null, news: [isGood, restartChange(kept, loaded.spec)] };
}

function restartChange({ needsRestart }: ReturnType<typeof fixedParts>, next: FleetSpec): IncidentChange {
  if (needsRestart.length === 0) return over('config_needs_restart', 'The config wants no restart any more');
  const parts = needsRestart.map((key) => (key === 'mode' ? `mode ${next.mode}` : key));
  return { kind: 'fire', fact: configNeedsRestart({ parts }) };
}

function over(detail: string, headline: string): IncidentChange {
  return { kind: 'resolve', fingerprint: fingerprint('purser.degraded', 'purser', detail), headline };
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
