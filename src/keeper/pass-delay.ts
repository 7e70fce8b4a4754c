import { MINUTE_MS, SECOND_MS } from '../domain/time.ts';

/** Not sooner than this again, whatever a pass asks for: no account can spin. */
export const PASS_GAP_MIN_MS = 200;
/** What was open, or could not be seen, and asks for no time of its own. */
const UNFINISHED_MS = MINUTE_MS;
/** While somebody waits for an order. */
const ORDER_PAUSE_MS = 2 * SECOND_MS;
/** For each pass in a row that saw nothing: asking on at once would use the rate limit up for when it can be seen. */
const BLIND_PAUSE_MS = 2 * SECOND_MS;
const BLIND_PAUSE_MAX_MS = 10 * SECOND_MS;
/** Passes for new orders begin so far apart at least: two reads each, well under the provider's 120 a minute. */
const ORDER_GAP_MS = 1_250;

/** How long from the end of a pass to the next one over the same account. */
export function passDelayMs(after: {
  /** Until the next poll; infinite where a cron expression says when. */
  readonly pollMs: number;
  /** Until what the pass asked for; infinite where it asked for nothing. */
  readonly askedMs: number;
  readonly isUnfinished: boolean;
  readonly hasOrders: boolean;
  /** Passes in a row that could not see the account. */
  readonly failures: number;
}): number {
  const { pollMs, askedMs } = after;
  // What is open, and what could not be seen, is looked after between the ticks of a rare schedule too.
  const careMs = after.isUnfinished && askedMs === Number.POSITIVE_INFINITY ? UNFINISHED_MS : askedMs;
  const orderMs = after.hasOrders ? ORDER_PAUSE_MS : Number.POSITIVE_INFINITY;
  const blindMs = Math.min(BLIND_PAUSE_MAX_MS, after.failures * BLIND_PAUSE_MS);
  return Math.max(PASS_GAP_MIN_MS, blindMs, Math.min(pollMs, careMs, orderMs));
}

/** How long a new order waits for its pass: those that come meanwhile share it. */
export function orderDelayMs(sinceLastPassMs: number): number {
  return Math.max(0, ORDER_GAP_MS - sinceLastPassMs);
}
