import type { PaymentIntentId } from '../domain/ids.ts';
import { parseProviderId } from '../domain/ids.ts';
import type { AccountSpec } from '../domain/spec.ts';
import type { Caller } from '../modelslab/reading.ts';
import { listWalletTransactions, type WalletTransaction } from '../modelslab/wallet.ts';
import { freezeOnRefund } from './absorb-credits.ts';
import type { KeeperContext } from './context.ts';

const ROWS = 200;

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
  const reply = await listWalletTransactions(context.client, caller, { type: 'debit', limit: ROWS });
  if (reply.kind === 'failed') return false;
  const rows = reply.value.rows.flatMap((row) => {
    const payment = paymentOf(row);
    return payment === null ? [] : [{ id: row.id, payment }];
  });
  if (rows.length === 0) return true;
  const own = await context.journal.ownPayments(
    account.name,
    rows.map((row) => row.payment),
  );
  for (const { id, payment } of rows) {
    const intent = own.get(payment);
    if (intent !== undefined) await freezeOnRefund(context, account, { rowId: id, intent });
  }
  return true;
}

function paymentOf(row: WalletTransaction): PaymentIntentId | null {
  const id = row.transactionId;
  return row.type === 'debit' && id !== null && id.startsWith('pi_')
    ? parseProviderId<PaymentIntentId>(id)
    : null;
}
