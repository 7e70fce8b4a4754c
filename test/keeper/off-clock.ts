import type { Clock } from '../../src/domain/ports.ts';
import { addMs } from '../../src/domain/time.ts';
import { PassingClock } from './passing-clock.ts';

/** The clock of a daemon's host on time that a test steps: off by `off.ms`. */
export function hostClock(right: Clock): { readonly off: { ms: number }; readonly clock: Clock } {
  const off = { ms: 0 };
  const clock: Clock = {
    now: () => addMs(right.now(), off.ms),
    monotonicMs: () => right.monotonicMs(),
    sinceBoot: () => right.sinceBoot(),
    sleep: (durationMs, signal) => right.sleep(durationMs, signal),
  };
  return { off, clock };
}

/** The clock of a host, which is off by so much. */
export class OffClock extends PassingClock {
  offMs = 0;

  override now(): ReturnType<Clock['now']> {
    return addMs(super.now(), this.offMs);
  }
}
