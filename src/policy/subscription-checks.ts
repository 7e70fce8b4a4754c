import type { Act, ChargeAction, Decision } from '../domain/decision.ts';
import { isSubscriptionWork } from '../domain/history.ts';
import { type Cents, formatCents } from '../domain/money.ts';
import type { Card, Plan } from '../domain/observation.ts';
import { SEEN_GAP_MS } from '../domain/seen-for.ts';
import type { PaymentStep } from '../domain/spec.ts';
import { addMs, DAY_MS, formatDuration, formatInstant, HOUR_MS, MINUTE_MS } from '../domain/time.ts';
import { byLink } from './ask-person.ts';
import { asksPerson, climbLadder } from './ladder.ts';
import { isMissingTwice, type LastLive, waitedForUntil } from './last-live.ts';
import { isOneOfMany, pause } from './rule-checks.ts';
import { isOneOfSeveral } from './ruled-trouble.ts';
import { capHold, hold, unseenPayment } from './shared-checks.ts';
import type { SubscriptionCase } from './subscription-case.ts';
import { isLive } from './subscription-plan.ts';
import { findTrouble, targetPlan } from './subscription-trouble.ts';
import { keepsPlan, type Repairable, type SubscriptionTrouble } from './trouble-kinds.ts';
import { describe, describeAccord, wish } from './trouble-words.ts';

type Check = (one: SubscriptionCase) => Decision | null;

const REPAIR_PATIENCE_MS = 2 * HOUR_MS;
const LIST_LATE_MS = 30 * MINUTE_MS;
const BOUGHT_AGAIN_MS = 7 * DAY_MS;
/** Renewals and changes are charged to the default card, whatever one would like (API sheet #29, #31, #34). */
const DEFAULT_ONLY: readonly PaymentStep[] = [{ kind: 'default' }];
const VANISHED_MS = 5 * MINUTE_MS;
const OTHER_PLAN_MS = MINUTE_MS / 2;

export const providerUnreachable: Check = ({ subscriptions }) =>
  subscriptions === null ? hold('provider_unreachable', 'the provider listed no subscriptions') : null;

export const allWell: Check = (one) => {
  if (findTrouble(one) !== null) return null;
  const { wanted } = one;
  const unknown = [wanted?.plan, wanted?.state].find((part) => part?.kind === 'unknown');
  return unknown?.kind === 'unknown'
    ? hold('usage_unknown', `nothing is changed: ${unknown.why}`, wanted?.until ?? null)
    : hold('subscription_ok', describeAccord(wanted), wanted?.until ?? null);
};

export const intentOpen: Check = (one) => {
  const trouble = findTrouble(one);
  const isOnPlan = keepsPlan(trouble);
  const open = one.standing.open.find((work) => isSubscriptionWork(work, { isOnPlan }));
  if (open === undefined) return null;
  const target = trouble === null ? null : targetPlan(one, trouble);
  const isOfAnother = target !== null && (open.plan ?? target.id) !== target.id;
  const sentence = `${open.sentence}${isOfAnother ? '; it is for another plan than the policy wants' : ''}`;
  return hold('intent_open', sentence);
};

export const leftAlone: Check = (one) => {
  const trouble = findTrouble(one);
  return trouble === null || wish(one.spec, trouble, one) !== 'leave'
    ? null
    : hold(
        'subscription_ok',
        `${describe(trouble, one.wanted)}; the policy leaves it`,
        one.wanted?.until ?? null,
      );
};

export const askPerson: Check = (one) => {
  const trouble = findTrouble(one);
  if (trouble === null || wish(one.spec, trouble, one) !== 'alert') return null;
  return needsHuman(trouble, `${describe(trouble, one.wanted)}; the policy asks a person`);
};

/** Nobody is asked, and nothing done, about what half a list shows. */
export const halfListed: Check = (one) => {
  const trouble = findTrouble(one);
  const waitUntil = waitedForUntil(one.lastLive, one.now);
  if (trouble === null || one.lastLive === null || waitUntil === null) return null;
  if (isMissingTwice(one.lastLive) && wish(one.spec, trouble, one) === 'alert') return null;
  const sentence = `${describe(trouble, one.wanted)}, but the list lacks the subscription that was there: it may be half a list`;
  return hold('trouble_unconfirmed', sentence, waitUntil);
};

