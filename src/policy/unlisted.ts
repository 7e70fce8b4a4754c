import type { ChargeAction } from '../domain/decision.ts';
import type { SubscriptionId } from '../domain/ids.ts';
import type { Subscription } from '../domain/observation.ts';
import type { LastLive } from './last-live.ts';
import { isNamed, plansNamed } from './ruled-trouble.ts';
import { type Declared, findTrouble } from './subscription-trouble.ts';

/** Those that were followed and that the list lacks: whether they are over, only their status tells. */
export function unlistedIn(
  { subscription, earlier }: LastLive,
  subscriptions: readonly Subscription[],
): readonly SubscriptionId[] {
  return [subscription, ...earlier].filter((id) => subscriptions.every((one) => one.id !== id));
}

/** Whether it mends the one that is followed, on a plan that the policy names: no other is meant, whatever became of those before. */
export function isOfFollowed(action: ChargeAction, { subscription }: LastLive, declared: Declared): boolean {
  if (action.kind !== 'fix_payment' && action.kind !== 'resume') return false;
  const own = declared.subscriptions?.find(({ id }) => id === action.subscription);
  return own !== undefined && own.id === subscription && isNamed(declared, own);
}

/**
 * Whether one that the list lacks, by its own status, speaks against what is to be done: that would be another thing, or
 * another subscription could as well be meant, if the list had it.
 */
export function isInTheWay(unlisted: Subscription, action: ChargeAction, declared: Declared): boolean {
  if (unlisted.status === 'canceled') return false;
  if (unlisted.status === 'unknown') return true;
  switch (action.kind) {
    case 'change_plan':
    case 'pause': {
      const own = declared.subscriptions?.find(({ id }) => id === action.subscription);
      return own === undefined || !isNamed(declared, own) || !isElsewhere(unlisted, declared);
    }
    case 'fix_payment':
    case 'resume':
      return (
        (!isNamed(declared, unlisted) && !isElsewhere(unlisted, declared)) ||
        isOtherMeant(action.subscription, unlisted, declared)
      );
    case 'subscribe':
    case 'subscribe_link':
    case 'reset_cycle':
    case 'fund':
    case 'fund_link':
    case 'charge_amount':
    case 'withdraw':
      return true;
  }
}

/** Whether it is surely on a plan that the policy does not name: a status may tell no plan. */
function isElsewhere(unlisted: Subscription, declared: Declared): boolean {
  if (isNamed(declared, unlisted)) return false;
  const { planId, planName } = unlisted;
  const isNameKnown = planName !== null || (declared.plans?.some(({ id }) => id === planId) ?? false);
  return plansNamed(declared.spec).every(({ kind }) => (kind === 'id' ? planId !== null : isNameKnown));
}

/** Whether another one would be mended first, or none. Where two are alike, the one that was followed is meant. */
function isOtherMeant(own: SubscriptionId, unlisted: Subscription, declared: Declared): boolean {
  const subscriptions = [unlisted, ...(declared.subscriptions ?? [])];
  return findTrouble({ ...declared, subscriptions })?.subscription?.id !== own;
}
