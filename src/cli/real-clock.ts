import { readFileSync } from 'node:fs';
import { uptime } from 'node:os';
import type { Clock } from '../domain/ports.ts';
import { epochMs, SECOND_MS } from '../domain/time.ts';

/** A timer set beyond this fires at once. */
const TIMER_MAX_MS = 2 ** 31 - 1;

const boot = bootId();

export const realClock: Clock = {
  now: () => epochMs(Date.now()),
  monotonicMs: () => performance.now(),
  sinceBoot: () => (boot === null ? null : { boot, ms: Math.round(uptime() * SECOND_MS) }),
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

/** Linux alone has one. */
function bootId(): string | null {
  try {
    return readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
  } catch {
    return null;
  }
}
