import type { IntentKind } from '../charge/intent.ts';
import type { PaymentIntentId } from '../domain/ids.ts';
import { parseProviderId } from '../domain/ids.ts';
import type { AccountSpec } from '../domain/spec.ts';
import { DAY_MS, HOUR_MS } from '../domain/time.ts';
import type { FailureReason } from '../modelslab/failure.ts';
import type { Caller } from '../modelslab/reading.ts';
import { listWalletTransactions, type WalletTransaction } from '../modelslab/wallet.ts';
import { freezeOnRefund } from './absorb-credits.ts';
import type { AccountRuntime } from './account-runtime.ts';
import type { KeeperContext } from './context.ts';

const AGAIN_MS = HOUR_MS;
const ROWS = 200;
/** A busy account has thousands of debits between two charges: so many pages are read, the newest first. */
const PAGES_MAX = 25;
/** How it may be said that nothing is there, behind the end of a list. */
const BEYOND: ReadonlySet<FailureReason> = new Set(['refused', 'not_found']);
/** Of a list that does not say how long it is. */
const COUNTED_MAX = 10_000;
/** What came into the wallet. Where nothing did, a wallet that the provider refuses to show forbids nothing. */
const OF_WALLET: readonly IntentKind[] = ['fund', 'fund_link', 'charge_amount'];

/**
 * Before a charge is decided: is the wallet low because the provider took back one of ours? Refunds stand among the
 * debits (seed, "Wallet Transactions"), which the ledger look does not read. The order of rows is not documented.
 * @returns false where the debits could not be read
 */
export async function checkRefunds(
  context: KeeperContext,
  account: AccountSpec,
  caller: Caller,
): Promise<boolean> {
  const settled = { account: account.name, states: ['settled'], limit: 1 } as const;
  const [last] = await context.journal.intents(settled);
  if (last === undefined) return true; // nothing of ours could be taken back
  const rows = await newestDebits(context, caller, last.armedAt - DAY_MS);
  if (rows === null) return false;
  if (rows === 'refused')
    return (await context.journal.intents({ ...settled, kinds: OF_WALLET })).length === 0;
  const refunds = rows.flatMap((row) => {
    const payment = paymentOf(row);
    return payment === null ? [] : [{ id: row.id, payment }];
  });
  if (refunds.length === 0) return true;
  const own = await context.journal.ownPayments(
    account.name,
    refunds.map((row) => row.payment),
  );
  for (const { id, payment } of refunds) {
    const intent = own.get(payment);
    if (intent !== undefined) await freezeOnRefund(context, account, { rowId: id, intent });
  }
  return true;
}

/** The same now and then, so that one stale page at the instant of a charge is not all that was read. */
export async function checkRefundsNowAndThen(
  context: KeeperContext,
  account: AccountSpec,
  runtime: AccountRuntime,
  caller: Caller,
): Promise<void> {
  const nowMs = context.clock.monotonicMs();
  if (runtime.refundsReadAtMs !== null && nowMs - runtime.refundsReadAtMs < AGAIN_MS) return;
  if (await checkRefunds(context, account, caller)) runtime.refundsReadAtMs = nowMs;
}

async function newestDebits(
  context: KeeperContext,
  caller: Caller,
  since: number,
): Promise<readonly WalletTransaction[] | 'refused' | null> {
  const page = (offset: number) =>
    listWalletTransactions(context.client, caller, { type: 'debit', limit: ROWS, offset });
  const first = await page(0);
  if (first.kind === 'failed') return first.failure.reason === 'refused' ? 'refused' : null;
  const rows = [...first.value.rows];
  // Where a page is of one day, its stamps say nothing of the order.
  const [topAt, bottomAt] = [rows.at(0)?.createdAt ?? 0, rows.at(-1)?.createdAt ?? 0];
  const [isOldestFirst, isNewestFirst] = [topAt < bottomAt, topAt > bottomAt];
  if (rows.length < ROWS) return rows;
  const total = first.value.total ?? (isOldestFirst ? await countRows(page) : Number.POSITIVE_INFINITY);
  if (total === null) return null;
  for (let pages = 1; pages < PAGES_MAX && rows.length < total; pages += 1) {
    const offset = isOldestFirst ? Math.max(ROWS, total - pages * ROWS) : pages * ROWS;
    const reply = await page(offset);
    if (reply.kind === 'failed') return null;
    rows.push(...reply.value.rows);
    const isShort = reply.value.rows.length < ROWS;
    const isFarBack = isNewestFirst && reply.value.rows.every((row) => row.createdAt < since);
    if ((isShort && !isOldestFirst) || isFarBack) break;
  }
  return rows;
}

/** Where the list does not say how long it is, its first page is full, and the newest rows stand at its end. */
async function countRows(
  page: (offset: number) => ReturnType<typeof listWalletTransactions>,
): Promise<number | null> {
  let [full, empty] = [0, Number.POSITIVE_INFINITY];
  while (empty - full > 1) {
    const asked = empty === Number.POSITIVE_INFINITY ? Math.max(1, full * 2) : Math.floor((full + empty) / 2);
    const reply = await page(asked * ROWS);
    if (reply.kind === 'failed' && !BEYOND.has(reply.failure.reason)) return null;
    const length = reply.kind === 'failed' ? 0 : reply.value.rows.length;
    if (length === ROWS && asked > COUNTED_MAX) return null; // it may not know what an offset is
    if (length > 0 && length < ROWS) return asked * ROWS + length;
    if (length === 0) empty = asked;
    else full = asked;
  }
  return (full + 1) * ROWS;
}

function paymentOf(row: WalletTransaction): PaymentIntentId | null {
  const id = row.transactionId;
  // A withdrawal may go back to the card as a refund of the very payment that brought the money.
  const isPayout = /withdraw|payout/i.test(row.usecase);
  return !isPayout && row.type === 'debit' && id?.startsWith('pi_') === true
    ? parseProviderId<PaymentIntentId>(id)
    : null;
}
