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
  readonly needs: Needs;
  readonly facts: Readonly<Record<Subject, readonly IncidentFact[]>>;
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
  const isSure = verdict.declared === null || areListsRead(verdict.declared);
  const isReminder = ({ type, fingerprint }: IncidentFact): boolean =>
    type !== 'payment.action_required' || context.incidents.isFiring(fingerprint);
  const factsOn = (subject: Subject): readonly IncidentFact[] =>
    open
      .filter((intent) => subjectOf(intent) === subject)
      .flatMap((intent) => {
        const isKnown = isSure || subject === 'wallet' || intent.origin === 'hand';
        const facts = openFacts([intent], now, needs);
        return isKnown ? facts : facts.filter(isReminder);
      });
  return {
    needs,
    facts: { wallet: factsOn('wallet'), subscription: factsOn('subscription') },
    keep,
    over,
  };
}

/** Whether anything is needed beside what is there cannot be known without. */
function areListsRead({ subscriptions, plans }: Declared): boolean {
  return subscriptions !== null && plans !== null;
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
      subscriptionId: null,
      beside: 'nothing',
    };
  const found = findTrouble(declared);
  if (found === null)
    return { isAmiss: false, isConfirmed: false, plan: null, subscriptionId: null, beside: 'live' };
  const isLong = (trouble?.seenForMs ?? 0) >= confirmationMs(found, lastLive);
  const plan = targetPlan(declared, found)?.id ?? namedById(declared);
  const isConfirmed = isLong && !isWaitedFor;
  const isNone =
    !isConfirmed || declared.plans === null || found.kind === 'canceled' || found.kind === 'unknown';
  const subscriptionId = isConfirmed ? (found.subscription?.id ?? null) : null;
  return {
    isAmiss: true,
    isConfirmed,
    plan,
    subscriptionId,
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
