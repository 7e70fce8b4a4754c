import type { SubscriptionId } from '../domain/ids.ts';
import type { EpochMs } from '../domain/time.ts';

/**
 * What purser remembers of a subscription under rules, across restarts: how it last was as wanted, or as purser itself
 * left it. What is otherwise was changed by hand.
 */
export type SubscriptionMemory = {
  readonly subscription: SubscriptionId;
  readonly firstSeenAt: EpochMs;
  /** When it was last found running after it had been paused. */
  readonly resumedAt: EpochMs | null;
  readonly plan: Kept<PlanSeen> | null;
  readonly isPaused: Kept<boolean> | null;
  /** How often a person changed it: each time purser may have to make the same change again. */
  readonly handChanges: number;
  readonly lows: readonly Low[];
  readonly lowsSeen: readonly LowSeen[];
};

export type PlanSeen = { readonly id: string | null; readonly name: string | null };

export type Kept<Value> = {
  /** `null` at first sight: it has never been as wanted. */
  readonly value: Value | null;
  readonly at: EpochMs;
  /** What stood there before, which a list that is late may show still. */
  readonly was?: Value | null;
  /** What was found instead, and the key of what was wanted then. */
  readonly stray: { readonly value: Value; readonly key: string } | null;
};

/** A rule by what remains that held once. */
export type Low = {
  readonly key: string;
  readonly until: EpochMs;
  /** Not before then may it hold again; it is remembered longer, because what follows it is wanted since `until`. */
  readonly quietUntil: EpochMs;
};

/** A rule by what remains of which every read since `at` has said that it holds. */
export type LowSeen = { readonly key: string; readonly at: EpochMs };

export function freshMemory(subscription: SubscriptionId, now: EpochMs): SubscriptionMemory {
  return {
    subscription,
    firstSeenAt: now,
    resumedAt: null,
    plan: null,
    isPaused: null,
    handChanges: 0,
    lows: [],
    lowsSeen: [],
  };
}
