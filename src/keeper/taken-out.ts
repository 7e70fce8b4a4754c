import { TRANSACTIONS_PAGE_MAX } from '../contract/limits.ts';
import { STAMP_SLACK_MS } from '../domain/ledger.ts';
import { addMs, MINUTE_MS } from '../domain/time.ts';
import type { Caller } from '../modelslab/reading.ts';
import { listWalletDebits, type WalletDebit } from '../modelslab/wallet.ts';
import {
  type Burn,
  heavyFalls,
  type TakenOut,
  withoutHeavyFalls,
  withoutTakenOut,
  withoutYoungFalls,
} from '../policy/burn.ts';
import type { AccountRuntime } from './account-runtime.ts';
import type { KeeperContext } from './context.ts';
import { newestDebits, type Page } from './newest-debits.ts';

/** So long after a balance fell its row may be missing. */
const ROW_LATE_MS = 5 * MINUTE_MS;
/** How far an exact stamp may be from when the balance fell: clocks may be half of it apart, and balances behind. */
const EXACT_SLACK_MS = 10 * MINUTE_MS;
/** How debits are named that bought nothing; only the sandbox's words are known. */
const NO_USE = /withdraw|payout|refund|reversal|charge_?back|dispute/i;
/** Payments, refunds and payouts of Stripe. */
const STRIPE_ID = /^(pi|re|po|pyr)_/;

/**
 * The burn that an amount may be made of: where one fall of the balance makes the most of it, the debits tell whether that
 * was use, or a withdrawal on the web, or what a person had paid and got back. While they cannot be read, or may not show it
 * yet, it is left out.
 */
export async function provenBurn(
  context: KeeperContext,
  runtime: AccountRuntime,
  caller: Caller,
): Promise<Burn | null> {
  const { burn } = runtime;
  const heavy = burn === null ? [] : heavyFalls(burn);
  if (burn === null || heavy.length === 0) return burn;
  const page: Page = (offset) =>
    listWalletDebits(context.client, caller, { limit: TRANSACTIONS_PAGE_MAX, offset });
  const rows = await newestDebits(page, Math.min(...heavy.map(({ from }) => from)) - STAMP_SLACK_MS);
  if (rows === null || rows === 'refused') return withoutHeavyFalls(burn);
  const now = context.clock.now();
  runtime.burn = withoutTakenOut(burn, rows.flatMap(takenOutBy), addMs(now, -ROW_LATE_MS));
  // Of an interval of hours the last minutes are little.
  return withoutYoungFalls(runtime.burn, addMs(now, -2 * ROW_LATE_MS));
}

function takenOutBy(row: WalletDebit): TakenOut[] {
  const { type, usecase, transactionId, createdAt, amountMicroUsd } = row;
  const isUse = !NO_USE.test(usecase) && !STRIPE_ID.test(transactionId ?? '');
  if (type !== 'debit' || isUse || createdAt === null || amountMicroUsd === null) return [];
  return [{ at: createdAt, slackMs: row.isStampExact ? EXACT_SLACK_MS : STAMP_SLACK_MS, amountMicroUsd }];
}
