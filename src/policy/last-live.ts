import type { SubscriptionId } from '../domain/ids.ts';
import type { Plan, Subscription } from '../domain/observation.ts';
import type { SubscriptionSpec } from '../domain/spec.ts';
import { addMs, type EpochMs, MINUTE_MS } from '../domain/time.ts';
import { isNamed } from './ruled-trouble.ts';
import { isLive } from './subscription-plan.ts';

/** The subscription last seen live, across restarts. A list without it may be half a list, whatever else it shows. */
export type LastLive = {
  readonly subscription: SubscriptionId;
  /** Since when lists lack it; `null` where the last one had it. */
  readonly missingSince: EpochMs | null;
};

const MISSING_BELIEVED_MS = 30 * MINUTE_MS;

/**
 * What is remembered after a list: one on a plan that the policy names, before any other, and the same as before if it may;
 * `known` itself where nothing changed.
 */
export function noteLive(
  known: LastLive | null,
  seen: {
    readonly spec: SubscriptionSpec;
    readonly subscriptions: readonly Subscription[];
    readonly plans: readonly Plan[] | null;
  },
  now: EpochMs,
): LastLive | null {
  const live = seen.subscriptions.filter(isLive);
  const named = live.filter((one) => isNamed(seen, one));
  const ids = (named.length > 0 ? named : live).map(({ id }) => id);
  if (known !== null && !seen.subscriptions.some(({ id }) => id === known.subscription)) {
    const missing = { ...known, missingSince: known.missingSince ?? now };
    if (ids[0] === undefined || isMissing(missing, now)) return missing;
  }
  const same = ids.find((id) => id === known?.subscription);
  const subscription = same ?? ids[0] ?? known?.subscription;
  if (subscription === undefined) return null;
  const isAsBefore = known?.subscription === subscription && known.missingSince === null;
  return isAsBefore ? known : { subscription, missingSince: null };
}

/** Until when it is waited for, and nothing is bought, paid or changed; `null` where it is there, or gone for good. */
export function waitedForUntil(last: LastLive | null, now: EpochMs): EpochMs | null {
  return last !== null && isMissing(last, now) ? addMs(last.missingSince, MISSING_BELIEVED_MS) : null;
}

function isMissing(last: LastLive, now: EpochMs): last is LastLive & { readonly missingSince: EpochMs } {
  return last.missingSince !== null && now - last.missingSince < MISSING_BELIEVED_MS;
}
