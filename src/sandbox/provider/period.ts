import { addMs, DAY_MS, type EpochMs } from '../../domain/time.ts';
import type { Account, Subscription } from './account.ts';
import type { Card } from './cards.ts';
import { findPlan } from './plans.ts';
import { executeCharge } from './processor.ts';
import { newId } from './random.ts';
import type { World } from './world.ts';

/** Virtual time: divided by the world's speed. */
export const PERIOD_MS = 30 * DAY_MS;
export const DUNNING_MS = 7 * DAY_MS;

export function scaledMs(world: World, virtualMs: number): number {
  return virtualMs / world.speed;
}

export function defaultCardOf(account: Account): Card | null {
  return account.cards.find((card) => card.id === account.defaultCard) ?? null;
}

/** A subscription that starts now and is paid for. */
export function openSubscription(world: World, account: Account, planId: number, now: EpochMs): Subscription {
  const subscription: Subscription = {
    id: world.nextSubscriptionId,
    stripeId: newId(world, 'sub'),
    planId,
    status: 'active',
    periodStart: now,
    periodEnd: addMs(now, scaledMs(world, PERIOD_MS)),
    cancelAt: null,
  };
  world.nextSubscriptionId += 1;
  world.revision += 1;
  account.subscriptions.push(subscription);
  return subscription;
}

/** The next period, from where the last one ended; from now where that too would be over already. */
export function rollPeriod(world: World, subscription: Subscription, now: EpochMs): void {
  const next = addMs(subscription.periodEnd, scaledMs(world, PERIOD_MS));
  const isBehind = next <= now;
  subscription.periodStart = isBehind ? now : subscription.periodEnd;
  subscription.periodEnd = isBehind ? addMs(now, scaledMs(world, PERIOD_MS)) : next;
  subscription.status = 'active';
  subscription.cancelAt = null;
  world.revision += 1;
}

/**
 * A period is over: the default card pays the next one, or the subscription is `past_due`. It is the agent who tries
 * again (`fix-payment`), not the provider; after seven virtual days unpaid the subscription is `canceled`.
 */
export function renew(world: World, account: Account, subscription: Subscription, at: EpochMs): void {
  const card = defaultCardOf(account);
  const plan = findPlan(subscription.planId);
  world.revision += 1;
  if (card !== null && plan !== null) {
    const result = executeCharge(world, account, {
      card,
      amountCents: plan.priceCents,
      kind: 'renewal',
      key: null,
      at,
      description: `${plan.name}, next month`,
      canWait: false,
    });
    if (result.kind === 'succeeded') {
      rollPeriod(world, subscription, at);
      return;
    }
  }
  subscription.status = 'past_due';
  subscription.cancelAt = addMs(at, scaledMs(world, DUNNING_MS));
}
