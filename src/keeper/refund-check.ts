import type { IntentKind } from '../charge/intent.ts';
import type { PaymentIntentId } from '../domain/ids.ts';
import { parseProviderId } from '../domain/ids.ts';
import type { AccountSpec } from '../domain/spec.ts';
import { DAY_MS, HOUR_MS } from '../domain/time.ts';
import type { Caller } from '../modelslab/reading.ts';
import { listWalletTransactions, type WalletTransaction } from '../modelslab/wallet.ts';
import { freezeOnRefund } from './absorb-credits.ts';
import type { AccountRuntime } from './account-runtime.ts';
import type { KeeperContext } from './context.ts';

const AGAIN_MS = HOUR_MS;
const ROWS = 200;
/** A busy account has thousands of debits between two charges: so many pages are read, the newest first. */
const PAGES_MAX = 25;
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
  const total = first.value.total ?? Number.POSITIVE_INFINITY;
  const [top, bottom] = [rows.at(0), rows.at(-1)];
  const isOldestFirst = top !== undefined && bottom !== undefined && top.createdAt < bottom.createdAt;
  if (rows.length < ROWS) return rows;
  // Without a total the end is only known from a short page, so an old end cannot be jumped to.
  const readsBackwards = isOldestFirst && Number.isFinite(total);
  let isEndSeen = false;
  for (let pages = 1; pages < PAGES_MAX && rows.length < total && !isEndSeen; pages += 1) {
    const offset = readsBackwards ? Math.max(ROWS, total - pages * ROWS) : pages * ROWS;
    const reply = await page(offset);
    if (reply.kind === 'failed') return null;
    rows.push(...reply.value.rows);
    const isShort = reply.value.rows.length < ROWS;
    const isFarBack = !isOldestFirst && reply.value.rows.every((row) => row.createdAt < since);
    isEndSeen = (isShort && !readsBackwards) || isFarBack;
  }
  const mayMissNewest = isOldestFirst && !readsBackwards && !isEndSeen;
  return mayMissNewest ? null : rows;
}

function paymentOf(row: WalletTransaction): PaymentIntentId | null {
  const id = row.transactionId;
  // A withdrawal may go back to the card as a refund of the very payment that brought the money.
  const isPayout = /withdraw|payout/i.test(row.usecase);
  return !isPayout && row.type === 'debit' && id?.startsWith('pi_') === true
    ? parseProviderId<PaymentIntentId>(id)
    : null;
}
