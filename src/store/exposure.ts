import type { CapScope, CapUsage } from '../domain/caps.ts';
import { CAP_WINDOWS_MS } from '../domain/caps.ts';
import type { AccountName, GroupName, IntentId } from '../domain/ids.ts';
import { type Cents, cents } from '../domain/money.ts';
import type { LedgerCredit } from '../domain/observation.ts';
import type { CapsSpec } from '../domain/spec.ts';
import type { EpochMs } from '../domain/time.ts';
import type { Database } from './database.ts';

/** Where a reservation stands in time: in every window, until it is posted or released. */
const RESERVED_AT = 9_000_000_000_000_000;

/** What is charged or reserved, of our own intents and of credits that are not ours, each counted once. */
export class Exposure {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  reserve(intent: { id: IntentId; account: AccountName; group: GroupName | null; amountCents: Cents }): void {
    if (intent.amountCents === 0) return; // a call that charges nothing by itself counts against nothing
    this.#database.run(
      'INSERT INTO exposure (account, grp, at, amount_cents, intent) VALUES (?, ?, ?, ?, ?)',
      intent.account,
      intent.group,
      RESERVED_AT,
      intent.amountCents,
      intent.id,
    );
  }

  /** The amount that the ledger shows, at the time of the evidence. */
  post(intent: IntentId, amountCents: Cents, at: EpochMs): void {
    this.#database.run(
      'UPDATE exposure SET at = ?, amount_cents = ? WHERE intent = ?',
      at,
      amountCents,
      intent,
    );
  }

  release(intent: IntentId): void {
    this.#database.run('DELETE FROM exposure WHERE intent = ?', intent);
  }

  /** A ledger row of an intent that was posted by other evidence, or believed undone. It never moves into the past. */
  correct(
    owner: { account: AccountName; group: GroupName | null; intent: IntentId },
    credit: LedgerCredit,
  ): void {
    this.#database.run(
      `INSERT INTO exposure (account, grp, at, amount_cents, intent, credit) VALUES (?, ?, ?, ?, ?, ?)
       ON CONFLICT (intent) DO UPDATE SET at = max(exposure.at, excluded.at), amount_cents = excluded.amount_cents,
         credit = excluded.credit`,
      owner.account,
      owner.group,
      credit.createdAt,
      credit.amountCents,
      owner.intent,
      credit.id,
    );
  }

  /** A card credit that no intent of ours explains: it was charged all the same. */
  countForeign(
    owner: { account: AccountName; group: GroupName | null },
    credit: LedgerCredit,
    countsFrom: EpochMs,
  ): void {
    this.#database.run(
      'INSERT INTO exposure (account, grp, at, amount_cents, credit) VALUES (?, ?, ?, ?, ?)',
      owner.account,
      owner.group,
      countsFrom,
      credit.amountCents,
      credit.id,
    );
  }

  /** A credit counted as foreign that turns out to be ours: the intent counts it from now on. */
  uncountForeign(account: AccountName, credit: string): void {
    this.#database.run(
      'DELETE FROM exposure WHERE account = ? AND credit = ? AND intent IS NULL',
      account,
      credit,
    );
  }

  /** Rows older than the longest window that has a cap are not added up: with a day cap the month reads as the day. */
  usage(scope: CapScope, now: EpochMs): CapUsage {
    const { where, values } = scopeFilter(scope);
    const week = now - CAP_WINDOWS_MS.week;
    const day = now - CAP_WINDOWS_MS.day;
    const row = this.#database.get(
      `SELECT coalesce(sum(amount_cents), 0) AS month, coalesce(sum(iif(at > ?, amount_cents, 0)), 0) AS week,
         coalesce(sum(iif(at > ?, amount_cents, 0)), 0) AS day, coalesce(sum(at > ? AND amount_cents > 0), 0) AS charges
       FROM exposure WHERE ${where} at > ?`,
      week,
      day,
      day,
      ...values,
      now - CAP_WINDOWS_MS[longestWindow(scope.caps)],
    );
    return {
      monthCents: cents(Number(row?.['month'])),
      weekCents: cents(Number(row?.['week'])),
      dayCents: cents(Number(row?.['day'])),
      chargesToday: Number(row?.['charges']),
    };
  }
}

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
