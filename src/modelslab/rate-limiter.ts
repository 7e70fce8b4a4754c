import type { Endpoint, RateClass } from '../contract/endpoints.ts';
import { RATE_LIMITS_PER_MINUTE } from '../contract/limits.ts';
import type { AccountName } from '../domain/ids.ts';
import type { Clock } from '../domain/ports.ts';
import { type RateNews, RateWindow } from './rate-window.ts';

/** Never used: another process, a dashboard or a person may share the account. */
const RESERVE: Readonly<Record<RateClass, number>> = { auth: 2, billing: 1, general: 12 };
/** Kept for calls that move money, on top: reading cards or polling a payment link must not starve a top-up. */
const MONEY_RESERVE: Readonly<Record<RateClass, number>> = { auth: 0, billing: 5, general: 0 };

const LINE_MAX = 256;
const SWEEP_EVERY = 4_096;

type Waiter = { wake: AbortController };
type Bucket = { readonly window: RateWindow; readonly lines: { money: Waiter[]; rest: Waiter[] } };

export type Patience = { readonly timeoutMs: number; readonly signal?: AbortSignal | undefined };

/**
 * Keeps every account under the provider's limits (API sheet, "Rate limits"), so that purser earns no 429 in normal
 * running. One window per account and rate class; calls that move money stand in a line of their own. Waiting is
 * bounded, in order of arrival, and done by the injected clock.
 */
export class RateLimiter {
  readonly #clock: Clock;
  readonly #buckets: Readonly<Record<RateClass, Map<AccountName, Bucket>>> = {
    auth: new Map(),
    billing: new Map(),
    general: new Map(),
  };
  #takes = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Takes one request; false where none would come free within the patience, or the signal aborted. */
  acquire(account: AccountName, endpoint: Endpoint, patience: Patience): Promise<boolean> {
    return this.#wait(this.#bucket(account, endpoint.rate), endpoint, patience, 'take');
  }

  /** Waits until a request could go, and takes nothing: for callers that must journal before they send. */
  ready(account: AccountName, endpoint: Endpoint, patience: Patience): Promise<boolean> {
    return this.#wait(this.#bucket(account, endpoint.rate), endpoint, patience, 'look');
  }

  learn(account: AccountName, endpoint: Endpoint, news: RateNews): void {
    this.#bucket(account, endpoint.rate).window.learn(this.#clock.monotonicMs(), news);
  }

  /** Windows held in memory; idle ones are swept away. */
  get size(): number {
    return Object.values(this.#buckets).reduce((sum, buckets) => sum + buckets.size, 0);
  }

  async #wait(
    bucket: Bucket,
    endpoint: Endpoint,
    patience: Patience,
    purpose: 'take' | 'look',
  ): Promise<boolean> {
    const line = endpoint.movesMoney ? bucket.lines.money : bucket.lines.rest;
    if (line.length >= LINE_MAX) return false;
    const allowance = allowanceOf(endpoint);
    const enteredMs = this.#clock.monotonicMs();
    if (
      line.length === 0 &&
      patience.signal?.aborted !== true &&
      bucket.window.waitMs(enteredMs, allowance) <= 0
    ) {
      if (purpose === 'take') this.#take(bucket, enteredMs);
      return true;
    }
    const deadlineMs = enteredMs + patience.timeoutMs;
    const waiter: Waiter = { wake: new AbortController() };
    const onAbort = () => waiter.wake.abort();
    patience.signal?.addEventListener('abort', onAbort);
    line.push(waiter);
    try {
      while (patience.signal?.aborted !== true) {
        const nowMs = this.#clock.monotonicMs();
        const isHead = line[0] === waiter;
        const waitMs = isHead ? bucket.window.waitMs(nowMs, allowance) : Number.POSITIVE_INFINITY;
        if (waitMs <= 0) {
          if (purpose === 'take') this.#take(bucket, nowMs);
          return true;
        }
        const leftMs = deadlineMs - nowMs;
        if (leftMs <= 0 || (isHead && waitMs > leftMs)) return false;
        waiter.wake = new AbortController();
        await this.#clock.sleep(Math.min(waitMs, leftMs), waiter.wake.signal);
      }
      return false;
    } finally {
      patience.signal?.removeEventListener('abort', onAbort);
      line.splice(line.indexOf(waiter), 1);
      line[0]?.wake.abort();
    }
  }

  #take(bucket: Bucket, nowMs: number): void {
    bucket.window.take(nowMs);
    this.#takes += 1;
    if (this.#takes % SWEEP_EVERY === 0) this.#sweep(nowMs);
  }

  #bucket(account: AccountName, rate: RateClass): Bucket {
    const buckets = this.#buckets[rate];
    const known = buckets.get(account);
    if (known !== undefined) return known;
    const fresh: Bucket = { window: new RateWindow(), lines: { money: [], rest: [] } };
    buckets.set(account, fresh);
    return fresh;
  }

  #sweep(nowMs: number): void {
    for (const buckets of Object.values(this.#buckets)) {
      for (const [account, bucket] of buckets) {
        const isWaitedFor = bucket.lines.money.length + bucket.lines.rest.length > 0;
        if (!isWaitedFor && bucket.window.isIdle(nowMs)) buckets.delete(account);
      }
    }
  }
}

function allowanceOf(endpoint: Endpoint): { limit: number; reserve: number } {
  const { rate, movesMoney } = endpoint;
  return {
    limit: RATE_LIMITS_PER_MINUTE[rate],
    reserve: RESERVE[rate] + (movesMoney ? 0 : MONEY_RESERVE[rate]),
  };
}
