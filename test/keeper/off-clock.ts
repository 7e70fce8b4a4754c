import type { Clock } from '../../src/domain/ports.ts';
import { addMs } from '../../src/domain/time.ts';
import { PassingClock } from './passing-clock.ts';

/** The clock of a host, which is off by so much. */
export class OffClock extends PassingClock {
  offMs = 0;

  override now(): ReturnType<Clock['now']> {
    return addMs(super.now(), this.offMs);
  }
}
