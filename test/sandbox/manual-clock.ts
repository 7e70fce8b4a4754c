import type { Clock } from '../../src/domain/ports.ts';
import { epochMs } from '../../src/domain/time.ts';

/** 2026-11-23T12:00:00Z. */
export const START_MS = Date.UTC(2026, 10, 23, 12);

/** A clock that stands still until it is told to go on. */
export class ManualClock implements Clock {
  #nowMs = START_MS;
  #sleepers: { readonly atMs: number; readonly wake: () => void }[] = [];

  now(): ReturnType<Clock['now']> {
    return epochMs(this.#nowMs);
  }

  monotonicMs(): number {
    return this.#nowMs;
  }

  sinceBoot(): ReturnType<Clock['sinceBoot']> {
    return { boot: 'manual', ms: this.#nowMs };
  }

  sleep(durationMs: number, signal?: AbortSignal): Promise<void> {
    if (signal?.aborted === true || durationMs <= 0) return Promise.resolve();
    return new Promise((resolve) => {
      this.#sleepers.push({ atMs: this.#nowMs + durationMs, wake: resolve });
      signal?.addEventListener('abort', () => resolve(), { once: true });
    });
  }

  /** How many are waiting for the time to come. */
  sleeperCount(): number {
    return this.#sleepers.length;
  }

  advance(durationMs: number): void {
    this.#nowMs += durationMs;
    const due = this.#sleepers.filter((sleeper) => sleeper.atMs <= this.#nowMs);
    this.#sleepers = this.#sleepers.filter((sleeper) => sleeper.atMs > this.#nowMs);
    for (const sleeper of due) sleeper.wake();
  }
}
