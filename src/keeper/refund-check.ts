import type { IntentKind } from '../charge/intent.ts';
import { TRANSACTIONS_PAGE_MAX } from '../contract/limits.ts';
import type { PaymentIntentId } from '../domain/ids.ts';
import { parseProviderId } from '../domain/ids.ts';
import type { AccountSpec } from '../domain/spec.ts';
import { DAY_MS, HOUR_MS } from '../domain/time.ts';
import type { Caller } from '../modelslab/reading.ts';
import { listWalletDebits, type WalletDebit } from '../modelslab/wallet.ts';
import { freezeOnRefund } from './absorb-credits.ts';
import type { AccountRuntime } from './account-runtime.ts';
import type { KeeperContext } from './context.ts';
import { newestDebits, type Page } from './newest-debits.ts';

const AGAIN_MS = HOUR_MS;
/** What came into the wallet. Where nothing did, a wallet that the provider refuses to show forbids nothing. */
const OF_WALLET: readonly IntentKind[] = ['fund', 'fund_link', 'charge_amount'];

/**
 * Before a charge is decided: is the wallet low because the provider took back one of ours? Refunds stand among the
 * debits (seed, "Wallet Transactions"), which the ledger look does not read.
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
  const page: Page = (offset) =>
    listWalletDebits(context.client, caller, { limit: TRANSACTIONS_PAGE_MAX, offset });
  const rows = await newestDebits(page, last.armedAt - DAY_MS);
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

function paymentOf(row: WalletDebit): PaymentIntentId | null {
  const id = row.transactionId;
  // A withdrawal may go back to the card as a refund of the very payment that brought the money.
  const isPayout = /withdraw|payout/i.test(row.usecase);
  return !isPayout && row.type === 'debit' && id?.startsWith('pi_') === true
    ? parseProviderId<PaymentIntentId>(id)
    : null;
}
