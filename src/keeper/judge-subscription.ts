import { periodAnchor } from '../charge/period-anchor.ts';
import type { Decision } from '../domain/decision.ts';
import { isSubscriptionWork, type Standing } from '../domain/history.ts';
import { seenAgain } from '../domain/seen-for.ts';
import type { AccountSpec, SubscriptionSpec } from '../domain/spec.ts';
import type { EpochMs } from '../domain/time.ts';
import { decideSubscription } from '../policy/decide.ts';
import { asksPerson } from '../policy/ladder.ts';
import { noteLive, waitedForUntil } from '../policy/last-live.ts';
import { confirmationGapMs } from '../policy/subscription-checks.ts';
import type { SubscriptionMemory } from '../policy/subscription-memory.ts';
import { type Declared, findTrouble, targetPlan } from '../policy/subscription-trouble.ts';
import { keepsPlan, type Repairable, type SubscriptionTrouble } from '../policy/trouble-kinds.ts';
import type { AccountRuntime } from './account-runtime.ts';
import { clockSkewMs, isClockOff, type KeeperContext, moneyNow } from './context.ts';
import { judgeHands } from './judge-hands.ts';
import { afterRefunds, type Judged, judged, needIn, readNeed } from './judging.ts';
import type { Sight } from './observe.ts';
import { readLastLive, type ToRemember } from './subscription-memory-record.ts';
import { unlessUnlisted } from './vanished.ts';

/** The judgement, and what is remembered of the subscription from now on. */
export type JudgedSubscription = Judged & ToRemember;

/** Puts what was seen of the subscription before its policy. */
export async function judgeSubscription(
  context: KeeperContext,
  account: AccountSpec,
  runtime: AccountRuntime,
  { sight, standing, spec }: { sight: Sight; standing: Standing; spec: SubscriptionSpec },
): Promise<JudgedSubscription> {
  const { subscriptions, plans, cards } = sight;
  const declared = declaredIn(sight, spec);
  const trouble = subscriptions === null ? null : findTrouble(declared);
  const now = moneyNow(context);
  const { ruling } = sight;
  const known = readLastLive(context.upkeep, runtime);
  const noted = subscriptions === null ? known : noteLive(known, { spec, subscriptions, plans }, now);
  if (subscriptions !== null) {
    const gapMs = trouble === null ? 0 : confirmationGapMs(trouble, noted);
    noteTrouble(runtime, trouble, { now: isClockOff(context) ? null : now, gapMs });
  }
  const troubleForMs = runtime.trouble?.seenForMs ?? 0;
  // What half a list shows is no change by hand, and its rows are not what the rules are about.
  const { stance, memory } =
    waitedForUntil(noted, now) !== null
      ? { stance: { kind: 'act' } as const, memory: null }
      : await judgeHands(context, account, {
          ruling,
          spec,
          plans,
          trouble,
          troubleForMs,
          lastLive: noted,
          standing,
        });
  const isInQuestion =
    subscriptions !== null &&
    trouble !== null &&
    trouble.kind !== 'unknown' &&
    !standing.open.some((work) => isSubscriptionWork(work, { isOnPlan: keepsPlan(trouble) }));
  const question = isInQuestion ? subscriptionAnchor(declared, trouble, memory) : null;
  const need = question === null ? null : needIn(await readNeed(context, account, runtime, sight, question));
  const linkNeed =
    question?.kind === 'subscribe' && asksPerson(spec.payWith)
      ? needIn(await readNeed(context, account, runtime, sight, { ...question, kind: 'subscribe_link' }))
      : null;
  const decide = (frozenBecause: string | null): Decision =>
    decideSubscription({
      spec,
      wanted: declared.wanted,
      stance,
      standing: { ...standing, frozenBecause },
      now,
      troubleForMs,
      lastLive: noted,
      clockSkewMs: clockSkewMs(context),
      subscriptions,
      plans,
      cards,
      history: need?.history ?? null,
      linkHistory: linkNeed?.history ?? null,
    });
  const first = decide(standing.frozenBecause);
  const afterAll = await afterRefunds(context, account, runtime, sight, { decision: first, decide });
  const { decision, lastLive } = await unlessUnlisted(context, sight, {
    decision: afterAll,
    declared,
    lastLive: noted,
  });
  const isByLink = decision.kind === 'charge' && decision.action.kind === 'subscribe_link';
  return {
    ...(await judged(context, account, runtime, 'subscription', {
      decision,
      history: need?.history ?? null,
      need: isByLink ? linkNeed : need,
    })),
    memory,
    lastLive: lastLive === known ? null : lastLive,
  };
}

export function declaredIn({ subscriptions, plans, ruling }: Sight, spec: SubscriptionSpec): Declared {
  return { spec, wanted: ruling?.wanted ?? null, subscriptions, plans };
}

/**
 * One empty or half answer is no trouble yet: how long the same trouble was seen is part of the case. None begins, or goes on, at
 * `null`, while the clock is off.
 */
function noteTrouble(
  runtime: AccountRuntime,
  trouble: SubscriptionTrouble | null,
  { now, gapMs }: { readonly now: EpochMs | null; readonly gapMs: number },
): void {
  const words = trouble === null ? null : `${trouble.kind} ${trouble.subscription?.id ?? 'none'}`;
  const known = runtime.trouble?.words === words ? runtime.trouble : null;
  if (words === null) runtime.trouble = null;
  else if (now === null) runtime.trouble = known;
  else runtime.trouble = { ...known, words, since: known?.since ?? now, ...seenAgain(known, now, gapMs) };
}

/**
 * Subscription keys hang on the subscription and its period (charging.md, "The key"). What rules want comes again within
 * a period: since when it is wanted, by the calendar, tells the times apart, and how often a person got in between.
 */
function subscriptionAnchor(
  declared: Declared,
  trouble: Repairable,
  memory: SubscriptionMemory | null,
): {
  readonly kind: 'fix_payment' | 'pause' | 'resume' | 'change_plan' | 'subscribe';
  readonly anchor: string;
} {
  const period = periodAnchor(trouble.subscription);
  const plan = targetPlan(declared, trouble)?.id ?? 'none';
  const { wanted } = declared;
  const turn = (since: EpochMs | null) => (since === null ? '' : `/${since}/${memory?.handChanges ?? 0}`);
  const planTurn = turn(wanted?.plan.kind === 'plan' ? wanted.plan.since : null);
  const stateTurn = turn(wanted !== null && 'since' in wanted.state ? wanted.state.since : null);
  switch (trouble.kind) {
    case 'past_due':
      return { kind: 'fix_payment', anchor: period };
    case 'paused':
      return { kind: 'resume', anchor: `${period}${stateTurn}` };
    case 'running':
      return { kind: 'pause', anchor: `${period}${stateTurn}` };
    case 'wrong_plan':
      return { kind: 'change_plan', anchor: `${period}/${plan}${planTurn}` };
    case 'canceled':
      return { kind: 'subscribe', anchor: `${period}/${plan}` };
  }
}
