import type { Clock } from '../../src/domain/ports.ts';
import { type EpochMs, epochMs } from '../../src/domain/time.ts';

/** Monday 23 November 2026, 15:00:00 UTC. */
export const START = Date.UTC(2026, 10, 23, 15);

type Timer = { readonly atMs: number; readonly done: () => void };

/** A clock that stands until it is pushed. Timers fire in the order of their time, then of their making. */
export class ManualClock implements Clock {
  #ms = 0;
  #timers: Timer[] = [];
  readonly sleptMs: number[] = [];

  now(): EpochMs {
    return epochMs(START + Math.round(this.#ms));
  }

  monotonicMs(): number {
    return this.#ms;
  }

  sinceBoot(): null {
    return null;
  }

  sleep(durationMs: number, signal?: AbortSignal): Promise<void> {
    this.sleptMs.push(durationMs);
    if (signal?.aborted === true) return Promise.resolve();
    return new Promise((resolve) => {
      const timer: Timer = { atMs: this.#ms + Math.max(0, durationMs), done: resolve };
      this.#timers.push(timer);
      signal?.addEventListener(
        'abort',
        () => {
          this.#timers = this.#timers.filter((other) => other !== timer);
          resolve();
        },
        { once: true },
      );
    });
  }

  /** Goes on by `durationMs`, stopping at every timer so that who waited for it runs first. */
  async advance(durationMs: number): Promise<void> {
    const endMs = this.#ms + durationMs;
    for (;;) {
      await settled();
      const next = this.#timers.toSorted((a, b) => a.atMs - b.atMs).at(0);
      if (next === undefined || next.atMs > endMs) break;
      this.#timers = this.#timers.filter((timer) => timer !== next);
      this.#ms = Math.max(this.#ms, next.atMs);
      next.done();
    }
    this.#ms = endMs;
    await settled();
  }

  /** Pushes the clock from timer to timer until `work` is done: for code that waits by itself. */
  async run<T>(work: Promise<T>): Promise<T> {
    let isDone = false;
    const end = () => {
      isDone = true;
    };
    work.then(end, end);
    for (;;) {
      await settled();
      if (isDone) return work;
      const next = this.#timers.toSorted((a, b) => a.atMs - b.atMs).at(0);
      if (next !== undefined) await this.advance(next.atMs - this.#ms);
    }
  }
}

/** Lets everything that can go on without time go on. */
function settled(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
