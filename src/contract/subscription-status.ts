/** API sheet #28: the five documented statuses. Anything else is kept as `unknown`. */
export const SUBSCRIPTION_STATUSES = ['active', 'past_due', 'canceled', 'paused', 'trialing'] as const;

export type SubscriptionStatus = (typeof SUBSCRIPTION_STATUSES)[number];
