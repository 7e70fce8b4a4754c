import { z } from 'zod';
import { SUBSCRIPTION_STATUSES } from '../contract/subscription-status.ts';
import type { PlanId, SubscriptionId } from '../domain/ids.ts';
import type { Plan, Subscription } from '../domain/observation.ts';
import { groupedRowsOf, isRecord } from './rows.ts';
import { list, maybeInstant, maybeText, price, providerId } from './wire.ts';

/** The groups that the seed names for `GET /subscriptions`. */
const GROUPS = ['addon', 'addons', 'enterprise', 'normal', 'imagen'] as const;

const MARKS = ['plan_id', 'plan_name', 'plan', 'stripe_subscription_id'] as const;

/** A plan with what people want to see of it (API sheet #24). */
export type PlanRow = Plan & {
  readonly period: string | null;
  readonly features: readonly string[];
};

/**
 * Stripe's other words for a subscription, by what they mean for whoever has to pay. Not `incomplete`: one that was never
 * paid for is nobody's arrears, and may be paid for still.
 */
const STRIPE_WORDS: Readonly<Record<string, (typeof SUBSCRIPTION_STATUSES)[number]>> = {
  cancelled: 'canceled',
  unpaid: 'past_due',
  incomplete_expired: 'canceled',
  expired: 'canceled',
};

const status = z
  .string()
  .nullish()
  .transform((text): Subscription['status'] => {
    const word = text?.toLowerCase() ?? '';
    return SUBSCRIPTION_STATUSES.find((known) => known === (STRIPE_WORDS[word] ?? word)) ?? 'unknown';
  });

const row = z.object({
  id: providerId<SubscriptionId>(),
  plan_id: providerId<PlanId>().nullish(),
  plan_name: maybeText,
  name: maybeText,
  plan: z.object({ id: providerId<PlanId>().nullish(), name: maybeText }).nullish().catch(null),
  status,
  current_period_end: maybeInstant,
  next_billing_date: maybeInstant,
  category: maybeText,
});

/** One subscription, from the list (API sheet #25) or its status (API sheet #28). */
export const subscription = row.transform(
  (found): Subscription => ({
    id: found.id,
    planId: found.plan_id ?? found.plan?.id ?? null,
    planName: found.plan_name ?? found.plan?.name ?? found.name,
    status: found.status,
    currentPeriodEnd: found.current_period_end ?? found.next_billing_date ?? null,
    ...(found.category === null ? {} : { category: found.category }),
  }),
);

/**
 * An array, `{items: […]}`, or the groups; anything else is malformed, never "no subscription". Compiled: every pass
 * decodes one.
 */
export const subscriptions = z.compile(
  z.preprocess(
    (value) => groupedRowsOf(value, { groups: GROUPS, keys: ['subscriptions'], marks: MARKS }) ?? value,
    z.array(subscription),
  ),
);

const plan = z
  .object({
    id: providerId<PlanId>(),
    name: maybeText,
    price,
    currency: z.string().nullish(),
    category: maybeText,
    period: maybeText,
    features: z.array(z.unknown()).nullish().catch(null),
  })
  .transform(
    (found): PlanRow => ({
      id: found.id,
      name: found.name ?? '',
      // A price in another currency is no price that a cap in dollars could hold.
      priceCents: (found.currency ?? 'usd').toLowerCase() === 'usd' ? found.price : null,
      category: found.category,
      period: found.period,
      features: (found.features ?? []).filter((feature) => typeof feature === 'string'),
    }),
  );

/** `{subscription_plans: […], pay_as_you_go: {…}}`; the pay-as-you-go part is for people and left out. */
export const plans = z.preprocess(
  (value) => (isRecord(value) && 'subscription_plans' in value ? value['subscription_plans'] : value),
  list(plan, ['plans']),
);
