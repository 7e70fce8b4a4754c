import type { PaymentIntentId } from '../domain/ids.ts';
import { parseProviderId } from '../domain/ids.ts';
import { EQUATION_SLACK_MICRO_USD, RESTING_MS } from '../domain/ledger.ts';
import type { Totals } from '../domain/observation.ts';
import { type SeenFor, seenAgain } from '../domain/seen-for.ts';
import { type EpochMs, HOUR_MS, MINUTE_MS } from '../domain/time.ts';
import type { UpkeepMemory } from '../domain/upkeep.ts';
import type { WalletDebit, WalletDebits } from '../modelslab/wallet.ts';
import type { AccountRuntime } from './account-runtime.ts';
import type { KeeperContext } from './context.ts';

/** A row by which the provider took back a payment that was not known for ours when it was read. */
type TakenBack = { readonly rowId: string; readonly payment: PaymentIntentId };

/** What earlier pages of debits have shown; it outlives the process, for each run of `purser once` reads a few at most. */
export type DebitsMemory = Counting & {
  /** In the order in which they were read. */
  readonly takenBack: readonly TakenBack[];
};
export type Counting = {
  /** Which totals pages of debits were seen to count as the ledger look beside them does. */
  readonly isAlike: { readonly credited: boolean; readonly used: boolean };
  /** They were seen to count otherwise, though they add up as the look does. */
  readonly isOtherwise?: true;
  /** The look that pages were seen to be from before, and have not caught up with; for how long, and what they said at first. */
  readonly unlike:
    | (Totals & SeenFor & { readonly said?: readonly Said[]; readonly stillForMs?: number })
    | null;
};
type Said = Pick<Told, 'creditedMicroUsd' | 'usedMicroUsd'>;

type Told = NonNullable<WalletDebits['totals']>;

const OTHERWISE = { isOtherwise: true } as const;
/** So much of the time between two of them counts, for all may have been well in between. */
const GAP_MS = 20 * MINUTE_MS;
/** Nobody could fund a wallet whose debits never move again. A clock may jump, and a host stand still: not all of a gap counts. */
const STILL_MAX_MS = 6 * HOUR_MS;
const STILL_GAP_MS = 2 * HOUR_MS;
const TASK = 'debits/2'; // the first one counted otherwise
const NOTHING: DebitsMemory = {
  takenBack: [],
  isAlike: { credited: false, used: false },
  unlike: null,
};
/** A ledger has few refunds, fewer of payments that are nobody's. */
const TAKEN_BACK_MAX = 200;

export function debitsMemory(
  upkeep: Pick<UpkeepMemory, 'read'>,
  { name }: Pick<AccountRuntime, 'name'>,
): DebitsMemory {
  const record = upkeep.read(name, TASK);
  if (record === null) return NOTHING;
  const memory = JSON.parse(record.digest) as DebitsMemory; // what `keepDebits` wrote
  // An older one says since when, not for how long.
  return memory.unlike === null || 'seenForMs' in memory.unlike ? memory : { ...memory, unlike: null };
}

/** Writes only what changed. */
export async function keepDebits(
  { upkeep, clock }: KeeperContext,
  { name }: AccountRuntime,
  memory: DebitsMemory,
): Promise<void> {
  const digest = JSON.stringify({ ...memory, takenBack: memory.takenBack.slice(-TAKEN_BACK_MAX) });
  const kept = upkeep.read(name, TASK)?.digest ?? JSON.stringify(NOTHING);
  if (digest === kept) return;
  await upkeep.write(name, TASK, { digest, result: 'done', detail: '', at: clock.now() });
}

/** With what more rows show; a row that turns out to be a withdrawal took nothing back. */
export function withRows(known: readonly TakenBack[], rows: readonly WalletDebit[]): readonly TakenBack[] {
  const byRow = new Map(known.map((one) => [keyOf(one), one]));
  // Where there are too many, those that were read first are forgotten.
  for (const row of rows.toSorted((one, other) => (one.createdAt ?? 0) - (other.createdAt ?? 0))) {
    const { transactionId: id } = row;
    const payment = id?.startsWith('pi_') === true ? parseProviderId<PaymentIntentId>(id) : null;
    if (payment === null || row.type !== 'debit') continue;
    const one = { rowId: row.id, payment };
    // A withdrawal may go back to the card as a refund of the very payment that brought the money.
    if (/withdraw|payout/i.test(row.usecase)) byRow.delete(keyOf(one));
    else byRow.set(keyOf(one), one);
  }
  return [...byRow.values()];
}

/** Some providers number rows by page. */
function keyOf({ rowId, payment }: TakenBack): string {
  return JSON.stringify([rowId, payment]);
}

