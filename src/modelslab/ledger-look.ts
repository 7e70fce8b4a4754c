import { TRANSACTIONS_PAGE_DEFAULT, TRANSACTIONS_PAGE_MAX } from '../contract/limits.ts';
import { type CreditId, type PaymentIntentId, parseProviderId } from '../domain/ids.ts';
import { centsNearest } from '../domain/money.ts';
import type { LedgerCredit, LedgerLook } from '../domain/observation.ts';
import { addMs, DAY_MS, type EpochMs } from '../domain/time.ts';
import type { Failure } from './failure.ts';
import type { ProviderClient } from './provider-client.ts';
import type { Caller } from './reading.ts';
import type { Reply } from './reply.ts';
import { listWalletTransactions, type WalletTransaction, type WalletTransactions } from './wallet.ts';

const PAGES_MAX = 50;
const REVERSED = new Set(['refunded', 'reversed', 'charged_back', 'chargeback', 'disputed']);
/** Rows that never were money and never will be. */
const DEAD = new Set(['failed', 'declined', 'canceled', 'cancelled', 'void', 'voided']);
const TRIES = 2;

export type LedgerLookOptions = {
  /** The scan horizon: how far back credits matter. */
  readonly since: EpochMs;
  /** `page`: one request where the order allows it. `complete`: page on until `since` or the end. */
  readonly depth: 'page' | 'complete';
};

/**
 * The closer look (charging.md, fence 1): balance, totals and newest credits come from the first answer; older credits
 * from the pages after it. Newest-first is assumed by everyone and promised by nobody: where a first page is not all
 * and its timestamps do not fall, every page is fetched. Pages that do not fit each other are read once more, and then
 * fail as `torn`.
 */
export async function takeLedgerLook(
  client: ProviderClient,
  caller: Caller,
  options: LedgerLookOptions,
): Promise<Reply<LedgerLook>> {
  let torn: Reply<LedgerLook> | null = null;
  for (let tries = 0; tries < TRIES; tries += 1) {
    const reply = await lookOnce(client, caller, options);
    if (reply.kind === 'ok' || reply.failure.reason !== 'torn') return reply;
    torn = reply;
  }
  return torn ?? tornReply('torn', 'the ledger was not read');
}

async function lookOnce(
  client: ProviderClient,
  caller: Caller,
  options: LedgerLookOptions,
): Promise<Reply<LedgerLook>> {
  const limit = options.depth === 'page' ? TRANSACTIONS_PAGE_DEFAULT : TRANSACTIONS_PAGE_MAX;
  const reply = await listWalletTransactions(client, caller, { type: 'credit', limit, offset: 0 });
  const at = client.clock.now();
  if (reply.kind === 'failed') return reply;
  const first = reply.value;
  if (first.balanceMicroUsd === null) {
    return tornReply(
      'no_wallet',
      'the ledger came without the wallet balance that belongs to it',
      'malformed',
    );
  }
  const rest = await olderPages(client, caller, { options, first, limit });
  if (rest.kind === 'failed') return rest;
  const credits = creditsOf(rest.value.rows);
  if (credits === null) return tornReply('bad_credit_id', 'a credit has an id that is none', 'malformed');
  const { balanceMicroUsd, totals } = first;
  return { ...reply, value: { at, balanceMicroUsd, totals, credits, isComplete: rest.value.isComplete } };
}

type Gathered = { readonly rows: readonly WalletTransaction[]; readonly isComplete: boolean };

/** The first page's rows and what has to follow them. */
async function olderPages(
  client: ProviderClient,
  caller: Caller,
  start: { options: LedgerLookOptions; first: WalletTransactions; limit: number },
): Promise<Reply<Gathered>> {
  const { options, first, limit } = start;
  const rows = new Map(first.rows.map((row) => [row.id, row]));
  const isFalling = fallsInTime(first.rows);
  let offset = first.rows.length;
  let isEnd = isLastPage(first, { offset, limit });
  for (let pages = 1; !isEnd; pages += 1) {
    const reachesHorizon = isFalling && oldestOf(rows) < options.since;
    if (reachesHorizon) return gathered(rows, true);
    if (isFalling && options.depth === 'page') return gathered(rows, false);
    if (pages >= PAGES_MAX) {
      if (isFalling) return gathered(rows, false);
      return tornReply('ledger_too_long', `${offset} credits in no order of time, and more to come`);
    }
    const query = { type: 'credit', limit: TRANSACTIONS_PAGE_MAX, offset } as const;
    const reply = await listWalletTransactions(client, caller, query);
    if (reply.kind === 'failed') return reply;
    const page = reply.value;
    if (page.total !== first.total) {
      return tornReply(
        'total_changed',
        `the ledger went from ${first.total} to ${page.total} credits while it was read`,
      );
    }
    for (const row of page.rows) rows.set(row.id, row);
    offset += page.rows.length;
    isEnd = page.rows.length === 0 || isLastPage(page, { offset, limit: TRANSACTIONS_PAGE_MAX });
  }
  if (first.total !== null && rows.size < first.total) {
    return tornReply('rows_missing', `the ledger says ${first.total} credits and shows ${rows.size}`);
  }
  return gathered(rows, true);
}

