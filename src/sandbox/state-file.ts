import { existsSync, readFileSync } from 'node:fs';
import { mkdir, open, rename } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { Clock } from '../domain/ports.ts';
import { PurserError } from '../domain/purser-error.ts';
import type { World } from './provider/world.ts';

/**
 * The world on disk: written to a temporary file, flushed, renamed. `save` resolves once a state that is at least as
 * new as the call is safe; calls that come while one is being written share the next.
 */
export class StateFile {
  readonly #path: string;
  readonly #world: World;
  readonly #clock: Clock;
  #running: Promise<void> | null = null;
  #waiting: Promise<void> | null = null;
  #savedRevision = -1;

  constructor(options: { readonly path: string; readonly world: World; readonly clock: Clock }) {
    this.#path = options.path;
    this.#world = options.world;
    this.#clock = options.clock;
  }

  /** True where a charge, a card, a subscription, a key or a token is not on disk yet. */
  isBehind(): boolean {
    return this.#world.revision !== this.#savedRevision;
  }

  save(): Promise<void> {
    if (this.#running === null) return this.#start();
    this.#waiting ??= this.#running.then(
      () => this.#start(),
      () => this.#start(),
    );
    return this.#waiting;
  }

  #start(): Promise<void> {
    this.#waiting = null;
    this.#running = this.#write().finally(() => {
      this.#running = null;
    });
    return this.#running;
  }

  async #write(): Promise<void> {
    const { revision } = this.#world;
    this.#world.savedAt = this.#clock.now();
    await mkdir(dirname(this.#path), { recursive: true });
    const temporary = `${this.#path}.tmp`;
    const file = await open(temporary, 'w', 0o600);
    try {
      await file.writeFile(JSON.stringify(this.#world));
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(temporary, this.#path);
    const folder = await open(dirname(this.#path), 'r');
    try {
      await folder.sync();
    } finally {
      await folder.close();
    }
    this.#savedRevision = revision;
  }
}

/** The world of a file; `null` where there is no file. A file that is none of ours is refused, never overwritten. */
export function readWorld(path: string): World | null {
  if (!existsSync(path)) return null;
  const parsed = parse(path);
  const isOurs = typeof parsed === 'object' && parsed !== null && 'version' in parsed && parsed.version === 1;
  if (!isOurs) throw unreadable(path, undefined);
  return parsed as World; // Only `StateFile` writes such files, whole, from a World of this version.
}

function parse(path: string): unknown {
  try {
    return JSON.parse(readFileSync(path, 'utf8'));
  } catch (cause) {
    throw unreadable(path, cause);
  }
}

function unreadable(path: string, cause: unknown): PurserError {
  return new PurserError({
    code: 'sandbox_state_unreadable',
    message: `${path} is not a state file of this sandbox`,
    mend: 'Name another file, or delete this one to start a new world.',
    cause,
  });
}
