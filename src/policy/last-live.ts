import type { SubscriptionId } from '../domain/ids.ts';
import type { Plan, Subscription } from '../domain/observation.ts';
import { type SeenFor, seenAgain } from '../domain/seen-for.ts';
import type { SubscriptionSpec } from '../domain/spec.ts';
import { addMs, type EpochMs, MINUTE_MS } from '../domain/time.ts';
import { isNamed } from './ruled-trouble.ts';
import { isLive } from './subscription-plan.ts';

/**
 * The subscription last seen live, or at rest where none was, across restarts. A list without it may be half a list, whatever
 * else it shows.
 */
export type LastLive = {
  readonly subscription: SubscriptionId;
  /** How long lists lacked it; `null` where the last one had it. */
  readonly missing: SeenFor | null;
  /** Those before it, or at rest beside it, that were not seen to be over, newest last: lists may leave out what rests. */
  readonly earlier: readonly SubscriptionId[];
};

const MISSING_BELIEVED_MS = 30 * MINUTE_MS;
/** So three lists at least, where they are hours apart. */
const GAP_MS = MISSING_BELIEVED_MS / 2;
/** Each may cost a read before a charge. */
const EARLIER_MAX = 8;

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
    const missing = isGone(known) ? known : { ...known, missing: seenAgain(known.missing, now, GAP_MS) };
    if (ids[0] === undefined || !isGone(missing)) return missing;
  }
  const same = ids.find((id) => id === known?.subscription);
  const atRest = seen.subscriptions.filter(isAtRest);
  const [resting] = [...atRest.filter((one) => isNamed(seen, one)), ...atRest];
  const subscription = same ?? ids[0] ?? known?.subscription ?? resting?.id;
  if (subscription === undefined) return null;
  const before = known === null ? [] : [...known.earlier, known.subscription];
  const beside = atRest.map(({ id }) => id);
  const earlier = earlierThan(subscription, [...before, ...beside], seen.subscriptions);
  const isAsBefore =
    known?.subscription === subscription &&
    known.missing === null &&
    known.earlier.length === earlier.length &&
    known.earlier.every((id, index) => id === earlier[index]);
  return isAsBefore ? known : { subscription, missing: null, earlier };
}

/** What is remembered once the status of an earlier one said that it is over. */
export function withoutEarlier(last: LastLive, over: SubscriptionId): LastLive {
  const earlier = last.earlier.filter((id) => id !== over);
  return earlier.length === last.earlier.length ? last : { ...last, earlier };
}

/** When to look again for what is waited for, and nothing is bought, paid or changed; `null` where it is there, or gone for good. */
export function waitedForUntil(last: LastLive | null, now: EpochMs): EpochMs | null {
  if (last === null || last.missing === null || isGone(last)) return null;
  return addMs(now, Math.min(GAP_MS, MISSING_BELIEVED_MS - last.missing.seenForMs));
}

/** Whether a second list lacked it, some time after the first: that is enough to ask a person, which costs nothing. */
export function isMissingTwice({ missing }: LastLive): boolean {
  return missing !== null && missing.seenForMs >= GAP_MS;
}

function earlierThan(
  subscription: SubscriptionId,
  known: readonly SubscriptionId[],
  subscriptions: readonly Subscription[],
): readonly SubscriptionId[] {
  const over = new Set(subscriptions.filter(({ status }) => status === 'canceled').map(({ id }) => id));
  return [...new Set(known)].filter((id) => id !== subscription && !over.has(id)).slice(-EARLIER_MAX);
}

function isAtRest({ status }: Subscription): boolean {
  return status === 'paused' || status === 'past_due';
}

function isGone({ missing }: LastLive): boolean {
  return missing !== null && missing.seenForMs >= MISSING_BELIEVED_MS;
}
