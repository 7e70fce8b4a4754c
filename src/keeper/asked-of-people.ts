import type { Intent } from '../charge/intent.ts';
import type { PlanId } from '../domain/ids.ts';
import type { IncidentFact } from '../domain/incident.ts';
import { type Cents, type MicroUsd, microFromCents } from '../domain/money.ts';
import type { Subscription } from '../domain/observation.ts';
import { waitedForUntil } from '../policy/last-live.ts';
import { confirmationMs } from '../policy/subscription-checks.ts';
import { isLive } from '../policy/subscription-plan.ts';
import { type Declared, findTrouble, targetPlan } from '../policy/subscription-trouble.ts';
import type { AccountRuntime } from './account-runtime.ts';
import { type KeeperContext, moneyNow } from './context.ts';
import type { Verdict } from './decide-account.ts';
import { isWell } from './decision-facts.ts';
import { MAY_BE_NEEDED, type Needs, needOf, openFacts, type Subject, subjectOf } from './open-facts.ts';

/**
 * What people are asked to pay or to confirm; `keep` is what they may have been asked before, and are not asked anew, and
 * `over` what they were asked for a plan, or a purchase, that is not wanted any more.
 */
export type AskedOfPeople = {
  /** Whether a holder is asked to confirm a payment. */
  readonly asksToConfirm: boolean;
  readonly facts: Readonly<Record<Subject, readonly IncidentFact[]>>;
  /** Whether they cover the wallet's need; what somebody ordered may be little. */
  readonly isWalletTold: boolean;
  readonly keep: readonly string[];
  readonly over: readonly string[];
};

export function askedOfPeople(
  context: KeeperContext,
  runtime: AccountRuntime,
  { verdict, open }: { readonly verdict: Verdict; readonly open: readonly Intent[] },
): AskedOfPeople {
  const now = moneyNow(context);
  if (!open.some((intent) => subjectOf(intent) === 'wallet')) runtime.ensuredCents = null;
  const isJobShort = isShortOf(runtime.ensuredCents, verdict.balanceMicroUsd);
  const isWalletAmiss = verdict.isLow || isJobShort;
  const { isAmiss, isConfirmed, ...about } = subscriptionIn(context, runtime, verdict);
  const needs = {
    wallet: isJobShort && isWell(verdict.wallet) ? 'payment' : needOf(verdict.wallet, isWalletAmiss),
    subscription: needOf(verdict.subscription, isConfirmed),
    ...about,
  } as const;
  const isLeft = verdict.subscription !== null && isWell(verdict.subscription);
  const still = {
    wallet: isWalletAmiss ? 'payment' : 'nothing',
    subscription: isAmiss && !isLeft ? 'payment' : 'nothing',
  } as const;
  const keep = openFacts(open, now, { ...still, ...about }).map(({ fingerprint }) => fingerprint);
  const any = openFacts(open, now, { ...MAY_BE_NEEDED, ...still });
  const over = any.map(({ fingerprint }) => fingerprint).filter((fingerprint) => !keep.includes(fingerprint));
  const isReminder = ({ type, fingerprint }: IncidentFact): boolean =>
    type !== 'payment.action_required' || context.incidents.isFiring(fingerprint);
  const factsOf = (intent: Intent): readonly IncidentFact[] => {
    const isKnown =
      subjectOf(intent) === 'wallet' || intent.origin === 'hand' || isListed(verdict.declared, intent);
    const facts = openFacts([intent], now, needs);
    return isKnown ? facts : facts.filter(isReminder);
  };
  const factsOn = (subject: Subject): readonly IncidentFact[] =>
    open.filter((intent) => subjectOf(intent) === subject).flatMap(factsOf);
  return {
    asksToConfirm: open.some((intent) => intent.state.kind === 'action' && factsOf(intent).length > 0),
    facts: { wallet: factsOn('wallet'), subscription: factsOn('subscription') },
    isWalletTold: open.some((intent) => isForWallet(intent) && factsOf(intent).length > 0),
    keep,
    over,
  };
}

/**
 * Whether it is of use beside what is there: without the lists it is not known. A repair needs no list of plans, nor does a
 * purchase of the plan that is named by its id, where there is none.
 */
function isListed(declared: Declared | null, { plan }: Intent): boolean {
  if (declared === null) return true;
  if (declared.subscriptions === null) return false;
  if (plan === null || declared.plans !== null) return true;
  return findTrouble(declared)?.kind === 'canceled' && plan === namedById(declared);
}

function isForWallet(intent: Intent): boolean {
  return subjectOf(intent) === 'wallet' && intent.origin === 'policy';
}

function isShortOf(cents: Cents | null, balanceMicroUsd: MicroUsd | null): boolean {
  return cents !== null && (balanceMicroUsd === null || balanceMicroUsd < microFromCents(cents));
}

/** One odd list asks nobody to pay, and ends nothing that was asked. */
function subscriptionIn(
  context: KeeperContext,
  { trouble, lastLive }: AccountRuntime,
  { declared }: Verdict,
): Omit<Needs, Subject> & { readonly isAmiss: boolean; readonly isConfirmed: boolean } {
  const isWaitedFor = waitedForUntil(lastLive, moneyNow(context)) !== null;
  if (declared === null || declared.subscriptions === null)
    return {
      isAmiss: trouble !== null,
      isConfirmed: (trouble?.seenForMs ?? 0) > 0 && !isWaitedFor,
      plan: declared === null ? null : namedById(declared),
      ended: [],
      beside: 'nothing',
    };
  const ended = declared.subscriptions.filter(({ status }) => status === 'canceled').map(({ id }) => id);
  const found = findTrouble(declared);
  if (found === null) return { isAmiss: false, isConfirmed: false, plan: null, ended, beside: 'live' };
  const isLong = (trouble?.seenForMs ?? 0) >= confirmationMs(found, lastLive);
  const plan = targetPlan(declared, found)?.id ?? namedById(declared);
  const isConfirmed = isLong && !isWaitedFor;
  const isNone =
    !isConfirmed || declared.plans === null || found.kind === 'canceled' || found.kind === 'unknown';
  return {
    isAmiss: true,
    isConfirmed,
    plan,
    ended,
    beside: isNone ? 'nothing' : standing(found.subscription),
  };
}

function standing(subscription: Subscription): 'live' | 'resting' {
  return isLive(subscription) ? 'live' : 'resting';
}

/** For where the lists cannot be read, or that of plans lacks it. */
function namedById({ spec, wanted }: Declared): PlanId | null {
  const rule = wanted?.plan.kind === 'plan' ? wanted.plan.plan : null;
  const plan = wanted === null ? spec.plan : rule;
  return plan?.kind === 'id' ? plan.id : null;
}
