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

  /** Everybody had a turn, also those who could not be seen: nobody is waited for any longer. */
  end(): void {
    this.#waiting.clear();
  }

  get waiting(): ReadonlySet<AccountName> {
    return this.#waiting;
  }

  /** What is left of it; `null` before anybody was seen. */
  leftMs(nowMs: number): number | null {
    return this.#endsAtMs === null ? null : Math.max(0, this.#endsAtMs - nowMs);
  }

  /** Whether somebody else was not seen yet with whom the account shares a cap. */
  holds(spec: FleetSpec, account: AccountSpec, nowMs: number): boolean {
    if (this.#waiting.size === 0 || this.leftMs(nowMs) === 0) return false;
    return neighboursOf(spec, account, this.#waiting).next().done !== true;
  }
}

/** Those among `names` that share a cap of a group or the fleet with the account. */
export function* neighboursOf(
  spec: FleetSpec,
  account: AccountSpec,
  names: Iterable<AccountName>,
): Generator<AccountName> {
  const shared = capScopes(spec, account).filter(({ kind }) => kind !== 'account');
  if (shared.length === 0) return;
  for (const name of names) {
    const other = spec.accounts.get(name);
    if (other === undefined || name === account.name) continue;
    if (shared.some((cap) => cap.kind === 'fleet' || cap.name === other.group)) yield name;
  }
}
