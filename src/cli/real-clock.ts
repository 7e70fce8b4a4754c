import type { Clock } from '../domain/ports.ts';
import { epochMs } from '../domain/time.ts';

/** A timer set beyond this fires at once. */
const TIMER_MAX_MS = 2 ** 31 - 1;

export const realClock: Clock = {
  now: () => epochMs(Date.now()),
  monotonicMs: () => performance.now(),
  sleep: (durationMs, signal) =>
    new Promise((resolve) => {
      if (signal?.aborted === true) {
        resolve();
        return;
      }
      const done = (): void => {
        clearTimeout(timer);
        signal?.removeEventListener('abort', done);
        resolve();
      };
      const timer = setTimeout(done, Math.min(Math.max(0, durationMs), TIMER_MAX_MS));
      signal?.addEventListener('abort', done);
    }),
};
