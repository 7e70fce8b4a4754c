import type { RateClass } from '../../contract/endpoints.ts';
import { RATE_LIMITS_PER_MINUTE } from '../../contract/limits.ts';
import { addMs, type EpochMs, MINUTE_MS } from '../../domain/time.ts';
import type { LimitWindow } from './world.ts';

export type Allowance = {
  readonly isAllowed: boolean;
  readonly remaining: number;
  readonly resetAt: EpochMs;
};

/** Counts one request in its window, in real time (API sheet, "Rate limits"). A refused request is not counted. */
export function countRequest(
  windows: Record<string, LimitWindow>,
  slot: { readonly name: string; readonly rate: RateClass },
  now: EpochMs,
): Allowance {
  const limit = RATE_LIMITS_PER_MINUTE[slot.rate];
  let window = Object.hasOwn(windows, slot.name) ? windows[slot.name] : undefined;
  if (window === undefined || window.resetAt <= now) {
    window = { count: 0, resetAt: addMs(now, MINUTE_MS) };
    windows[slot.name] = window;
  }
  const isAllowed = window.count < limit;
  if (isAllowed) window.count += 1;
  return { isAllowed, remaining: limit - window.count, resetAt: window.resetAt };
}

/** The headers of every response; Unix seconds, rounded up so that a client that waits is never early. */
export function limitHeaders(allowance: Allowance): Record<string, string> {
  return {
    'X-RateLimit-Remaining': String(allowance.remaining),
    'X-RateLimit-Reset': String(Math.ceil(allowance.resetAt / 1_000)),
  };
}

export function retryAfterSeconds(resetAt: EpochMs, now: EpochMs): number {
  return Math.max(1, Math.ceil((resetAt - now) / 1_000));
}

/** The window of a request that no limiter could count, because nobody is known to have sent it. */
export function fullAllowance(rate: RateClass, now: EpochMs): Allowance {
  return { isAllowed: true, remaining: RATE_LIMITS_PER_MINUTE[rate], resetAt: addMs(now, MINUTE_MS) };
}
