import type { Decision } from '../domain/decision.ts';
import { cents } from '../domain/money.ts';
import type { Subscription } from '../domain/observation.ts';
import { addMs, formatDuration, formatInstant, HOUR_MS } from '../domain/time.ts';
import { isAmbiguous } from './ruled-trouble.ts';
import { hold } from './shared-checks.ts';
import type { SubscriptionCase } from './subscription-case.ts';
import { isLive, withoutAddons } from './subscription-plan.ts';
import { findTrouble } from './subscription-trouble.ts';
import { describe, wish } from './trouble-words.ts';

/** Checks of the subscription guard that only rules bring up, and the one call that costs nothing. */

type Check = (one: SubscriptionCase) => Decision | null;

/** Rules that contradict each other must not wear a card: a plan is changed so often at most. */
const PLAN_KEPT_MS = HOUR_MS;
export const PLAN_CHANGES_PER_DAY = 4;

/** Soon after a change, what stood there before is no change by hand. */
export const listLate: Check = ({ stance }) => {
  const until = stance.kind === 'act' ? stance.notBefore : undefined;
  if (until === undefined) return null;
  const sentence = 'the provider shows what was there before the last change; its list may be late';
  return hold('trouble_unconfirmed', sentence, until);
};

/** A person knows better, until something else is wanted. */
export const changedByHand: Check = (one) => {
  const { stance } = one;
  const trouble = findTrouble(one);
  if (trouble === null || stance.kind !== 'by_hand' || wish(one.spec, trouble, one) !== 'by_hand')
    return null;
  const { subscription } = trouble;
  const is = trouble.kind === 'wrong_plan' ? planShown(subscription) : trouble.kind;
  const sentence = `subscription ${subscription?.id} was changed by hand from ${stance.was} to ${is}; purser leaves it`;
  return { kind: 'needs_human', reason: 'changed_by_hand', sentence, amountCents: null };
};

/** What rules want is done in its time: hysteresis that no pair of rules can get around. */
export const planKept: Check = (one) => {
  const { history, now } = one;
  if (one.wanted === null || history === null || findTrouble(one)?.kind !== 'wrong_plan') return null;
  const { lastChargeAt, armedLastDay } = history;
  if (lastChargeAt !== null && now - lastChargeAt < PLAN_KEPT_MS) {
    const sentence = `the plan was changed at ${formatInstant(lastChargeAt)}; it is kept for ${formatDuration(PLAN_KEPT_MS)}`;
    return hold('plan_kept', sentence, addMs(lastChargeAt, PLAN_KEPT_MS));
  }
  return armedLastDay < PLAN_CHANGES_PER_DAY
    ? null
    : hold('pacing', `${armedLastDay} plan changes were tried in 24 h; rules make no more`);
};

/** Which of several live ones is to change, only a person can say. */
export function isOneOfMany(one: SubscriptionCase): boolean {
  if (one.wanted !== null) return isAmbiguous(one);
  return withoutAddons(one.subscriptions ?? [], one.plans).filter(isLive).length > 1;
}

/** It costs nothing, and can be taken back. */
export function pause(one: SubscriptionCase, subscription: Subscription): Decision {
  const sentence = `${describe({ kind: 'running', subscription }, one.wanted)}: pause`;
  const action = { kind: 'pause', subscription: subscription.id } as const;
  return { kind: 'charge', reason: 'pause_wanted', sentence, amountCents: cents(0), action };
}

function planShown(subscription: Subscription | null): string {
  return subscription?.planName ?? subscription?.planId ?? 'another plan';
}
