import type { Plan, Subscription } from '../domain/observation.ts';
import type { SubscriptionSpec } from '../domain/spec.ts';
import type { PlanName } from '../domain/subscription-rules.ts';
import { addMs, DAY_MS, type EpochMs, epochMs, HOUR_MS, MINUTE_MS } from '../domain/time.ts';
import type { Low, LowSeen } from './subscription-memory.ts';
import { isLive, isOnPlan } from './subscription-plan.ts';
import { type LowState, lowKey } from './wanted-subscription.ts';

/** What a rule by what remains is judged on. */
export type LowCase = {
  readonly spec: SubscriptionSpec;
  readonly subscription: Subscription;
  readonly plans: readonly Plan[] | null;
  /** Share of the present plan's calls that remains, 0 to 1; `null` where it is not known. */
  readonly share: number | null;
  /** When that was read. */
  readonly readAt: EpochMs;
  /** What earlier reads have said. */
  readonly seen: readonly LowSeen[];
  readonly lows: readonly Low[];
  /** The subscription was not known before. */
  readonly isFirstSight: boolean;
  readonly now: EpochMs;
};

/** One odd answer begins nothing: a second one, read so much later, has to say the same. */
export const READS_APART_MS = 10 * MINUTE_MS;
/** So long before the period ends the plan goes back: the renewal is then charged at the lower price. */
const RELEASE_AHEAD_MS = 2 * HOUR_MS;
/** So long after its end the provider's counters are new. */
const COUNTERS_SETTLE_MS = HOUR_MS;
/** Stands in where the provider does not say when the period ends. */
const PERIOD_MS = 30 * DAY_MS;
/** A period that ends later than it was to, well before its end, was begun anew by the change of plan. */
const RESTART_MARGIN_MS = DAY_MS;

/**
 * Which rules by what remains hold, or held last. Once one held it does so until shortly before the period ends, however
 * much the dearer plan has left, and never again in that period: nothing flaps.
 */
export function nextLows(one: LowCase): readonly Low[] {
  const rules = remainingRules(one.spec);
  const next = rules.flatMap((rule) => {
    const known = one.lows.find((low) => low.key === rule.key);
    if (known !== undefined && one.now < known.quietUntil) return [prolonged(known, one)];
    if (begins(rule, one)) return [begun(rule.key, one)];
    return known === undefined ? [] : [known];
  });
  const isSame = next.length === one.lows.length && next.every((low, index) => low === one.lows[index]);
  return isSame ? one.lows : next;
}

/** Which rules this read and those before it say hold; one that says otherwise, or nothing, begins the count anew. */
export function nextLowsSeen(one: LowCase): readonly LowSeen[] {
  return remainingRules(one.spec)
    .filter((rule) => isBelow(rule, one))
    .map(({ key }) => one.seen.find((seen) => seen.key === key) ?? { key, at: one.readAt });
}

/** What the wanted plan is worked out from. */
export function lowStates(one: LowCase): ReadonlyMap<string, LowState> {
  return new Map(remainingRules(one.spec).map((rule) => [rule.key, stateOf(rule, one)]));
}

function stateOf({ key, plan }: RemainingRule, one: LowCase): LowState {
  const low = one.lows.find((candidate) => candidate.key === key);
  if (low !== undefined && one.now < low.until) return { kind: 'holds' };
  const isQuiet = low !== undefined && one.now < low.quietUntil;
  const isKnown = isQuiet || one.share !== null || isOnPlan(plan, one.subscription, one.plans);
  return isKnown ? { kind: 'not', endedAt: low?.until ?? null } : { kind: 'unknown' };
}

function begun(key: string, one: LowCase): Low {
  const end = periodEnd(one);
  const until = epochMs(Math.max(one.now, end - RELEASE_AHEAD_MS));
  return { key, until, quietUntil: addMs(end, COUNTERS_SETTLE_MS) };
}

function begins(rule: RemainingRule, one: LowCase): boolean {
  // Where memory was lost the plan that such a rule names was reached by it: going back would only be paid for again.
  if (isOnPlan(rule.plan, one.subscription, one.plans)) return one.isFirstSight;
  const seen = one.seen.find(({ key }) => key === rule.key);
  return seen !== undefined && one.readAt - seen.at >= READS_APART_MS && isBelow(rule, one);
}

function isBelow(rule: RemainingRule, one: LowCase): boolean {
  const { subscription, share } = one;
  if (isOnPlan(rule.plan, subscription, one.plans)) return false;
  const { currentPeriodEnd } = subscription;
  const isStale = currentPeriodEnd !== null && currentPeriodEnd <= one.now;
  if (isStale || !isLive(subscription) || one.now >= periodEnd(one) - RELEASE_AHEAD_MS) return false;
  return share !== null && share * 100 < rule.percent;
}

function prolonged(low: Low, one: LowCase): Low {
  const end = one.subscription.currentPeriodEnd;
  const isRestart =
    end !== null && one.now < low.until - RESTART_MARGIN_MS && end - RELEASE_AHEAD_MS > low.until;
  return isRestart
    ? { ...low, until: addMs(end, -RELEASE_AHEAD_MS), quietUntil: addMs(end, COUNTERS_SETTLE_MS) }
    : low;
}

function periodEnd({ subscription, now }: LowCase): EpochMs {
  const { currentPeriodEnd } = subscription;
  return currentPeriodEnd !== null && currentPeriodEnd > now ? currentPeriodEnd : addMs(now, PERIOD_MS);
}

type RemainingRule = { readonly key: string; readonly plan: PlanName; readonly percent: number };

function remainingRules(spec: SubscriptionSpec): readonly RemainingRule[] {
  return spec.rules.flatMap(({ plan, when }) =>
    when.kind === 'remaining_below'
      ? [{ key: lowKey({ plan, percent: when.percent }), plan, percent: when.percent }]
      : [],
  );
}
