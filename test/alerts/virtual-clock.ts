import { setImmediate } from 'node:timers/promises';
import type { Clock, Random } from '../../src/domain/ports.ts';
import { addMs, type EpochMs, epochMs } from '../../src/domain/time.ts';

/** Whoever sleeps moves it: real requests are answered in between, and a week passes in a moment. */
export class VirtualClock implements Clock {
  readonly start: EpochMs;
  #now: EpochMs;

  constructor(start = epochMs(Date.UTC(2026, 10, 23, 12))) {
    this.start = start;
    this.#now = start;
  }

  now(): EpochMs {
    return this.#now;
  }

  monotonicMs(): number {
    return this.#now;
  }

  sinceBoot(): null {
    return null;
  }

  async sleep(durationMs: number, signal?: AbortSignal): Promise<void> {
    const until = addMs(this.#now, durationMs);
    await setImmediate();
    if (signal?.aborted !== true && until > this.#now) this.#now = until;
  }

  advance(durationMs: number): void {
    this.#now = addMs(this.#now, durationMs);
  }
}

/** A constant in the place of chance. */
export const evenRandom: Random = { uniform: () => 0.5, hex: (count) => '5a'.repeat(count) };
