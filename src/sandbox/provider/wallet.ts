import { TRANSACTIONS_PAGE_DEFAULT, TRANSACTIONS_PAGE_MAX } from '../../contract/limits.ts';
import { type MicroUsd, microUsd, usdFromMicro } from '../../domain/money.ts';
import { type EpochMs, formatInstant } from '../../domain/time.ts';
import type { Account, LedgerRow, WalletSnapshot } from './account.ts';
import { invalid, type Outcome, ok } from './answer.ts';
import type { Call } from './call.ts';
import { countParameter } from './input.ts';
import { happens } from './random.ts';
import type { World } from './world.ts';

/** API sheet #14. */
export function getWalletBalance(call: Call): Outcome {
  const { creditedMicroUsd, usedMicroUsd } = viewOf(call);
  return ok({ balance: usdFromMicro(microUsd(creditedMicroUsd - usedMicroUsd)), currency: 'USD' });
}

/** API sheet #15: newest first, filtered by `type`, a page of `limit` from `offset`. */
export function listWalletTransactions(call: Call): Outcome {
  const { query, world, account, now } = call;
  const type = query['type'];
  if (type !== undefined && type !== 'credit' && type !== 'debit') {
    return invalid('type', 'The selected type is invalid.');
  }
  const page = { min: 1, max: TRANSACTIONS_PAGE_MAX, absent: TRANSACTIONS_PAGE_DEFAULT };
  const limit = countParameter(query, { name: 'limit', ...page });
  if (limit === null) return invalid('limit', `The limit must be between 1 and ${TRANSACTIONS_PAGE_MAX}.`);
  const offset = countParameter(query, { name: 'offset', min: 0, max: 1e9, absent: 0 });
  if (offset === null) return invalid('offset', 'The offset must be at least 0.');

  const view = viewOf(call);
  const rows: LedgerRow[] = [];
  let hiddenMicroUsd = 0;
  for (let index = account.rows.length - 1; index >= 0; index -= 1) {
    const row = account.rows[index];
    if (row === undefined || row.id > view.lastRowId) continue;
    if (row.visibleAt > now) hiddenMicroUsd += row.amountMicroUsd;
    else if (type === undefined || row.type === type) rows.push(row);
  }
  const items = rows.slice(offset, offset + limit).map(rowOnTheWire);
  const tornMicroUsd = world.faults.torn_totals ? hiddenMicroUsd : 0;
  return ok({
    items,
    count: items.length,
    total: rows.length,
    wallet: walletOnTheWire(view, microUsd(tornMicroUsd)),
  });
}

/** The wallet as it is or, under the fault `stale_balance`, as it was before its newest credit. */
function viewOf(call: {
  readonly world: World;
  readonly account: Account;
  readonly now: EpochMs;
}): WalletSnapshot {
  const { world, account } = call;
  if (account.beforeLastCredit !== null && happens(world, world.faults.stale_balance))
    return account.beforeLastCredit;
  const { creditedMicroUsd, usedMicroUsd } = account;
  return { creditedMicroUsd, usedMicroUsd, lastRowId: Number.MAX_SAFE_INTEGER };
}

function walletOnTheWire(view: WalletSnapshot, tornMicroUsd: MicroUsd): Readonly<Record<string, unknown>> {
  return {
    balance: usdFromMicro(microUsd(view.creditedMicroUsd - view.usedMicroUsd)),
    currency: 'USD',
    total_credited: usdFromMicro(microUsd(view.creditedMicroUsd - tornMicroUsd)),
    amount_used: usdFromMicro(view.usedMicroUsd),
  };
}

function rowOnTheWire(row: LedgerRow): Readonly<Record<string, unknown>> {
  return {
    id: row.id,
    source: row.source,
    transaction_id: row.transactionId,
    type: row.type,
    amount: usdFromMicro(row.amountMicroUsd),
    status: 'success',
    usecase: row.usecase,
    created_at: formatInstant(row.createdAt),
  };
}
