import { bytesOf, type MoneyCall, moneyCall } from '../charge/call.ts';
import type { Decision } from '../domain/decision.ts';
import type { ChargeHistory } from '../domain/history.ts';
import { RESTING_MS } from '../domain/ledger.ts';
import { addMs, type EpochMs, epochMs, formatInstant, MINUTE_MS } from '../domain/time.ts';
import { hold } from '../policy/shared-checks.ts';
import type { AccountRuntime } from './account-runtime.ts';
import type { Need } from './arm-charge.ts';
import { type KeeperContext, moneyNow } from './context.ts';

/*
 * What becomes of a need whose charge was refused, "nothing done", and let go (`isKeyUnused`). A second purser with a journal
 * of its own may have charged under that key meanwhile. Under the same key that is found out; under another one only by a
 * ledger that is up to date.
 */

/** The key that such a charge left, for the very same bytes. */
export function leftKey(
  call: MoneyCall,
  { unusedKeys }: ChargeHistory,
): ChargeHistory['unusedKeys'][number] | undefined {
  return unusedKeys.find(({ bytes }) => bytes === bytesOf(call));
}

/** What the passes of this process have seen. */
export type Free = {
  /** Since when nothing forbids charges. */
  readonly since: EpochMs;
  /** Since when, besides, one is wanted and nothing holds it back. */
  readonly wantedSince: EpochMs;
  /** Since when no look can be trusted, or the card is busy. */
  readonly gapSince: EpochMs | null;
  readonly round: number;
};

/** A charge that needs another key than the refused one waits until the ledger has had time to show what that one charged. */
export function unlessRefusedBefore(
  context: KeeperContext,
  runtime: AccountRuntime,
  subject: 'wallet' | 'subscription',
  { decision, need }: { readonly decision: Decision; readonly need: Need | null },
): Decision {
  const now = moneyNow(context);
  const free = freeNow(context, runtime.free[subject], decision);
  runtime.free[subject] = free;
  const refusedAt = need?.history.refusedAt ?? null;
  if (decision.kind !== 'charge' || need === null || refusedAt === null) return decision;
  if (leftKey(moneyCall(decision.action, decision.amountCents), need.history) !== undefined) return decision;
  // A second purser charges when both are free, and see the need, again. A run of `purser once` knows of nothing before it.
  const freeSince = isAskedFor(decision) ? free.since : free.wantedSince;
  const isDaemon = context.beside.mode === 'beside';
  const until = addMs(isDaemon ? epochMs(Math.max(refusedAt, freeSince)) : refusedAt, RESTING_MS);
  if (now >= until) return decision;
  const sentence = `another charge for it was refused and let go; this one waits until ${formatInstant(until)}, when the provider would show it had it been made after all`;
  return hold('pacing', sentence, until);
}

/** A pass that ended before anything was decided: its account, or whose it is, could not be seen. */
export function noteUnseen(context: KeeperContext, { free }: AccountRuntime): void {
  for (const subject of ['wallet', 'subscription'] as const)
    if (free[subject] !== null)
      free[subject] = freeNow(context, free[subject], hold('provider_unreachable', ''));
}

/** No other purser wants what only somebody's job here asks for. */
function isAskedFor(decision: Decision): boolean {
  return decision.kind === 'charge' && decision.ensured?.isOnly === true;
}

const FORBIDS: ReadonlySet<Decision['reason']> = new Set(['paused_by_operator', 'frozen', 'quarantined']);
const BLIND: ReadonlySet<Decision['reason']> = new Set([
  'provider_unreachable',
  'page_unclear',
  'look_torn',
  'anchor_stale',
  'clock_skew',
]);
/** So long a gap breaks nothing off. */
const GAP_MAX_MS = 10 * MINUTE_MS;
/** Comes and goes while a charge is wanted. */
const PASSING: ReadonlySet<Decision['reason']> = new Set(['intent_open', 'burn_unknown']);
/** A card is busy for moments; one that rests is free again for both at once. */
const BUSY_MAX_MS = MINUTE_MS;

/** One bad answer behind the other, or a busy card. */
function isGap(decision: Decision, now: EpochMs): boolean {
  if (BLIND.has(decision.reason)) return true;
  const until = decision.kind === 'hold' ? decision.until : null;
  return decision.reason === 'cards_waiting' && until !== null && until - now <= BUSY_MAX_MS;
}

function freeNow(context: KeeperContext, before: Free | null, decision: Decision): Free {
  const { kind, reason } = decision;
  const now = moneyNow(context);
  const round = context.firstRound.number; // another one behind a sleep of the host
  const isForbidden = FORBIDS.has(reason) || context.spec().mode === 'observe';
  const anew = { since: now, wantedSince: now, gapSince: null, round };
  if (before === null || isForbidden || before.round !== round) return anew;
  if (isGap(decision, now)) {
    const gapSince = before.gapSince ?? now;
    return { ...(now - gapSince > GAP_MAX_MS ? anew : before), gapSince };
  }
  const isWanted = (kind === 'charge' && !isAskedFor(decision)) || PASSING.has(reason);
  return { ...before, wantedSince: isWanted ? before.wantedSince : now, gapSince: null };
}
