import type { IntentKind } from '../charge/intent.ts';
import { TRANSACTIONS_PAGE_MAX } from '../contract/limits.ts';
import type { PaymentIntentId } from '../domain/ids.ts';
import { parseProviderId } from '../domain/ids.ts';
import { EQUATION_SLACK_MICRO_USD, RESTING_MS } from '../domain/ledger.ts';
import type { MicroUsd } from '../domain/money.ts';
import type { LedgerLook } from '../domain/observation.ts';
import type { AccountSpec } from '../domain/spec.ts';
import { DAY_MS, HOUR_MS } from '../domain/time.ts';
import { listWalletDebits, type WalletDebit } from '../modelslab/wallet.ts';
import { freezeOnRefund } from './absorb-credits.ts';
import type { AccountRuntime } from './account-runtime.ts';
import type { KeeperContext } from './context.ts';
import { newestDebits, type Page } from './newest-debits.ts';
import type { Sight } from './observe.ts';

const AGAIN_MS = HOUR_MS;
/** So many refunds of payments that are not known are remembered; a ledger has few. */
const TAKEN_BACK_MAX = 1_000;
/** What came into the wallet. Where nothing did, a wallet that the provider refuses to show forbids nothing. */
const OF_WALLET: readonly IntentKind[] = ['fund', 'fund_link', 'charge_amount'];

/**
 * Before a charge is decided: is the wallet low because the provider took back one of ours? Refunds stand among the
 * debits (seed, "Wallet Transactions"), which the ledger look does not read. One that was read before its payment was
 * known for ours counts from when it is.
 * @returns false where the debits could not be read, or only as they were before the ledger look
 */
export async function checkRefunds(
  context: KeeperContext,
  account: AccountSpec,
  runtime: AccountRuntime,
  { caller, look }: Pick<Sight, 'caller' | 'look'>,
): Promise<boolean> {
  const settled = { account: account.name, states: ['settled'], limit: 1 } as const;
  const [last] = await context.journal.intents(settled);
  if (last === undefined) return true; // nothing of ours could be taken back
  const totals: (MicroUsd | null)[] = [];
  const page: Page = async (offset) => {
    const reply = await listWalletDebits(context.client, caller, { limit: TRANSACTIONS_PAGE_MAX, offset });
    // Behind the end of a list nothing is hidden, whatever its wallet says.
    if (reply.kind === 'ok' && (offset === 0 || reply.value.rows.length > 0))
      totals.push(reply.value.creditedMicroUsd);
    return reply;
  };
  const rows = await newestDebits(page, last.armedAt - DAY_MS);
  if (rows === null) return false;
  if (rows === 'refused')
    return (await context.journal.intents({ ...settled, kinds: OF_WALLET })).length === 0;
  const { takenBack } = runtime;
  for (const row of rows) {
    const payment = paymentOf(row);
    if (payment !== null) takenBack.set(row.id, payment);
  }
  const own = await context.journal.ownPayments(account.name, [...takenBack.values()]);
  for (const [rowId, payment] of takenBack) {
    const intent = own.get(payment);
    if (intent === undefined) continue;
    await freezeOnRefund(context, account, { rowId, intent });
    takenBack.delete(rowId);
  }
  for (const rowId of takenBack.keys()) {
    if (takenBack.size <= TAKEN_BACK_MAX) break;
    takenBack.delete(rowId); // the one that was read first
  }
  return !isFromBefore(context, runtime, { totals, look });
}

/**
 * Whether a page says that less has come than the look did, where pages were seen to count as looks do. One that goes on
 * saying so is believed after half an hour: it counts otherwise, for no cache is stale for so long.
 */
function isFromBefore(
  { clock }: KeeperContext,
  runtime: AccountRuntime,
  { totals, look }: { readonly totals: readonly (MicroUsd | null)[]; readonly look: LedgerLook | null },
): boolean {
  const seen = look?.totals?.creditedMicroUsd ?? null;
  if (seen === null || seen <= 0) return false;
  runtime.hasDebitTotal ||= totals.some((total) => total === seen);
  const isLess = totals.some((total) => total !== null && total < seen - EQUATION_SLACK_MICRO_USD);
  if (!runtime.hasDebitTotal || !isLess) {
    runtime.debitsBehindSinceMs = null;
    return false;
  }
  const nowMs = clock.monotonicMs();
  runtime.debitsBehindSinceMs ??= nowMs;
  return nowMs - runtime.debitsBehindSinceMs < RESTING_MS;
}

/** The same now and then, so that one stale page at the instant of a charge is not all that was read. */
export async function checkRefundsNowAndThen(
  context: KeeperContext,
  account: AccountSpec,
  runtime: AccountRuntime,
  sight: Pick<Sight, 'caller' | 'look'>,
): Promise<void> {
  const nowMs = context.clock.monotonicMs();
  if (runtime.refundsReadAtMs !== null && nowMs - runtime.refundsReadAtMs < AGAIN_MS) return;
  if (await checkRefunds(context, account, runtime, sight)) runtime.refundsReadAtMs = nowMs;
}

function paymentOf(row: WalletDebit): PaymentIntentId | null {
  const id = row.transactionId;
  // A withdrawal may go back to the card as a refund of the very payment that brought the money.
  const isPayout = /withdraw|payout/i.test(row.usecase);
  return !isPayout && row.type === 'debit' && id?.startsWith('pi_') === true
    ? parseProviderId<PaymentIntentId>(id)
    : null;
}
