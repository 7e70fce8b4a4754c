import { MINUTE_MS, SECOND_MS } from '../domain/time.ts';

/**
 * Instants are ours at sending, the provider counts arrivals: two requests may arrive closer together than they left.
 * The window is therefore longer than the provider's minute.
 */
const WINDOW_MS = MINUTE_MS + 2 * SECOND_MS;
const HOLD_MAX_MS = 10 * MINUTE_MS;

/** What an answer said about the limiter, times on our monotonic clock. */
export type RateNews = {
  /** When the request that was answered was taken. */
  readonly takenMs: number;
  /** `X-RateLimit-Remaining`, or `null`. */
  readonly remaining: number | null;
  /** How long until `X-RateLimit-Reset`, or `null`. */
  readonly resetInMs: number | null;
  /** On a 429: how long to keep quiet. */
  readonly holdMs: number | null;
};

/**
 * The requests of one account in one rate class: a sliding window, exact over every span of a minute, so that it fits
 * a fixed window at the provider as well as a sliding one. The provider's headers only ever make it narrower: they
 * reveal what another process or a person spends from the same allowance.
 */
export class RateWindow {
  readonly #takenMs: number[] = [];
  /** What the provider said is left, less what was taken since; `null` where nothing lower is known. */
  #left: { count: number; untilMs: number } | null = null;
  #heldUntilMs = Number.NEGATIVE_INFINITY;

  /** Milliseconds until a request may go, leaving `reserve` of the `limit` untouched; 0 is now. Takes nothing. */
  waitMs(nowMs: number, allowance: { limit: number; reserve: number }): number {
    this.#forget(nowMs);
    const usable = Math.max(1, allowance.limit - allowance.reserve);
    let atMs = Math.max(nowMs, this.#heldUntilMs);
    const blocking = this.#takenMs[this.#takenMs.length - usable];
    if (blocking !== undefined) atMs = Math.max(atMs, blocking + WINDOW_MS);
    if (this.#left !== null && this.#left.count <= allowance.reserve)
      atMs = Math.max(atMs, this.#left.untilMs);
    return atMs - nowMs;
  }

  take(nowMs: number): void {
    this.#takenMs.push(nowMs);
    if (this.#left !== null) this.#left.count -= 1;
  }

  learn(nowMs: number, news: RateNews): void {
    if (news.holdMs !== null) {
      this.#heldUntilMs = Math.max(this.#heldUntilMs, nowMs + Math.min(news.holdMs, HOLD_MAX_MS));
    }
    if (news.remaining === null) return;
    // Requests taken after this one may not be in the provider's number yet.
    const later =
      this.#takenMs.length - 1 - this.#takenMs.findLastIndex((takenMs) => takenMs <= news.takenMs);
    const count = news.remaining - later;
    const untilMs = nowMs + Math.min(Math.max(news.resetInMs ?? WINDOW_MS, 0), WINDOW_MS);
    this.#forget(nowMs);
    const isLower =
      this.#left === null || count < this.#left.count || untilMs > this.#left.untilMs + SECOND_MS;
    if (isLower) this.#left = { count, untilMs };
  }

  /** True where nothing that was seen matters any more. */
  isIdle(nowMs: number): boolean {
    this.#forget(nowMs);
    return this.#takenMs.length === 0 && this.#left === null && this.#heldUntilMs <= nowMs;
  }

  #forget(nowMs: number): void {
    const [oldest] = this.#takenMs;
    if (oldest !== undefined && oldest + WINDOW_MS <= nowMs) {
      const alive = this.#takenMs.findIndex((takenMs) => takenMs + WINDOW_MS > nowMs);
      this.#takenMs.splice(0, alive === -1 ? this.#takenMs.length : alive);
    }
    if (this.#left !== null && this.#left.untilMs <= nowMs) this.#left = null;
  }
}