/** What is missing may only be missing from one answer: nothing is bought before it was missing for a while. */
export const unconfirmed: Check = (one) => {
  const trouble = findTrouble(one);
  const confirmMs = trouble === null ? 0 : confirmationMs(trouble, one.lastLive);
  if (trouble === null || one.troubleForMs >= confirmMs) return null;
  const until = addMs(
    one.now,
    Math.min(confirmationGapMs(trouble, one.lastLive), confirmMs - one.troubleForMs),
  );
  const sentence = `${describe(trouble, one.wanted)}; it is looked at again before anything is bought`;
  return hold('trouble_unconfirmed', sentence, until);
};

/** A row that says what is wrong is believed at once; a list that lacks one, or may lack one beside what ended, is not. */
export function confirmationMs(trouble: SubscriptionTrouble, lastLive: LastLive | null): number {
  if (trouble.kind === 'canceled')
    return lastLive !== null && trouble.subscription?.id === lastLive.subscription ? 0 : VANISHED_MS;
  if (trouble.kind !== 'wrong_plan') return 0;
  return trouble.subscription.planId === null ? VANISHED_MS : OTHER_PLAN_MS;
}

/** How much of the time between two lists counts: two alone, with hours between them, confirm nothing. */
export function confirmationGapMs(trouble: SubscriptionTrouble, lastLive: LastLive | null): number {
  const confirmMs = confirmationMs(trouble, lastLive);
  return confirmMs === 0 ? SEEN_GAP_MS : confirmMs / 2;
}

/** The same repair was sent before: once settled it has to show before anything else is tried. */
export const alreadyTried: Check = (one) => {
  const trouble = findTrouble(one);
  if (trouble?.kind === 'canceled') return boughtLately(one, trouble);
  const decision = settledBefore(one);
  if (decision?.kind !== 'freeze') return decision;
  // It was seen as it was made: whoever changed it back is not fought, and the wallet is well.
  if (trouble?.kind === 'wrong_plan')
    return needsHuman(
      trouble,
      `${describe(trouble, one.wanted)}, though it was changed, or that plan bought, before; it is left`,
    );
  const paid = unseenPayment(one.history);
  const paidForMs = one.now - (paid?.at ?? one.now);
  // It was well in between, or a period further.
  const isNewPeriod = one.history?.beside.some(({ at }) => at === paid?.at) ?? false;
  const isBack = isNewPeriod || one.troubleForMs < paidForMs - LIST_LATE_MS;
  if (trouble?.kind !== 'past_due' || !isBack) return decision;
  const ago = formatDuration(paidForMs);
  const sentence = `${describe(trouble, one.wanted)}, though it was paid ${ago} ago; it is not paid again by itself`;
  return needsHuman(trouble, sentence);
};

/** What ends so soon after it was bought, or does not show, is not bought again and again. */
function boughtLately(one: SubscriptionCase, trouble: Repairable): Decision | null {
  const unseen = unseenPayment(one.history);
  const boughtAt = unseen?.at ?? one.history?.lastChargeAt ?? null;
  if (boughtAt === null || (unseen === null && one.now - boughtAt >= BOUGHT_AGAIN_MS)) return null;
  const ago = formatDuration(one.now - boughtAt);
  const sentence = `${describe(trouble, one.wanted)}, though one was bought ${ago} ago`;
  return one.now - boughtAt < REPAIR_PATIENCE_MS
    ? hold('anchor_not_moved', `${sentence}, which the provider may not show yet`)
    : needsHuman(trouble, `${sentence}; it is not bought again by itself within a week`);
}

export const settledBefore = ({
  history,
  now,
}: Pick<SubscriptionCase, 'history' | 'now'>): Decision | null => {
  const last = unseenPayment(history);
  if (last === null) return null;
  const sentence = 'the repair is settled, but the provider does not show it yet';
  if (now - last.at < REPAIR_PATIENCE_MS) return hold('anchor_not_moved', sentence);
  return {
    kind: 'freeze',
    reason: 'anchor_not_moved',
    sentence: `${sentence} after ${formatDuration(now - last.at)}`,
  };
};

/** After the journal was lost: one charge of a kind per 24 h (charging.md, fence 3). */
export const probation: Check = ({ standing, history, now }) => {
  const last = history?.lastChargeAt ?? null;
  if (standing.watch.kind !== 'probation' || last === null || now - last >= DAY_MS) return null;
  const until = formatInstant(standing.watch.until);
  return hold(
    'probation',
    `the journal is new: one charge per 24 h until ${until} (\`purser adopt\` ends it)`,
    addMs(last, DAY_MS),
  );
};

