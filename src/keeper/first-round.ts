import { capScopes } from '../domain/cap-scopes.ts';
import type { AccountName } from '../domain/ids.ts';
import type { AccountSpec, FleetSpec } from '../domain/spec.ts';
import { MINUTE_MS } from '../domain/time.ts';

/** From the first account that was seen since it waits: one that cannot be seen holds the others up no longer than that. */
export const ROUND_MAX_MS = 2 * MINUTE_MS;

/**
 * Who was not looked at yet since the daemon started, or since they came into the config. What others charged meanwhile
 * counts against shared caps only once it is seen, so nothing is charged against those before everybody had a turn.
 * `nowMs` is of the monotonic clock.
 */
export class FirstRound {
  /** Until when each is waited for; without an end before anybody was seen. */
  readonly #waiting = new Map<AccountName, number>();
  /** What may begin a round when nobody expects it. */
  beforeAsked: () => void = () => undefined;
  #isBegun = false;
  #rounds = 0;
  #hasEndless = false;
  #endsAtMs: number | null = null;

  /** `leftMs` is what a round that an earlier process began still has; `null` where none has seen anybody. */
  begin(waiting: Iterable<AccountName>, { leftMs, nowMs }: { leftMs: number | null; nowMs: number }): void {
    this.#isBegun = true;
    this.#rounds += 1;
    for (const account of waiting) this.join(account);
    if (leftMs !== null) this.#endAt(nowMs + leftMs);
  }

  /** Which one it is. */
  get number(): number {
    return this.#rounds;
  }

  /** Whether it is that one still: what was seen before another one began need not be so any more. The host may just have slept. */
  isStill(round: number): boolean {
    this.beforeAsked();
    return this.#rounds === round;
  }

  /** Before it has begun nobody waits. */
  join(account: AccountName): void {
    if (!this.#isBegun) return;
    this.#waiting.set(account, Number.POSITIVE_INFINITY);
    this.#hasEndless = true;
  }

  /**
   * Somebody was not seen for long. Who is missed while others are waited for shares their wait, and for as long again behind
   * it nobody is waited for (`false`): where many are seen now and then, wait after wait would keep all from being funded.
   */
  missed(account: AccountName, nowMs: number): boolean {
    const endsAtMs = this.#hasEndless || this.#waiting.size === 0 ? null : this.#endsAtMs;
    if (endsAtMs === null || nowMs >= endsAtMs + ROUND_MAX_MS) this.join(account);
    else if (nowMs < endsAtMs) this.#waiting.set(account, endsAtMs);
    else return false;
    return true;
  }

  seen(account: AccountName, nowMs: number): void {
    if (this.#hasEndless) this.#endAt(nowMs + ROUND_MAX_MS);
    this.#waiting.delete(account);
  }

  left(account: AccountName): void {
    this.#waiting.delete(account);
  }

  /** Everybody had a turn, also those who could not be seen: nobody is waited for any longer. */
  end(): void {
    this.#waiting.clear();
  }

  get waiting(): Iterable<AccountName> {
    return this.#waiting.keys();
  }

  /** What is left of it; `null` before anybody was seen. */
  leftMs(nowMs: number): number | null {
    if (this.#hasEndless || this.#endsAtMs === null) return null;
    return Math.max(0, this.#endsAtMs - nowMs);
  }

  isOver(nowMs: number): boolean {
    return this.#waiting.size === 0 || this.leftMs(nowMs) === 0;
  }

  /** Whether somebody else was not seen yet with whom the account shares a cap. The host may just have slept. */
  holds(spec: FleetSpec, account: AccountSpec, nowMs: number): boolean {
    this.beforeAsked();
    if (this.isOver(nowMs)) return false;
    return neighboursOf(spec, account, this.#waitedFor(nowMs)).next().done !== true;
  }

  #endAt(endsAtMs: number): void {
    for (const [account, until] of this.#waiting)
      if (until === Number.POSITIVE_INFINITY) this.#waiting.set(account, endsAtMs);
    this.#hasEndless = false;
    this.#endsAtMs = endsAtMs;
  }

  *#waitedFor(nowMs: number): Generator<AccountName> {
    for (const [account, untilMs] of this.#waiting) if (untilMs > nowMs) yield account;
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
