import { TRANSACTIONS_PAGE_DEFAULT, TRANSACTIONS_PAGE_MAX } from '../../contract/limits.ts';
import { usdFromMicro } from '../../domain/money.ts';
import { formatInstant, parseInstant } from '../../domain/time.ts';
import type { Account } from './account.ts';
import { invalid, type Outcome, ok } from './answer.ts';
import type { Call } from './call.ts';
import { countParameter } from './input.ts';
import { balanceOf } from './ledger.ts';
import { findPlan } from './plans.ts';

/** Invented: a generation costs a fifth of a cent. It only turns money used into a number of calls. */
const CALL_MICRO_USD = 2_000;

/** API sheet §2, "Neighbours": usage, limits, wallet. */
export function getUsageSummary(call: Call): Outcome {
  const { account } = call;
  return ok({
    usage: { api_calls: callsOf(account), amount_used: usdFromMicro(account.usedMicroUsd) },
    limits: { api_call_limit: callLimitOf(account) },
    wallet: { balance: usdFromMicro(balanceOf(account)), currency: 'USD' },
  });
}

/** Plan limits and what remains, by product. */
export function getUsageProducts(call: Call): Outcome {
  const { account } = call;
  const used = callsOf(account);
  const products = account.subscriptions.flatMap((subscription) => {
    const plan = findPlan(subscription.planId);
    if (plan === null || subscription.status === 'canceled') return [];
    const remaining = Math.max(0, plan.apiCallLimit - used);
    return [{ product: plan.name, category: plan.category, limit: plan.apiCallLimit, used, remaining }];
  });
  return ok(products);
}

/** What was spent, newest first, from the wallet's debit rows. */
export function getUsageHistory(call: Call): Outcome {
  const { query, account } = call;
  const bounds = { min: 1, max: TRANSACTIONS_PAGE_MAX, absent: TRANSACTIONS_PAGE_DEFAULT };
  const limit = countParameter(query, { name: 'limit', ...bounds });
  if (limit === null) return invalid('limit', `The limit must be between 1 and ${TRANSACTIONS_PAGE_MAX}.`);
  const from = query['from'] === undefined ? Number.NEGATIVE_INFINITY : parseInstant(query['from']);
  if (from === null) return invalid('from', 'The from is not a valid date.');
  const to = query['to'] === undefined ? Number.POSITIVE_INFINITY : parseInstant(query['to']);
  if (to === null) return invalid('to', 'The to is not a valid date.');
  const rows = account.rows.filter(
    (row) => row.usecase === 'api_usage' && row.createdAt >= from && row.createdAt <= to,
  );
  const items = rows
    .slice(-limit)
    .reverse()
    .map((row) => ({
      created_at: formatInstant(row.createdAt),
      endpoint: '/api/v7/images/text-to-image',
      status: 'success',
      cost: usdFromMicro(row.amountMicroUsd),
    }));
  return ok({ items, count: items.length, total: rows.length });
}

function callsOf(account: Account): number {
  return Math.floor(account.usedMicroUsd / CALL_MICRO_USD);
}

function callLimitOf(account: Account): number {
  const live = account.subscriptions.filter((one) => one.status === 'active' || one.status === 'trialing');
  return live.reduce((sum, one) => sum + (findPlan(one.planId)?.apiCallLimit ?? 0), 0);
}
