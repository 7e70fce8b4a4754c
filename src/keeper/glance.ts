import type { HoldReason } from '../domain/decision.ts';
import { microFromCents } from '../domain/money.ts';
import { humanNeeds } from './human-needs.ts';
import type { Glance, GlanceQuery, GlanceState, Seen } from './view.ts';

/**
 * One page of the fleet: what needs a person first, then what is below its minimum, then the lowest runway. Pure.
 */
export function glance(
  places: Iterable<Place>,
  query: GlanceQuery,
): Omit<Glance, 'rows'> & { readonly placed: readonly Place[] } {
  const counts: Record<GlanceState, number> = {
    needs_person: 0,
    not_seen: 0,
    paused: 0,
    held_back: 0,
    charging: 0,
    would_charge: 0,
    well: 0,
  };
  let belowMinimum = 0;
  const search = query.search.toLowerCase();
  const found: Place[] = [];
  for (const place of places) {
    const { seen, state, isLow } = place;
    counts[state] += 1;
    if (isLow) belowMinimum += 1;
    if ((query.state === null || query.state === state) && isNamed(seen, search)) found.push(place);
  }
  found.sort(byNeed);
  const lastPage = Math.max(0, Math.ceil(found.length / query.pageSize) - 1);
  const page = Math.min(query.page, lastPage);
  const placed = found.slice(page * query.pageSize, (page + 1) * query.pageSize);
  return { counts, belowMinimum, found: found.length, page, placed };
}

/** Where an account stands in the list of all. */
export function placeOf(seen: Seen): Place {
  const state = stateOf(seen);
  const isLow = isBelowMinimum(seen);
  return {
    seen,
    state,
    isLow,
    rank: state === 'needs_person' ? 0 : isLow ? 1 : 2,
    runwayMs: seen.runwayMs ?? Number.POSITIVE_INFINITY, // what is not known goes last
  };
}

function stateOf(seen: Seen): GlanceState {
  const { wallet, subscription, standing, open, asksToConfirm, failure } = seen;
  const decisions = [wallet, subscription].filter((decision) => decision !== null);
  if (humanNeeds({ decisions, standing, asksToConfirm }).size > 0) return 'needs_person';
  if (failure !== null) return 'not_seen';
  if (standing.pausedBecause !== null) return 'paused';
  if (decisions.some((decision) => decision.kind === 'hold' && decision.amountCents !== null))
    return 'held_back';
  if (open.length > 0) return 'charging';
  if (decisions.some(({ kind }) => kind === 'charge')) return 'would_charge';
  return isTroubled(seen) ? 'held_back' : 'well';
}

/** What holds back whoever nothing is wrong with, too. */
const HELD_ANYWAY: ReadonlySet<HoldReason> = new Set([
  'subscription_ok',
  'plan_kept',
  'quarantined',
  'clock_skew',
]);

/** Something is to be done, and waits for more than money. */
function isTroubled(seen: Seen): boolean {
  const { wallet, subscription } = seen;
  const isSubscriptionHeld = subscription?.kind === 'hold' && !HELD_ANYWAY.has(subscription.reason);
  return isSubscriptionHeld || (wallet?.kind === 'hold' && isBelowMinimum(seen));
}

export type Place = {
  readonly seen: Seen;
  readonly state: GlanceState;
  readonly isLow: boolean;
  readonly rank: number;
  readonly runwayMs: number;
};

function byNeed(one: Place, other: Place): number {
  if (one.rank !== other.rank) return one.rank - other.rank;
  if (one.runwayMs !== other.runwayMs) return one.runwayMs - other.runwayMs;
  return one.seen.account.name < other.seen.account.name ? -1 : 1;
}

function isNamed({ account }: Seen, search: string): boolean {
  if (search === '') return true;
  return [account.name, account.group ?? '', account.policy.name].some((name) =>
    name.toLowerCase().includes(search),
  );
}

function isBelowMinimum({ account, balanceMicroUsd }: Seen): boolean {
  const minimum = account.policy.wallet?.minBalanceCents ?? null;
  return minimum !== null && balanceMicroUsd !== null && balanceMicroUsd < microFromCents(minimum);
}