/**
 * What the totals beside the rows tell, where they were seen to count as looks do, or add up to a balance in the same way.
 * A page that says that less has come, or so much less was used that it may lack a refund, is from before the look.
 * - Pages that are from before a look for half an hour count otherwise, for no cache is stale for so long: they are
 *   believed, until some are seen to count as looks do again. Those that stand still while looks go on are stale for
 *   longer, and no longer than a few hours of readings.
 * - Where what was used is always shown late, one that has caught up with the look of the last reading shows what had made
 *   the wallet low by then.
 */
export function withTotals(
  before: Counting,
  pages: readonly WalletDebits['totals'][],
  news: {
    readonly look: Totals;
    /** Whether they add up to the balance of the look. */
    readonly doesLookAddUp: boolean;
    readonly refundMicroUsd: number;
    readonly now: EpochMs;
  },
): Counting & { readonly isFromBefore: boolean } {
  const { look, refundMicroUsd, now } = news;
  const told = pages.filter((page) => page !== null);
  if (told.length === 0) return { ...before, isFromBefore: false };
  const isSame = told.every(({ creditedMicroUsd }) => creditedMicroUsd === look.creditedMicroUsd);
  const isUseSame = told.every(
    ({ usedMicroUsd }) => usedMicroUsd !== null && usedMicroUsd >= look.usedMicroUsd,
  );
  const isSound = news.doesLookAddUp && before.isOtherwise !== true && told.every(addsUp);
  const isAlike = {
    credited: before.isAlike.credited || isSame || isSound,
    used: before.isAlike.used || (isSame && isUseSame) || isSound,
  };
  const known = { isAlike, ...(before.isOtherwise === true && !(isSame && isUseSame) ? OTHERWISE : {}) };
  const hasLess = (seen: Totals): boolean =>
    isAlike.credited &&
    told.some((page) => page.creditedMicroUsd < seen.creditedMicroUsd - EQUATION_SLACK_MICRO_USD);
  const lateMicroUsd = (seen: Totals): number =>
    seen.usedMicroUsd - refundMicroUsd + EQUATION_SLACK_MICRO_USD;
  const mayLackRefund = (seen: Totals): boolean =>
    isAlike.used &&
    told.some(({ usedMicroUsd }) => usedMicroUsd !== null && usedMicroUsd <= lateMicroUsd(seen));
  const isBefore = (seen: Totals): boolean => hasLess(seen) || mayLackRefund(seen);
  const { unlike } = before;
  if (!isBefore(look)) return { ...known, unlike: null, isFromBefore: false };
  const said = told.map(({ creditedMicroUsd, usedMicroUsd }) => ({ creditedMicroUsd, usedMicroUsd }));
  const anew = { ...look, ...seenAgain(null, now), said, stillForMs: 0 };
  if (unlike === null) return { ...known, unlike: anew, isFromBefore: true };
  if (hasLess(look) && !hasLess(unlike)) {
    // More has come each time that they caught up: they lag, and have for as long as they were read again and again.
    const lagging = now - unlike.seenAt <= GAP_MS ? { ...anew, ...seenAgain(unlike, now) } : anew;
    if (lagging.seenForMs < RESTING_MS) return { ...known, unlike: lagging, isFromBefore: true };
    return { isAlike: { ...isAlike, credited: false }, ...OTHERWISE, unlike: null, isFromBefore: false };
  }
  if (!isBefore(unlike)) return { ...known, unlike: anew, isFromBefore: false };
  const seen = seenAgain(unlike, now, GAP_MS);
  const hasGoneOn = look.usedMicroUsd !== unlike.usedMicroUsd;
  const isStill = hasGoneOn && wordOf(said) === wordOf(unlike.said ?? []);
  const { seenAt, stillForMs: seenForMs = unlike.seenForMs } = unlike;
  const stillForMs = seenAgain({ seenAt, seenForMs }, now, STILL_GAP_MS).seenForMs;
  if (seen.seenForMs < RESTING_MS || (isStill && stillForMs < STILL_MAX_MS))
    return { ...known, unlike: { ...unlike, ...seen, stillForMs }, isFromBefore: true };
  const stillAlike = {
    credited: isAlike.credited && !hasLess(look),
    used: isAlike.used && !mayLackRefund(look),
  };
  return { isAlike: stillAlike, ...OTHERWISE, unlike: null, isFromBefore: false };
}

/** However many pages said so. */
function wordOf(said: readonly Said[]): string {
  return [...new Set(said.map((one) => JSON.stringify(one)))].join();
}

/** In a wallet to which nothing ever came they do however a provider counts. */
function addsUp({ creditedMicroUsd, usedMicroUsd, balanceMicroUsd }: Told): boolean {
  if (usedMicroUsd === null || balanceMicroUsd === null || creditedMicroUsd === 0) return false;
  return Math.abs(creditedMicroUsd - usedMicroUsd - balanceMicroUsd) <= EQUATION_SLACK_MICRO_USD;
}
