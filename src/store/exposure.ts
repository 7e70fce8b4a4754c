import type { CapScope, CapUsage } from '../domain/caps.ts';
import { CAP_WINDOWS_MS } from '../domain/caps.ts';
import type { AccountName, GroupName, IntentId } from '../domain/ids.ts';
import { type Cents, cents } from '../domain/money.ts';
import type { LedgerCredit } from '../domain/observation.ts';
import type { CapsSpec } from '../domain/spec.ts';
import { type EpochMs, epochMs, HOUR_MS } from '../domain/time.ts';
import type { Database } from './database.ts';
import { type Counted, ExposureTotals, fineAt, scopeKey, TOTALS_MS, wholeHours } from './exposure-totals.ts';

/** Where a reservation stands in time: in every window, until it is posted or released. */
const RESERVED_AT = 9_000_000_000_000_000;

/** What is charged or reserved, of our own intents and of credits that are not ours, each counted once. */
export class Exposure {
  readonly #database: Database;
  readonly #totals = new ExposureTotals();
  /** Of the table as the totals know it; anything else than our own writes moves it. */
  #version: number | null = null;

  constructor(database: Database) {
    this.#database = database;
    database.onForget(() => this.#totals.forget());
  }

  reserve(intent: { id: IntentId; account: AccountName; group: GroupName | null; amountCents: Cents }): void {
    if (intent.amountCents === 0) return; // a call that charges nothing by itself counts against nothing
    const { id, account, group: grp, amountCents } = intent;
    this.#database.run(
      'INSERT INTO exposure (account, grp, at, amount_cents, intent) VALUES (?, ?, ?, ?, ?)',
      account,
      grp,
      RESERVED_AT,
      amountCents,
      id,
    );
    this.#totals.note(null, { account, grp, at: RESERVED_AT, amountCents });
  }

