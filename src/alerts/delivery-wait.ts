import { DAY_MS, HOUR_MS, MINUTE_MS, SECOND_MS } from '../domain/time.ts';
import type { DeliveryFailure } from './receiver.ts';

/** A message that could not be delivered for so long is given up, with an error in the log. */
export const GIVE_UP_AFTER_MS = 7 * DAY_MS;
/** And after so many tries at least: an hour apart at most, or a quarter of one, a week has more. */
const GIVE_UP_AFTER_TRIES = { slow: 100, brief: 600 };

const BRIEF_FIRST_MS = 5 * SECOND_MS;
const BRIEF_MAX_MS = 15 * MINUTE_MS;
/** What a person has to mend is asked for less often. */
const SLOW_FIRST_MS = MINUTE_MS;
const SLOW_MAX_MS = HOUR_MS;
/** No receiver may silence alerts for longer, whatever its Retry-After says. */
const RETRY_AFTER_MAX_MS = HOUR_MS;

/** For a clock that jumped makes a message old at once. */
export function giveUpAfterTries(failure: DeliveryFailure): number {
  const isSlow = isForPeople(failure) || (failure.retryAfterMs ?? 0) > BRIEF_MAX_MS;
  return GIVE_UP_AFTER_TRIES[isSlow ? 'slow' : 'brief'];
}

/**
 * How long to leave a receiver alone: doubling with `failures` (0 at the first), between half and all of it by
 * `uniform`, and never less than the receiver asked for within bounds.
 */
export function deliveryWaitMs(options: {
  failure: DeliveryFailure;
  failures: number;
  uniform: number;
}): number {
  const { failure, failures, uniform } = options;
  const isSlow = isForPeople(failure);
  const firstMs = isSlow ? SLOW_FIRST_MS : BRIEF_FIRST_MS;
  const maxMs = isSlow ? SLOW_MAX_MS : BRIEF_MAX_MS;
  const fullMs = Math.min(maxMs, firstMs * 2 ** Math.min(failures, 20));
  const askedMs = Math.min(RETRY_AFTER_MAX_MS, failure.retryAfterMs ?? 0);
  return Math.round(Math.max(askedMs, fullMs * (0.5 + uniform / 2)));
}

function isForPeople({ kind }: DeliveryFailure): boolean {
  return kind === 'wrong' || kind === 'rejected';
}
