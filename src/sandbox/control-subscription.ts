import { z } from 'zod';
import { SUBSCRIPTION_STATUSES } from '../contract/subscription-status.ts';
import { addMs, SECOND_MS } from '../domain/time.ts';
import type { PatchPlan, Patient } from './control-patch.ts';
import { DUNNING_MS, openSubscription, PERIOD_MS, scaledMs } from './provider/period.ts';
import { findPlan, PLANS } from './provider/plans.ts';

const PLAN_IDS = PLANS.map((plan) => plan.id).join(', ');

export const SUBSCRIPTION_SCHEMA = z
  .strictObject({
    status: z.enum(SUBSCRIPTION_STATUSES, { error: `expected ${SUBSCRIPTION_STATUSES.join(', ')}` }),
    plan_id: z.int().refine((id) => findPlan(id) !== null, { error: `expected a plan: ${PLAN_IDS}` }),
    /** Real seconds from now; negative is a period that is over. */
    renews_in_s: z.number({ error: 'expected real seconds' }).min(-31_536_000).max(315_360_000),
  })
  .partial()
  .nullable();

/**
 * Changes the newest subscription, or opens one where there is none (plan 42 unless said). `null` removes all. A status
 * that contradicts the period brings a fitting one with it, unless `renews_in_s` says otherwise: `past_due` ends the
 * period now, `active` and `trialing` give a new one where it was over.
 */
export function planSubscription(patient: Patient, input: z.output<typeof SUBSCRIPTION_SCHEMA>): PatchPlan {
  const { world, account, now } = patient;
  const remove = (): void => {
    account.subscriptions = [];
  };
  if (input === null) return { kind: 'changes', changes: [remove] };
  const change = (): void => {
    const found = account.subscriptions.at(-1);
    const subscription = found ?? openSubscription(world, account, input.plan_id ?? 42, now);
    if (input.plan_id !== undefined) subscription.planId = input.plan_id;
    const status = input.status ?? subscription.status;
    subscription.status = status;
    const isOver = subscription.periodEnd <= now;
    if (input.renews_in_s !== undefined) subscription.periodEnd = addMs(now, input.renews_in_s * SECOND_MS);
    else if (status === 'past_due' && !isOver) subscription.periodEnd = now;
    else if ((status === 'active' || status === 'trialing') && isOver) {
      subscription.periodEnd = addMs(now, scaledMs(world, PERIOD_MS));
    }
    subscription.periodStart = addMs(subscription.periodEnd, -scaledMs(world, PERIOD_MS));
    subscription.cancelAt = status === 'past_due' ? addMs(now, scaledMs(world, DUNNING_MS)) : null;
  };
  return { kind: 'changes', changes: [change] };
}
