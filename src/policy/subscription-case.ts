import type { ChargeHistory, Standing } from '../domain/history.ts';
import type { Card, Plan, Subscription } from '../domain/observation.ts';
import type { SubscriptionSpec } from '../domain/spec.ts';
import type { EpochMs } from '../domain/time.ts';
import type { Stance } from './hand-changes.ts';
import type { LastLive } from './last-live.ts';
import type { Wanted } from './wanted-subscription.ts';

/** All that the subscription guard may look at. */
export type SubscriptionCase = {
  readonly spec: SubscriptionSpec;
  /** What rules and pause want now; `null` where the policy has neither. */
  readonly wanted: Wanted | null;
  /** Who made the difference between what is wanted and what is there. */
  readonly stance: Stance;
  readonly standing: Standing;
  readonly now: EpochMs;
  readonly clockSkewMs: number;
  /** How long the same trouble has been seen, in milliseconds. */
  readonly troubleForMs: number;
  /** `null` where none was ever seen live. */
  readonly lastLive: LastLive | null;
  /** `null` where the provider did not answer. */
  readonly subscriptions: readonly Subscription[] | null;
  /** Read only when something is wrong with the subscription. */
  readonly plans: readonly Plan[] | null;
  readonly cards: readonly Card[] | null;
  readonly history: ChargeHistory | null;
  /** What was tried by payment link; `null` where the ladder has no `human` step. */
  readonly linkHistory: ChargeHistory | null;
};