  /** The amount that the ledger shows, at the time of the evidence. */
  post(intent: IntentId, amountCents: Cents, at: EpochMs): void {
    const before = this.#ofIntent(intent);
    this.#database.run(
      'UPDATE exposure SET at = ?, amount_cents = ? WHERE intent = ?',
      at,
      amountCents,
      intent,
    );
    this.#totals.note(before, before === null ? null : { ...before, at, amountCents });
  }

  release(intent: IntentId): void {
    const before = this.#ofIntent(intent);
    this.#database.run('DELETE FROM exposure WHERE intent = ?', intent);
    this.#totals.note(before, null);
  }

  /** A ledger row of an intent that was posted by other evidence, or believed undone. It never moves into the past. */
  correct(
    owner: { account: AccountName; group: GroupName | null; intent: IntentId },
    credit: LedgerCredit,
    countsFrom: EpochMs,
  ): void {
    const before = this.#ofIntent(owner.intent);
    this.#database.run(
      `INSERT INTO exposure (account, grp, at, amount_cents, intent, credit) VALUES (?, ?, ?, ?, ?, ?)
       ON CONFLICT (intent) DO UPDATE SET at = max(exposure.at, ?), amount_cents = excluded.amount_cents,
         credit = excluded.credit`,
      owner.account,
      owner.group,
      countsFrom,
      credit.amountCents,
      owner.intent,
      credit.id,
      credit.createdAt,
    );
    this.#totals.note(before, this.#ofIntent(owner.intent));
  }

  /** A card credit that no intent of ours explains: it was charged all the same. */
  countForeign(
    owner: { account: AccountName; group: GroupName | null },
    credit: LedgerCredit,
    countsFrom: EpochMs,
  ): void {
    const { account, group: grp } = owner;
    const { amountCents, id } = credit;
    this.#database.run(
      'INSERT INTO exposure (account, grp, at, amount_cents, credit) VALUES (?, ?, ?, ?, ?)',
      account,
      grp,
      countsFrom,
      amountCents,
      id,
    );
    this.#totals.note(null, { account, grp, at: countsFrom, amountCents });
  }

  /** A credit counted as foreign that turns out to be ours: the intent counts it from now on. */
  uncountForeign(account: AccountName, credit: string): void {
    const before = this.#database.all(
      `SELECT ${COUNTED} FROM exposure WHERE account = ? AND credit = ? AND intent IS NULL`,
      account,
      credit,
    );
    this.#database.run(
      'DELETE FROM exposure WHERE account = ? AND credit = ? AND intent IS NULL',
      account,
      credit,
    );
    for (const row of before) this.#totals.note(row as Counted, null); // the columns that were named
  }

  /** What its account charged in no group, or in one that is no more, counts in the group that the account is in now. */
  regroup(members: ReadonlyMap<AccountName, GroupName>, groups: ReadonlySet<GroupName>, now: EpochMs): void {
    const rows = this.#database.all(
      'SELECT DISTINCT account, grp FROM exposure WHERE at > ?',
      now - TOTALS_MS,
    );
    for (const row of rows) {
      const { account, grp } = row as { account: AccountName; grp: GroupName | null }; // our own columns
      const group = members.get(account);
      if (group === undefined || (grp !== null && groups.has(grp))) continue;
      this.#database.run('UPDATE exposure SET grp = ? WHERE account = ? AND grp IS ?', group, account, grp);
      this.#totals.forget();
    }
  }

  /** Each window is added up only where the scope has a cap on it; the others read as the longest one that it has. */
  usage(scope: CapScope, now: EpochMs): CapUsage {
    const hours = this.#hours(scope, now);
    const longest = longestWindow(scope.caps);
    const within = (window: keyof typeof CAP_WINDOWS_MS): Used =>
      this.#used(scope, hours, now - Math.min(CAP_WINDOWS_MS[window], CAP_WINDOWS_MS[longest]));
    const day = within('day');
    return {
      monthCents: cents(longest === 'month' ? within('month').cents : within(longest).cents),
      weekCents: cents(longest === 'day' ? day.cents : within('week').cents),
      dayCents: cents(day.cents),
      chargesToday: day.charges,
    };
  }

  /** By when an amount fits under the scope's caps if nothing else is charged; `null` where waiting does not help. */
  fitsBy(scope: CapScope, amountCents: Cents, now: EpochMs): EpochMs | null {
    const { perChargeCents, chargesPerDay, ...limits } = scope.caps;
    if (perChargeCents !== null && amountCents > perChargeCents) return null;
    const hours = this.#hours(scope, now);
    const times = (['day', 'week', 'month'] as const).map((window) => {
      const limit = limits[`${window}Cents`];
      const most = window === 'day' ? chargesPerDay : null;
      return fineAt(
        hours,
        { now, windowMs: CAP_WINDOWS_MS[window] },
        (left) =>
          (limit === null || left.cents + amountCents <= limit) && (most === null || left.charges < most),
      );
    });
    const known = times.filter((at) => at !== null);
    return known.length < times.length ? null : epochMs(Math.max(...known));
  }

  /** Whole hours from memory, the broken one at the window's edge from the table where anything stands in it. */
  #used(scope: CapScope, hours: ReturnType<ExposureTotals['hours']>, start: number): Used {
    const whole = wholeHours(hours, start);
    if (whole.brokenUntil === null) return whole;
    const { where, values } = scopeFilter(scope);
    const edge = this.#database.get(
      `SELECT coalesce(sum(amount_cents), 0) AS cents, coalesce(sum(amount_cents > 0), 0) AS charges
       FROM exposure WHERE ${where} at > ? AND at < ?`,
      ...values,
      start,
      whole.brokenUntil,
    );
    return {
      cents: whole.cents + Number(edge?.['cents']),
      charges: whole.charges + Number(edge?.['charges']),
    };
  }

  #hours(scope: CapScope, now: EpochMs): ReturnType<ExposureTotals['hours']> {
    const version = this.#database.foreignVersion();
    if (version !== this.#version) this.#totals.forget();
    this.#version = version;
    const { where, values } = scopeFilter(scope);
    const since = now - TOTALS_MS;
    return this.#totals.hours(scopeKey(scope.kind, scope.name), since, () =>
      this.#database
        .all(
          `SELECT at / ${HOUR_MS} AS hour, sum(amount_cents) AS cents, sum(amount_cents > 0) AS charges
           FROM exposure WHERE ${where} at > ? GROUP BY hour`,
          ...values,
          since,
        )
        .map((row) => ({
          hour: Number(row['hour']),
          cents: Number(row['cents']),
          charges: Number(row['charges']),
        })),
    );
  }

  #ofIntent(intent: IntentId): Counted | null {
    const row = this.#database.get(`SELECT ${COUNTED} FROM exposure WHERE intent = ?`, intent);
    return row === undefined ? null : (row as Counted); // the columns that were named
  }
}

type Used = { readonly cents: number; readonly charges: number };

const COUNTED = 'account, grp, at, amount_cents AS amountCents';

function longestWindow(caps: CapsSpec): keyof typeof CAP_WINDOWS_MS {
  if (caps.monthCents !== null) return 'month';
  if (caps.weekCents !== null) return 'week';
  return caps.dayCents !== null || caps.chargesPerDay !== null ? 'day' : 'month';
}

function scopeFilter(scope: CapScope): { readonly where: string; readonly values: readonly string[] } {
  switch (scope.kind) {
    case 'account':
      return { where: 'account = ? AND', values: [scope.name] };
    case 'group':
      return { where: 'grp = ? AND', values: [scope.name] };
    case 'fleet':
      return { where: '', values: [] };
  }
}