export const repair: Check = (one) => {
  const trouble = findTrouble(one);
  if (trouble === null || trouble.kind === 'unknown' || one.history === null) {
    return hold('provider_unreachable', 'nothing is known to repair it with');
  }
  const what = describe(trouble, one.wanted);
  if (trouble.kind === 'running' && isOneOfSeveral(one))
    return needsHuman(trouble, `${what}, and it is not the only one: which one is to pause?`);
  if (trouble.kind === 'running') return pause(one, trouble.subscription);
  if (one.plans === null || one.cards === null)
    return hold('provider_unreachable', 'plans and cards could not be read');
  const plan = targetPlan(one, trouble);
  if (plan === null)
    return hold('plan_unknown', `${what}; the provider's list has no such plan, or several of that name`);
  if (trouble.kind === 'wrong_plan' && isOneOfMany(one)) {
    return needsHuman(trouble, `${what}, and it is not the only one: which one is to change?`);
  }
  if (trouble.kind === 'wrong_plan' && !isLive(trouble.subscription)) {
    return needsHuman(trouble, `${what}, and is ${trouble.subscription.status}: what is to become of it?`);
  }
  const amountCents = plan.priceCents;
  if (amountCents === null)
    return hold('price_unknown', `${what}; the price of plan ${plan.name} is not known`);
  const steps = trouble.kind === 'canceled' ? one.spec.payWith : DEFAULT_ONLY;
  const rung = climbLadder(steps, one.cards, one.history.cards, one.now);
  switch (rung.kind) {
    case 'human':
      return trouble.kind === 'canceled' && asksPerson(steps) && one.linkHistory !== null
        ? subscribeByLink(one, { what: `${what}; ${rung.sentence}`, plan, amountCents })
        : needsHuman(trouble, `${what}; ${rung.sentence}`, amountCents);
    case 'wait':
      return hold('cards_waiting', `${what}; ${rung.sentence}`, rung.until);
    case 'card': {
      const means = { action: actionFor(trouble, plan, rung.card), amountCents, pricedBy: plan.id };
      return capHold(one.history, amountCents, what) ?? charge(trouble, { ...means, what });
    }
  }
};

function subscribeByLink(
  one: SubscriptionCase,
  need: { readonly what: string; readonly plan: Plan; readonly amountCents: Cents },
): Decision {
  const { linkHistory, spec, now } = one;
  if (linkHistory === null) return hold('provider_unreachable', 'the journal could not be read');
  return byLink({
    ...need,
    open: null, // while one is out, the check for open intents holds
    history: linkHistory,
    perDay: spec.linksPerDay,
    now,
    charge: (sentence) => ({
      kind: 'charge',
      reason: 'no_subscription',
      sentence,
      amountCents: need.amountCents,
      action: { kind: 'subscribe_link', plan: need.plan.id },
    }),
  });
}

function actionFor(trouble: Repairable, plan: Plan, card: Card): ChargeAction {
  switch (trouble.kind) {
    case 'past_due':
      return { kind: 'fix_payment', subscription: trouble.subscription.id, card: card.id };
    case 'running':
      return { kind: 'pause', subscription: trouble.subscription.id };
    case 'paused':
      return { kind: 'resume', subscription: trouble.subscription.id, card: card.id };
    case 'wrong_plan':
      return { kind: 'change_plan', subscription: trouble.subscription.id, plan: plan.id, card: card.id };
    case 'canceled':
      return { kind: 'subscribe', plan: plan.id, card: card.id };
  }
}

function charge(
  trouble: Repairable,
  means: {
    readonly action: ChargeAction;
    readonly amountCents: Cents;
    readonly pricedBy: Plan['id'];
    readonly what: string;
  },
): Decision {
  const { action, amountCents, pricedBy, what } = means;
  const reasons = {
    past_due: 'past_due',
    paused: 'paused',
    running: 'pause_wanted',
    canceled: 'no_subscription',
    wrong_plan: 'wrong_plan',
  } as const;
  const verb = action.kind.replace('_', '-');
  const sentence = `${what}: ${verb}${amountCents > 0 ? ` for ${formatCents(amountCents)}` : ''}`;
  return { kind: 'charge', reason: reasons[trouble.kind], sentence, amountCents, action, pricedBy };
}

function needsHuman(trouble: SubscriptionTrouble, sentence: string, amountCents: Cents | null = null): Act {
  const reasons = {
    past_due: 'past_due',
    paused: 'paused',
    running: 'paused',
    wrong_plan: 'wrong_plan',
    canceled: 'subscription_canceled',
    unknown: 'status_unknown',
  } as const;
  const reason = reasons[trouble.kind];
  return { kind: 'needs_human', reason, sentence, amountCents };
}
