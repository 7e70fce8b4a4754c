import { capScopes } from '../domain/cap-scopes.ts';
import type { AccountName } from '../domain/ids.ts';
import type { AccountSpec, FleetSpec } from '../domain/spec.ts';
import { MINUTE_MS } from '../domain/time.ts';

/** An account that does not come to its turn holds the others up no longer than that. */
const WAITED_MAX_MS = 2 * MINUTE_MS;

/**
 * Who was not looked at yet since the daemon started. What others charged while it was down counts against shared caps
 * only once it is seen, so nothing is charged against those before everybody had a turn.
 */
export class FirstRound {
  #waiting: ReadonlySet<AccountName> = new Set();
  readonly #visited = new Set<AccountName>();
  #endsAtMs = 0;

  /** `nowMs` is of the monotonic clock. */
  begin(accounts: Iterable<AccountName>, nowMs: number): void {
    this.#waiting = new Set(accounts);
    this.#endsAtMs = nowMs + WAITED_MAX_MS;
  }

  visited(account: AccountName): void {
    if (this.#waiting.size > 0) this.#visited.add(account);
    if (this.#visited.size >= this.#waiting.size) this.#waiting = new Set();
  }

  /** Whether the account shares caps, and somebody else had no turn yet. */
  holds(spec: FleetSpec, account: AccountSpec, nowMs: number): boolean {
    if (this.#waiting.size === 0 || nowMs >= this.#endsAtMs) return false;
    if (capScopes(spec, account).every(({ kind }) => kind === 'account')) return false;
    const isFirst = !this.#visited.has(account.name) && this.#waiting.has(account.name);
    return this.#visited.size + (isFirst ? 1 : 0) < this.#waiting.size;
  }
}
