import { TRANSACTIONS_PAGE_MAX } from '../contract/limits.ts';
import { STAMP_SLACK_MS } from '../domain/ledger.ts';
import { addMs, type EpochMs, MINUTE_MS } from '../domain/time.ts';
import type { Caller } from '../modelslab/reading.ts';
import { listWalletDebits, type WalletDebit } from '../modelslab/wallet.ts';
import {
  type Burn,
  fallsInQuestion,
  fastestPerSecond,
  heavyFalls,
  type Outflow,
  runwayMs,
  withoutHeavyFalls,
  withoutTakenOut,
  withoutUnshown,
} from '../policy/burn.ts';
import type { AccountRuntime } from './account-runtime.ts';
import type { KeeperContext } from './context.ts';
import { newestDebits, type Page } from './newest-debits.ts';

/** So long after a balance fell its row may be missing. */
const ROW_LATE_MS = 5 * MINUTE_MS;
/** A wallet that lasts for so long at the fastest that was seen is not empty before. */
const LASTS_MS = 3 * ROW_LATE_MS;
/** How far an exact stamp may be from when the balance fell: clocks may be half of it apart, and balances behind. */
const EXACT_SLACK_MS = 10 * MINUTE_MS;
/** Where use is shown beside a fall it is of another, but for as long as it takes to be written. */
const SHOWN_SLACK_MS = MINUTE_MS;
/** How debits are named that bought nothing; only the sandbox's words are known. */
const NO_USE = /withdraw|payout|refund|reversal|charge_?back|dispute/i;
/** Payments, refunds and payouts of Stripe. */
const STRIPE_ID = /^(pi|re|po|pyr)_/;

type Proven = {
  readonly burn: Burn | null;
  /** When more of it is known, where the wallet lasts until then by far; else `null`. */
  readonly moreAt: EpochMs | null;
};

/**
 * The burn that an amount may be made of: what is known to have been use. Where few falls of the balance make the most of
 * it, they may as well be withdrawals on the web, or what a person had paid and got back; `amount_used` tells nothing,
 * for a withdrawal may be counted in it. The debits tell: a fall that they show as taken out is left out; what fell before
 * its row would be late counts. Where younger ones make the forecast, they count as far as rows show that so much was
 * used. So what is not known yet makes a charge no larger than twice what rows show, or the minimum, and the rest of it is
 * charged as soon as it is known (`coolingSince`); a wallet that lasts until then is not charged before.
 */
export async function provenBurn(
  context: KeeperContext,
  runtime: AccountRuntime,
  caller: Caller,
): Promise<Proven> {
  const { burn } = runtime;
  const falls = burn === null ? [] : fallsInQuestion(burn);
  if (burn === null || falls.length === 0) return { burn, moreAt: null };
  const page: Page = (offset) =>
    listWalletDebits(context.client, caller, { limit: TRANSACTIONS_PAGE_MAX, offset });
  const rows = await newestDebits(page, Math.min(...falls.map(({ from }) => from)) - STAMP_SLACK_MS);
  if (rows === null || rows === 'refused') return { burn: withoutHeavyFalls(burn), moreAt: null };
  const shown = rows.map(outflowOf).filter((one) => one !== null);
  const takenOut = shown.filter(({ isUse }) => !isUse);
  const known = withoutTakenOut(burn, takenOut, addMs(context.clock.now(), -ROW_LATE_MS));
  runtime.burn = known;
  if (heavyFalls(known).length === 0) return { burn: known, moreAt: null };
  const used = shown.filter(({ isUse, isStampExact }) => isUse && isStampExact);
  const ofRows = withoutUnshown(
    known,
    used.map((one) => ({ ...one, slackMs: SHOWN_SLACK_MS })),
  );
  const lastsMs = runwayMs(known.balanceMicroUsd, fastestPerSecond(known)) ?? 0;
  const isWhole = ofRows.spentMicroUsd >= known.spentMicroUsd;
  const last = Math.max(...known.falls.map(({ until }) => until)) as EpochMs; // instants all of them
  return { burn: ofRows, moreAt: isWhole || lastsMs < LASTS_MS ? null : addMs(last, ROW_LATE_MS) };
}

function outflowOf(
  row: WalletDebit,
): (Outflow & { readonly isUse: boolean; readonly isStampExact: boolean }) | null {
  const { type, usecase, transactionId, createdAt, amountMicroUsd, isStampExact } = row;
  if (type !== 'debit' || createdAt === null || amountMicroUsd === null) return null;
  const isUse = !NO_USE.test(usecase) && !STRIPE_ID.test(transactionId ?? '');
  const slackMs = isStampExact ? EXACT_SLACK_MS : STAMP_SLACK_MS;
  return { at: createdAt, slackMs, amountMicroUsd, isUse, isStampExact };
}
