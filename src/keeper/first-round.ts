import { capScopes } from '../domain/cap-scopes.ts';
import type { AccountName } from '../domain/ids.ts';
import type { AccountSpec, FleetSpec } from '../domain/spec.ts';
import { MINUTE_MS } from '../domain/time.ts';

/** From the first account that was seen: one that cannot be seen holds the others up no longer than that. */
export const ROUND_MAX_MS = 2 * MINUTE_MS;

/**
 * Who was not looked at yet since the daemon started, or since they came into the config. What others charged meanwhile
 * counts against shared caps only once it is seen, so nothing is charged against those before everybody had a turn.
 * `nowMs` is of the monotonic clock.
 */
export class FirstRound {
  readonly #waiting = new Set<AccountName>();
  #isBegun = false;
  #endsAtMs: number | null = null;

  /** `leftMs` is what a round that an earlier process began still has; `null` where none has seen anybody. */
  begin(waiting: Iterable<AccountName>, { leftMs, nowMs }: { leftMs: number | null; nowMs: number }): void {
    this.#isBegun = true;
    for (const account of waiting) this.join(account);
    this.#endsAtMs = leftMs === null ? null : nowMs + leftMs;
  }

  /** Before it has begun nobody waits. */
  join(account: AccountName): void {
    if (!this.#isBegun) return;
    this.#waiting.add(account);
    this.#endsAtMs = null;
  }

  seen(account: AccountName, nowMs: number): void {
    this.#endsAtMs ??= nowMs + ROUND_MAX_MS;
    this.#waiting.delete(account);
  }

  left(account: AccountName): void {
    this.#waiting.delete(account);
  }

  get waiting(): ReadonlySet<AccountName> {
    return this.#waiting;
  }

  /** What is left of it; `null` before anybody was seen. */
  leftMs(nowMs: number): number | null {
    return this.#endsAtMs === null ? null : Math.max(0, this.#endsAtMs - nowMs);
  }

  /** Whether the account shares caps, and somebody else was not seen yet. */
  holds(spec: FleetSpec, account: AccountSpec, nowMs: number): boolean {
    const others = this.#waiting.size - (this.#waiting.has(account.name) ? 1 : 0);
    return others > 0 && this.leftMs(nowMs) !== 0 && sharesCaps(spec, account);
  }
}

export function sharesCaps(spec: FleetSpec, account: AccountSpec): boolean {
  return capScopes(spec, account).some(({ kind }) => kind !== 'account');
}
