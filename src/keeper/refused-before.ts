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
  /** Since when no look can be trusted. */
  readonly blindSince: EpochMs | null;
  readonly round: number;
};

/** A charge that needs another key than the refused one waits until the ledger has had time to show what that one charged. */
export async function unlessRefusedBefore(
  context: KeeperContext,
  runtime: AccountRuntime,
  subject: 'wallet' | 'subscription',
  { decision, need }: { readonly decision: Decision; readonly need: Need | null },
): Promise<Decision> {
  const now = moneyNow(context);
  const free = freeNow(context, runtime.free[subject], decision);
  runtime.free[subject] = free;
  const refusedAt = need?.history.refusedAt ?? null;
  if (decision.kind !== 'charge' || need === null || refusedAt === null) return decision;
  if (leftKey(moneyCall(decision.action, decision.amountCents), need.history) !== undefined) return decision;
  // A second purser charges when both are free, and see the need, again. A run of `purser once` knows of nothing before it.
  // What somebody asks for is wanted by nobody else.
  const freeSince = decision.ensured === undefined ? free.wantedSince : free.since;
  const isDaemon = context.beside.mode === 'beside';
  const until = addMs(isDaemon ? epochMs(Math.max(refusedAt, freeSince)) : refusedAt, RESTING_MS);
  if (now >= until) return decision;
  const sentence = `another charge for it was refused and let go; this one waits until ${formatInstant(until)}, when the provider would show it had it been made after all`;
  return hold('pacing', sentence, until);
}

const FORBIDS: ReadonlySet<Decision['reason']> = new Set(['paused_by_operator', 'frozen', 'quarantined']);
const BLIND: ReadonlySet<Decision['reason']> = new Set([
  'provider_unreachable',
  'look_torn',
  'anchor_stale',
  'clock_skew',
]);
/** So long one bad answer behind the other is no break. */
const BLIND_MAX_MS = 10 * MINUTE_MS;
/** Comes and goes while a charge is wanted. */
const PASSING: ReadonlySet<Decision['reason']> = new Set(['intent_open', 'burn_unknown', 'cards_waiting']);

function freeNow(context: KeeperContext, before: Free | null, { kind, reason }: Decision): Free {
  const now = moneyNow(context);
  const round = context.firstRound.number; // another one behind a sleep of the host
  const isForbidden = FORBIDS.has(reason) || context.spec().mode === 'observe';
  const anew = { since: now, wantedSince: now, blindSince: null, round };
  if (before === null || isForbidden || before.round !== round) return anew;
  if (BLIND.has(reason)) {
    const blindSince = before.blindSince ?? now;
    return { ...(now - blindSince > BLIND_MAX_MS ? anew : before), blindSince };
  }
  const isWanted = kind === 'charge' || PASSING.has(reason);
  return { ...before, wantedSince: isWanted ? before.wantedSince : now, blindSince: null };
}
