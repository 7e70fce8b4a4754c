import { type MicroUsd, microFromCents, microUsd } from '../../domain/money.ts';
import { addMs, type EpochMs } from '../../domain/time.ts';
import type { Account, LedgerRow, PaymentIntent } from './account.ts';
import { happens } from './random.ts';
import type { World } from './world.ts';

/**
 * The wallet. One equation holds at every instant: balance = credited - used (API sheet #15, the `wallet` object).
 * Nothing outside this file changes either side.
 */

/** More debit rows than this, and the oldest are forgotten; credits are kept for ever. */
const DEBIT_ROWS_MAX = 400;

export function balanceOf(account: Account): MicroUsd {
  return microUsd(account.creditedMicroUsd - account.usedMicroUsd);
}

type Entry = {
  readonly amountMicroUsd: MicroUsd;
  readonly source: LedgerRow['source'];
  readonly transactionId: string;
  readonly usecase: string;
  readonly at: EpochMs;
};

/** Money in. The row of a card's credit can be made to show late (fault `delayed_ledger_rows`). */
export function credit(world: World, account: Account, entry: Entry): LedgerRow {
  account.beforeLastCredit = {
    creditedMicroUsd: account.creditedMicroUsd,
    usedMicroUsd: account.usedMicroUsd,
    lastRowId: account.rows.at(-1)?.id ?? 0,
  };
  account.creditedMicroUsd = microUsd(account.creditedMicroUsd + entry.amountMicroUsd);
  const isLate = entry.source === 'stripe' && happens(world, world.faults.delayed_ledger_rows);
  return append(world, account, {
    type: 'credit',
    entry,
    delayMs: isLate ? world.faults.ledger_delay_ms : 0,
  });
}

/** The credit of a charge that went through: the row that API sheet #15 documents. */
export function creditCardPayment(
  world: World,
  account: Account,
  payment: {
    readonly intent: PaymentIntent;
    readonly usecase: 'wallet_funding' | 'auto_recharge';
    readonly at: EpochMs;
  },
): void {
  const { intent, usecase, at } = payment;
  const amountMicroUsd = microFromCents(intent.amountCents);
  credit(world, account, { amountMicroUsd, source: 'stripe', transactionId: intent.id, usecase, at });
}

/** Money out, with a row. */
export function debit(world: World, account: Account, entry: Entry): LedgerRow {
  account.usedMicroUsd = microUsd(account.usedMicroUsd + entry.amountMicroUsd);
  return append(world, account, { type: 'debit', entry, delayMs: 0 });
}

/** Money out, whose row is written later, together with more of its kind. */
export function use(account: Account, amountMicroUsd: MicroUsd): void {
  account.usedMicroUsd = microUsd(account.usedMicroUsd + amountMicroUsd);
  account.unlisted.microUsd = microUsd(account.unlisted.microUsd + amountMicroUsd);
}

/** Writes the row of what `use` booked; nothing where there is none. */
export function listUse(world: World, account: Account, at: EpochMs): void {
  const { unlisted } = account;
  if (unlisted.microUsd > 0) {
    const entry: Entry = {
      amountMicroUsd: unlisted.microUsd,
      source: 'system',
      transactionId: `use_${world.nextRowId}`,
      usecase: 'api_usage',
      at,
    };
    append(world, account, { type: 'debit', entry, delayMs: 0 });
  }
  unlisted.microUsd = microUsd(0);
  unlisted.since = at;
}

/** Puts the balance where a tester wants it: up by a credit that no card paid, down by use. */
export function setBalance(world: World, account: Account, target: MicroUsd, at: EpochMs): void {
  const difference = target - balanceOf(account);
  const entry = {
    source: 'system',
    transactionId: `adj_${world.nextRowId}`,
    usecase: 'adjustment',
    at,
  } as const;
  if (difference > 0) credit(world, account, { ...entry, amountMicroUsd: microUsd(difference) });
  if (difference < 0) debit(world, account, { ...entry, amountMicroUsd: microUsd(-difference) });
}

function append(
  world: World,
  account: Account,
  row: { readonly type: LedgerRow['type']; readonly entry: Entry; readonly delayMs: number },
): LedgerRow {
  const { at, ...entry } = row.entry;
  const written: LedgerRow = {
    id: world.nextRowId,
    type: row.type,
    ...entry,
    createdAt: at,
    visibleAt: addMs(at, row.delayMs),
  };
  world.nextRowId += 1;
  account.rows.push(written);
  if (row.type === 'debit') forgetOldDebits(account);
  return written;
}

function forgetOldDebits(account: Account): void {
  if (account.rows.length <= DEBIT_ROWS_MAX) return;
  const debits = account.rows.filter((row) => row.type === 'debit');
  if (debits.length <= DEBIT_ROWS_MAX) return;
  const oldestKept = debits[Math.floor(DEBIT_ROWS_MAX / 4)]?.id ?? 0;
  account.rows = account.rows.filter((row) => row.type === 'credit' || row.id >= oldestKept);
}
