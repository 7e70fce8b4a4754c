import { capScopes } from '../domain/cap-scopes.ts';
import type { AccountName } from '../domain/ids.ts';
import type { AccountSpec, FleetSpec } from '../domain/spec.ts';
import { MINUTE_MS } from '../domain/time.ts';

/** From the first account that was seen: one that cannot be seen holds the others up no longer than that. */
const WAITED_MAX_MS = 2 * MINUTE_MS;

/**
 * Who was not looked at yet since the daemon started, or since they came into the config. What others charged meanwhile
 * counts against shared caps only once it is seen, so nothing is charged against those before everybody had a turn.
 */
export class FirstRound {
  readonly #waiting = new Set<AccountName>();
  #isBegun = false;
  /** On the monotonic clock. */
  #endsAtMs: number | null = null;

  begin(accounts: Iterable<AccountName>): void {
    this.#isBegun = true;
    for (const account of accounts) this.join(account);
  }

  /** Before it has begun nobody waits: a command for one account looks at no other. */
  join(account: AccountName): void {
    if (!this.#isBegun) return;
    this.#waiting.add(account);
    this.#endsAtMs = null;
  }

  /** `nowMs` is of the monotonic clock. */
  seen(account: AccountName, nowMs: number): void {
    this.#endsAtMs ??= nowMs + WAITED_MAX_MS;
    this.#waiting.delete(account);
  }

  left(account: AccountName): void {
    this.#waiting.delete(account);
  }

  /** Whether the account shares caps, and somebody else was not seen yet. */
  holds(spec: FleetSpec, account: AccountSpec, nowMs: number): boolean {
    const others = this.#waiting.size - (this.#waiting.has(account.name) ? 1 : 0);
    if (others === 0 || (this.#endsAtMs !== null && nowMs >= this.#endsAtMs)) return false;
    return capScopes(spec, account).some(({ kind }) => kind !== 'account');
  }
}
