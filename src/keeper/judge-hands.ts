import type { Intent, IntentKind } from '../charge/intent.ts';
import type { Standing } from '../domain/history.ts';
import { isWalletWork } from '../domain/history.ts';
import type { Plan, Subscription } from '../domain/observation.ts';
import type { AccountSpec, SubscriptionSpec } from '../domain/spec.ts';
import type { EpochMs } from '../domain/time.ts';
import {
  AS_DECLARED,
  type Difference,
  type HandVerdict,
  inAccord,
  judgeDifference,
  needsAlibi,
  type Stance,
} from '../policy/hand-changes.ts';
import type { LastLive } from '../policy/last-live.ts';
import { isNamed } from '../policy/ruled-trouble.ts';
import { confirmationMs } from '../policy/subscription-checks.ts';
import type { PlanSeen, SubscriptionMemory } from '../policy/subscription-memory.ts';
import { isLive, isOnPlan } from '../policy/subscription-plan.ts';
import type { SubscriptionTrouble } from '../policy/trouble-kinds.ts';
import type { Wanted } from '../policy/wanted-subscription.ts';
import { type KeeperContext, moneyNow } from './context.ts';
import type { Ruling } from './observe-rules.ts';

/** Who made the difference, and what is remembered from now on; `null` where there is nothing to remember. */
export type Hands = { readonly stance: Stance; readonly memory: SubscriptionMemory | null };

const INTENTS_ASKED = 20;

/**
 * Puts what is there beside what is wanted and what is remembered. The journal is asked only where something changed
 * that no rule explains. While an intent is open nothing is judged: what is there may be its doing.
 */
export async function judgeHands(
  context: KeeperContext,
  account: AccountSpec,
  one: {
    readonly ruling: Ruling | null;
    readonly spec: SubscriptionSpec;
    readonly plans: readonly Plan[] | null;
    readonly trouble: SubscriptionTrouble | null;
    readonly troubleForMs: number;
    readonly lastLive: LastLive | null;
    readonly standing: Standing;
  },
): Promise<Hands> {
  const { ruling, trouble } = one;
  if (ruling === null || ruling.subject === null) return { stance: AS_DECLARED, memory: null };
  const { subscription, memory } = ruling.subject;
  if (!one.standing.open.every(isWalletWork)) return { stance: AS_DECLARED, memory };
  // One odd answer is no change by hand.
  if (trouble !== null && one.troubleForMs < confirmationMs(trouble, one.lastLive))
    return { stance: { kind: 'act' }, memory };
  const judge = async <Value>(
    difference: Omit<Difference<Value>, 'isOurs' | 'isEnforced' | 'now'>,
    kinds: readonly IntentKind[],
    didIt: (intent: Intent) => boolean,
  ): Promise<HandVerdict<Value>> => {
    const isOurs =
      needsAlibi(difference) &&
      (await hasAlibi(context, account, { kinds, subscription, didIt, since: difference.kept?.at ?? now }));
    return judgeDifference({ ...difference, isOurs, isEnforced: one.spec.enforce, now });
  };
  const now = moneyNow(context);
  const { plan, state } = ruling.wanted;
  let next = memory;
  if (isPlanRight(one, subscription, ruling.wanted))
    next = { ...next, plan: inAccord(next.plan, { found: planOf(subscription), isSame: isSamePlan, now }) };
  const isPaused = subscription.status === 'paused';
  const isAsWanted = state.kind === 'paused' ? isPaused : state.kind === 'live' && isLive(subscription);
  if (isAsWanted)
    next = { ...next, isPaused: inAccord(next.isPaused, { found: isPaused, isSame: isEqual, now }) };
  if (trouble?.kind === 'wrong_plan' && plan.kind === 'plan') {
    const found = planOf(subscription);
    const verdict = await judge<PlanSeen>(
      {
        kept: next.plan,
        found,
        isSame: isSamePlan,
        shown: planShown,
        key: plan.key,
        isNamed: isNamed(one, subscription),
      },
      ['change_plan'],
      (intent) => intent.plan !== null && intent.plan === found.id,
    );
    return { stance: verdict.stance, memory: counted({ ...next, plan: verdict.kept }, verdict.isNewChange) };
  }
  if ((trouble?.kind === 'paused' || trouble?.kind === 'running') && 'key' in state) {
    const verdict = await judge<boolean>(
      {
        kept: next.isPaused,
        found: isPaused,
        isSame: isEqual,
        shown: stateShown,
        key: state.key,
        isNamed: true,
      },
      ['pause', 'resume'],
      (intent) => (intent.kind === 'pause') === isPaused,
    );
    return {
      stance: verdict.stance,
      memory: counted({ ...next, isPaused: verdict.kept }, verdict.isNewChange),
    };
  }
  return { stance: AS_DECLARED, memory: next };
}

/** What is not known is measured by the plan that holds when no rule does. */
function isPlanRight(
  { spec, plans }: { readonly spec: SubscriptionSpec; readonly plans: readonly Plan[] | null },
  subscription: Subscription,
  { plan }: Wanted,
): boolean {
  const right = plan.kind === 'plan' ? plan.plan : plan.kind === 'unknown' ? spec.plan : null;
  return isLive(subscription) && right !== null && isOnPlan(right, subscription, plans);
}

function counted(memory: SubscriptionMemory, isNewChange: boolean): SubscriptionMemory {
  return isNewChange ? { ...memory, handChanges: memory.handChanges + 1 } : memory;
}

/** Whether an intent of the policy did it since: what a person orders from purser is a change by hand like any other. */
async function hasAlibi(
  context: KeeperContext,
  { name }: AccountSpec,
  one: {
    readonly kinds: readonly IntentKind[];
    readonly subscription: Subscription;
    readonly didIt: (intent: Intent) => boolean;
    readonly since: EpochMs;
  },
): Promise<boolean> {
  const intents = await context.journal.intents({ account: name, kinds: one.kinds, limit: INTENTS_ASKED });
  return intents.some(
    (intent) =>
      intent.origin === 'policy' &&
      intent.subscription === one.subscription.id &&
      intent.armedAt >= one.since &&
      intent.state.kind !== 'rejected' &&
      intent.state.kind !== 'released' &&
      one.didIt(intent),
  );
}

function planOf({ planId, planName }: Subscription): PlanSeen {
  return { id: planId, name: planName };
}

function isSamePlan(one: PlanSeen, other: PlanSeen): boolean {
  if (one.id !== null && other.id !== null) return one.id === other.id;
  if (one.name !== null && other.name !== null) return one.name.toLowerCase() === other.name.toLowerCase();
  return true; // a row that does not tell its plan says nothing of a change
}

function isEqual(one: boolean, other: boolean): boolean {
  return one === other;
}

function planShown({ id, name }: PlanSeen): string {
  return name ?? id ?? 'another plan';
}

function stateShown(isPaused: boolean): string {
  return isPaused ? 'paused' : 'running';
}
