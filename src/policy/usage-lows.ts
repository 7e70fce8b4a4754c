import type { Plan, Subscription } from '../domain/observation.ts';
import type { SubscriptionSpec } from '../domain/spec.ts';
import { addMs, DAY_MS, type EpochMs, epochMs, HOUR_MS } from '../domain/time.ts';
import type { Low } from './subscription-memory.ts';
import { isLive, isOnPlan } from './subscription-plan.ts';
import { lowKey } from './wanted-subscription.ts';

/** What a rule by what remains is judged on. */
export type LowCase = {
  readonly spec: SubscriptionSpec;
  readonly subscription: Subscription;
  readonly plans: readonly Plan[] | null;
  /** Share of the present plan's calls that remains, 0 to 1; `null` where it is not known. */
  readonly share: number | null;
  readonly lows: readonly Low[];
  /** The subscription was not known before. */
  readonly isFirstSight: boolean;
  readonly now: EpochMs;
};

/** So long before the period ends the plan goes back: the renewal is then charged at the lower price. */
const RELEASE_AHEAD_MS = 2 * HOUR_MS;
/** So long after its end the provider's counters are new. */
const COUNTERS_SETTLE_MS = HOUR_MS;
/** Stands in where the provider does not say when the period ends. */
const PERIOD_MS = 30 * DAY_MS;
/** A period that ends later than it was to, well before its end, was begun anew by the change of plan. */
const RESTART_MARGIN_MS = DAY_MS;

/**
 * Which rules by what remains hold. Once one held it does so until shortly before the period ends, however much the
 * dearer plan has left, and never again in that period: nothing flaps.
 */
export function nextLows(one: LowCase): readonly Low[] {
  const kept = one.lows.filter((low) => one.now < low.quietUntil).map((low) => prolonged(low, one));
  const begun = remainingRules(one.spec).filter(
    (rule) => !kept.some((low) => low.key === rule.key) && begins(rule, one),
  );
  if (begun.length === 0)
    return kept.every((low, index) => low === one.lows[index]) && kept.length === one.lows.length
      ? one.lows
      : kept;
  const end = periodEnd(one);
  const until = epochMs(Math.max(one.now, end - RELEASE_AHEAD_MS));
  const added = begun.map(({ key }) => ({ key, until, quietUntil: addMs(end, COUNTERS_SETTLE_MS) }));
  return [...kept, ...added];
}

/** What the wanted plan is worked out from. */
export function lowStates(one: LowCase): ReadonlyMap<string, 'holds' | 'not' | 'unknown'> {
  return new Map(
    remainingRules(one.spec).map(({ key, plan }) => {
      const low = one.lows.find((candidate) => candidate.key === key);
      if (low !== undefined) return [key, one.now < low.until ? 'holds' : 'not'];
      const isThere = isOnPlan(plan, one.subscription, one.plans);
      return [key, one.share === null && !isThere ? 'unknown' : 'not'];
    }),
  );
}

function begins(rule: ReturnType<typeof remainingRules>[number], one: LowCase): boolean {
  const { subscription, share } = one;
  const isThere = isOnPlan(rule.plan, subscription, one.plans);
  // Where memory was lost the plan that such a rule names was reached by it: going back would only be paid for again.
  if (isThere) return one.isFirstSight;
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

function remainingRules(spec: SubscriptionSpec) {
  return spec.rules.flatMap(({ plan, when }) =>
    when.kind === 'remaining_below'
      ? [{ key: lowKey({ plan, percent: when.percent }), plan, percent: when.percent }]
      : [],
  );
}
