import type { Standing } from '../domain/history.ts';
import { anchorOf, isBelow } from '../domain/ledger.ts';
import { microFromCents } from '../domain/money.ts';
import { seenAgain } from '../domain/seen-for.ts';
import type { AccountSpec, WalletSpec } from '../domain/spec.ts';
import { addMs, type EpochMs, HOUR_MS, MINUTE_MS } from '../domain/time.ts';
import type { AccountRuntime } from './account-runtime.ts';
import { isClockOff, type KeeperContext, moneyNow } from './context.ts';
import { isLetGo } from './let-go.ts';
import type { Sight } from './observe.ts';

const ANCHOR_FALL_MS = 5 * MINUTE_MS;
/** A low wallet is told after ten minutes: one time below counts for less, so that a balance that is up and down tells nothing. */
const ONCE_MAX_MS = 8 * MINUTE_MS;
const CARRIED_MAX_MS = 10 * MINUTE_MS;

/** So long the provider's pages may be from before a payment that is proven. */
const SHOWN_MAX_MS = 10 * MINUTE_MS;

/** Until when earlier times below the minimum count, and whether they were several already. */
export type LowBefore = { readonly drainsAt: EpochMs; readonly isRepeated: boolean };

/** After the journal was lost a low balance counts only when it is seen twice, 12 minutes apart (fence 3). */
export async function noteLowLook(
  context: KeeperContext,
  account: AccountSpec,
  seen: { readonly standing: Standing; readonly isLow: boolean; readonly isHigh: boolean },
): Promise<void> {
  const { watch } = seen.standing;
  if (watch.kind !== 'probation' || isClockOff(context)) return;
  if (seen.isLow && watch.firstLowAt === null)
    await context.journal.remember(account.name, { firstLowAt: moneyNow(context) });
  if (seen.isHigh && watch.firstLowAt !== null)
    await context.journal.remember(account.name, { firstLowAt: null });
}

/**
 * Since when the wallet is low, and for how long no look at it can be trusted: what patience is counted from. What begins
 * while the clock is off begins when it is right again.
 */
export async function noteLow(
  context: KeeperContext,
  account: AccountSpec,
  runtime: AccountRuntime,
  { sight, spec, now }: { readonly sight: Sight; readonly spec: WalletSpec; readonly now: EpochMs },
): Promise<void> {
  const { look } = sight;
  const balance = look?.balanceMicroUsd ?? sight.balanceMicroUsd;
  if (balance === null) return;
  const isLow = balance < microFromCents(spec.minBalanceCents);
  const since = isClockOff(context) ? null : now;
  const { highestAnchor, letGoAt } = await context.journal.memory(account.name);
  if (runtime.unsound !== null && isLetGo(runtime.unsound.seenAt, letGoAt, now)) runtime.unsound = null;
  const isSound =
    look !== null &&
    sight.isLookConsistent &&
    !hasFallenLately(runtime, now) &&
    (highestAnchor === null || !isBelow(anchorOf(look), highestAnchor));
  const hiddenMs = since === null || runtime.unsound === null ? 0 : since - runtime.unsound.seenAt;
  const unsound = since === null ? runtime.unsound : seenAgain(runtime.unsound, since);
  runtime.unsound = isLow && !isSound ? unsound : null;
  // What was paid a moment ago is not shown yet.
  const { paidAt } = runtime;
  const isCounted = isLow && (isSound || paidAt === null || now - paidAt >= SHOWN_MAX_MS);
  // Nor is it seen to be above.
  const { lowBefore } = runtime;
  if (isLow && runtime.lowSince === null && lowBefore !== null && hiddenMs > 0)
    runtime.lowBefore = { ...lowBefore, drainsAt: addMs(lowBefore.drainsAt, hiddenMs) };
  if (!isCounted && since !== null) runtime.lowBefore = carried(runtime, since);
  runtime.lowSince = isCounted ? (runtime.lowSince ?? since) : null;
}

/**
 * For how long the wallet is below its minimum, in milliseconds. Of a time shortly before, as much counts as it was longer
 * than the time above: where each top-up is used up within minutes the wallet is below for hours, and never for long.
 */
export function lowSpell(
  { lowSince, lowBefore }: Pick<AccountRuntime, 'lowSince' | 'lowBefore'>,
  now: EpochMs,
): { readonly forMs: number; readonly isRepeated: boolean } {
  if (lowSince === null)
    return { forMs: 0, isRepeated: lowBefore?.isRepeated === true && now < lowBefore.drainsAt };
  const carriedMs = lowBefore === null ? 0 : Math.max(0, lowBefore.drainsAt - lowSince);
  return { forMs: now - lowSince + carriedMs, isRepeated: carriedMs > 0 };
}

function carried(runtime: AccountRuntime, now: EpochMs): LowBefore | null {
  const { lowSince, lowBefore } = runtime;
  if (lowSince === null) return lowBefore !== null && now < lowBefore.drainsAt ? lowBefore : null;
  const { forMs, isRepeated: isAgain } = lowSpell(runtime, now);
  const isRepeated = isAgain && now - lowSince < HOUR_MS;
  const carriedMs = Math.min(forMs, isRepeated ? CARRIED_MAX_MS : ONCE_MAX_MS);
  return { drainsAt: addMs(now, carriedMs), isRepeated };
}

/** After a credit was taken back nothing is charged for a while: one odd answer must not charge beside the money. */
export function hasFallenLately(runtime: AccountRuntime, now: EpochMs): boolean {
  return runtime.anchorFellAt !== null && now - runtime.anchorFellAt < ANCHOR_FALL_MS;
}
