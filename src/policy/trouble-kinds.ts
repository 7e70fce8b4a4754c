import type { Subscription } from '../domain/observation.ts';

/** What is wrong with a subscription, in the order in which it is dealt with. */
export type SubscriptionTrouble =
  | Repairable
  /** A status that nobody documented. */
  | { readonly kind: 'unknown'; readonly subscription: Subscription };

/** Trouble that a call to the provider can mend; `running` is one that its rules want paused. */
export type Repairable =
  | {
      readonly kind: 'past_due' | 'paused' | 'running' | 'wrong_plan';
      readonly subscription: Subscription;
    }
  | { readonly kind: 'canceled'; readonly subscription: Subscription | null };

/** Whether it is mended by a call that leaves the plan as it is. */
export function keepsPlan(trouble: SubscriptionTrouble | null): boolean {
  return trouble?.kind === 'past_due' || trouble?.kind === 'paused' || trouble?.kind === 'running';
}
