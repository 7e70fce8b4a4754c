import type { Clock } from '../../src/domain/ports.ts';
import { epochMs } from '../../src/domain/time.ts';
import type { Timeline } from './timeline.ts';

const TIMER_MAX_MS = 2 ** 31 - 1;
/** What health checks and the dispatcher sleep for between two looks. */
const HEARTBEAT_MS = 5_000;

/** What a machine's clock hangs on: when its process may run, and how wrong its wall clock is. */
export type Host = {
  /** Runs it now, when the process wakes from a pause, or never where it is dead. */
  readonly whenAwake: (run: () => void) => void;
  readonly skewMs: () => number;
  readonly bootedAtMs: number;
};

/** The clock of one process on one machine, in virtual time. */
export class HostClock implements Clock {
  readonly #timeline: Timeline;
  readonly #host: Host;

  constructor(timeline: Timeline, host: Host) {
    this.#timeline = timeline;
    this.#host = host;
  }

  now(): ReturnType<Clock['now']> {
    return epochMs(this.#timeline.nowMs + this.#host.skewMs());
  }

  monotonicMs(): number {
    return this.#timeline.nowMs - this.#host.bootedAtMs;
  }

  sinceBoot(): ReturnType<Clock['sinceBoot']> {
    return { boot: 'the only one', ms: this.#timeline.nowMs };
  }

  sleep(durationMs: number, signal?: AbortSignal): Promise<void> {
    if (signal?.aborted === true) return Promise.resolve();
    return new Promise((resolve) => {
      const done = (): void => {
        callOff();
        signal?.removeEventListener('abort', done);
        resolve();
      };
      const kind = durationMs === HEARTBEAT_MS ? 'heartbeat' : 'event';
      const waitMs = Math.min(Math.max(0, durationMs), TIMER_MAX_MS);
      const callOff = this.#timeline.after(waitMs, () => this.#host.whenAwake(done), kind);
      signal?.addEventListener('abort', done);
    });
  }
}
