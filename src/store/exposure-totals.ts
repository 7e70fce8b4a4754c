import { CAP_WINDOWS_MS } from '../domain/caps.ts';
import { HOUR_MS } from '../domain/time.ts';

/** What one row of `exposure` counts for. */
export type Counted = {
  readonly account: string;
  readonly grp: string | null;
  readonly at: number;
  readonly amountCents: number;
};

type Hour = { cents: number; charges: number };
export type ScopeKey = string;

/** Past that many scopes everything is forgotten, and read again when it is asked for. */
const SCOPES_MAX = 50_000;

/**
 * Sums of the exposure by scope and hour, so that a charge needs not add up a month of rows. Only an aid to memory: what
 * is not in it is read from the table, and all of it is dropped when a write fails or another process has written.
 */
export class ExposureTotals {
  readonly #scopes = new Map<ScopeKey, { readonly since: number; readonly hours: Map<number, Hour> }>();

  /** The hours of a scope since then, read by `read` where they are not known; a clock that is set back asks for more. */
  hours(
    scope: ScopeKey,
    since: number,
    read: () => Iterable<{ hour: number; cents: number; charges: number }>,
  ): ReadonlyMap<number, Hour> {
    const known = this.#scopes.get(scope);
    if (known !== undefined && since >= known.since) return known.hours;
    if (this.#scopes.size >= SCOPES_MAX) this.forget();
    const hours = new Map<number, Hour>();
    for (const { hour, cents, charges } of read()) hours.set(hour, { cents, charges });
    this.#scopes.set(scope, { since, hours });
    return hours;
  }

  /** A row came, went or changed. */
  note(before: Counted | null, after: Counted | null): void {
    if (before !== null) this.#add(before, -1);
    if (after !== null) this.#add(after, 1);
  }

  forget(): void {
    this.#scopes.clear();
  }

  #add(row: Counted, sign: 1 | -1): void {
    for (const scope of scopesOf(row)) {
      const hours = this.#scopes.get(scope)?.hours;
      if (hours === undefined) continue; // nobody has asked for it yet
      const hour = hourOf(row.at);
      const known = hours.get(hour) ?? { cents: 0, charges: 0 };
      known.cents += sign * row.amountCents;
      known.charges += row.amountCents > 0 ? sign : 0;
      hours.set(hour, known);
    }
  }
}

/**
 * The sum of the hours that lie in a window whole, and where its first, broken hour ends; `null` where nothing counts in
 * that one.
 */
export function wholeHours(
  hours: ReadonlyMap<number, Hour>,
  start: number,
): { readonly cents: number; readonly charges: number; readonly brokenUntil: number | null } {
  const broken = hourOf(start);
  let cents = 0;
  let charges = 0;
  for (const [hour, counted] of hours) {
    if (hour <= broken) continue;
    cents += counted.cents;
    charges += counted.charges;
  }
  return { cents, charges, brokenUntil: hours.has(broken) ? (broken + 1) * HOUR_MS : null };
}

/**
 * When so much has left the window that what stands in it is `isFine`, if nothing comes in: `now` where it is already,
 * else a full hour; `null` where waiting does not help, as what is reserved stays until it is decided.
 */
export function fineAt(
  hours: ReadonlyMap<number, Hour>,
  at: { readonly now: number; readonly windowMs: number },
  isFine: (left: Hour) => boolean,
): number | null {
  const { now, windowMs } = at;
  const within = [...hours].filter(([hour]) => hour >= hourOf(now - windowMs)).toSorted(([a], [b]) => a - b);
  const left = { cents: 0, charges: 0 };
  for (const [, counted] of within) {
    left.cents += counted.cents;
    left.charges += counted.charges;
  }
  if (isFine(left)) return now;
  for (const [hour, counted] of within) {
    if (hour > hourOf(now)) return null;
    left.cents -= counted.cents;
    left.charges -= counted.charges;
    if (isFine(left)) return (hour + 1) * HOUR_MS + windowMs;
  }
  return null;
}

function hourOf(at: number): number {
  return Math.floor(at / HOUR_MS);
}

const FLEET: ScopeKey = 'fleet';

export function scopeKey(kind: 'account' | 'group' | 'fleet', name: string): ScopeKey {
  return kind === 'fleet' ? FLEET : `${kind} ${name}`;
}

function scopesOf(row: Counted): readonly ScopeKey[] {
  const own = [scopeKey('account', row.account), FLEET];
  return row.grp === null ? own : [...own, scopeKey('group', row.grp)];
}

/** How far back the sums reach: the longest window, and the hour that it breaks. */
export const TOTALS_MS = CAP_WINDOWS_MS.month + HOUR_MS;
