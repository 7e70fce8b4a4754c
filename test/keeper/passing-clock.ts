import type { Clock } from '../../src/domain/ports.ts';
import type { ManualClock } from '../sandbox/manual-clock.ts';

/**
 * The sandbox's clock as a keeper sees it whose passes a test makes one by one: while such a keeper sleeps nothing
 * else happens, so its sleep lets the time pass for all.
 */
export class PassingClock implements Clock {
  readonly #shared: ManualClock;

  constructor(shared: ManualClock) {
    this.#shared = shared;
  }

  now(): ReturnType<Clock['now']> {
    return this.#shared.now();
  }

  monotonicMs(): number {
    return this.#shared.monotonicMs();
  }

  sinceBoot(): ReturnType<Clock['sinceBoot']> {
    return this.#shared.sinceBoot();
  }

  async sleep(durationMs: number, signal?: AbortSignal): Promise<void> {
    if (signal?.aborted !== true && Number.isFinite(durationMs))
      this.#shared.advance(Math.max(0, durationMs));
  }
}