function gathered(rows: ReadonlyMap<string, WalletTransaction>, isComplete: boolean): Reply<Gathered> {
  return { kind: 'ok', value: { rows: [...rows.values()], isComplete }, requestId: null, replay: false };
}

/**
 * A full page is never taken for the last, even where `total` says so: it might count the page only. A short one is
 * the last unless `total` says otherwise: the provider may give less than was asked for.
 */
function isLastPage(page: WalletTransactions, at: { offset: number; limit: number }): boolean {
  return page.rows.length < at.limit && at.offset >= (page.total ?? 0);
}

/** True where time falls from the first row to the last and never rises: all equal proves nothing. */
function fallsInTime(rows: readonly WalletTransaction[]): boolean {
  const times = rows.map((row) => row.createdAt);
  const [newest, oldest] = [times.at(0), times.at(-1)];
  if (newest === undefined || oldest === undefined || newest === oldest) return false;
  return times.every((time, index) => index === 0 || time <= (times[index - 1] ?? time));
}

function oldestOf(rows: ReadonlyMap<string, WalletTransaction>): number {
  return Math.min(...Array.from(rows.values(), (row) => row.createdAt));
}

/** Credits newest first; `null` where a row's id is none. A provider that ignores the filter sends debits too. */
function creditsOf(rows: readonly WalletTransaction[]): readonly LedgerCredit[] | null {
  const credits: LedgerCredit[] = [];
  for (const row of withinTheirDay(rows.filter(({ type }) => type === 'credit'))) {
    if (DEAD.has(row.status.toLowerCase())) continue;
    const id = parseProviderId<CreditId>(row.id);
    if (id === null) return null;
    credits.push({
      id,
      amountCents: centsNearest(row.amountMicroUsd),
      createdAt: row.createdAt,
      isStampExact: row.isStampExact,
      isSuccessful: row.status.toLowerCase() === 'success',
      isReversed: REVERSED.has(row.status.toLowerCase()),
      source: row.source,
      usecase: row.usecase,
      paymentIntentId: row.transactionId?.startsWith('pi_')
        ? parseProviderId<PaymentIntentId>(row.transactionId)
        : null,
    });
  }
  return credits.sort((a, b) => b.createdAt - a.createdAt || laterIdFirst(a.id, b.id));
}

/**
 * Rows that name a day only, with ids that are no numbers: within their day the order that they came in stands in, newest
 * first. Each is a millisecond later than the one behind it, so that a new row on top moves no other. Where the provider
 * means no order by it, the newest credit may stay what it was, under whose key nothing is charged again.
 */
function withinTheirDay(credits: readonly WalletTransaction[]): readonly WalletTransaction[] {
  const behind = new Map<EpochMs, number>();
  return credits.toReversed().map((row) => {
    if (row.createdAt % DAY_MS !== 0 || isNumber(row.id)) return row;
    const count = behind.get(row.createdAt) ?? 0;
    behind.set(row.createdAt, count + 1);
    return { ...row, createdAt: addMs(row.createdAt, count) };
  });
}

/** Numbers by value, other ids by code unit, so that every look puts credits of one second in the same order. */
function laterIdFirst(a: string, b: string): number {
  if (isNumber(a) && isNumber(b)) return Number(b) - Number(a);
  return a === b ? 0 : a < b ? 1 : -1;
}

function isNumber(id: string): boolean {
  return /^\d{1,15}$/.test(id);
}

function tornReply(
  code: string,
  message: string,
  reason: Failure['reason'] = 'torn',
): Extract<Reply<never>, { kind: 'failed' }> {
  const failure: Failure = {
    reason,
    status: null,
    code,
    message,
    details: {},
    requestId: null,
    retryAfterMs: null,
  };
  return { kind: 'failed', failure };
}
