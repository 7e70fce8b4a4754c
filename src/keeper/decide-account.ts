import { capScopes } from '../domain/cap-scopes.ts';
import type { Charge, Decision } from '../domain/decision.ts';
import { type ChargeHistory, isWalletWork, type Standing } from '../domain/history.ts';
import { anchorOf } from '../domain/ledger.ts';
import { type MicroUsd, microFromCents } from '../domain/money.ts';
import type { AccountSpec, SubscriptionSpec, WalletSpec } from '../domain/spec.ts';
import type { EpochMs } from '../domain/time.ts';
import { burnPerSecond, observeBurn } from '../policy/burn.ts';
import { decideSubscription, decideWallet } from '../policy/decide.ts';
import { asksPerson, cardIdentity } from '../policy/ladder.ts';
import { hold } from '../policy/shared-checks.ts';
import type { SubscriptionMemory } from '../policy/subscription-memory.ts';
import { type Declared, findTrouble, targetPlan } from '../policy/subscription-trouble.ts';
import type { Repairable, SubscriptionTrouble } from '../policy/trouble-kinds.ts';
import { floorOf } from '../policy/wallet-checks.ts';
import type { AccountRuntime } from './account-runtime.ts';
import type { Need } from './arm-charge.ts';
import { clockSkewMs, type KeeperContext, moneyNow } from './context.ts';
import { confirmIdentity } from './identity.ts';
import { judgeHands } from './judge-hands.ts';
import { hasFallenLately, noteLow, noteLowLook } from './low-watch.ts';
import type { Sight } from './observe.ts';
import { withCoupon } from './redeem-coupons.ts';
import { checkRefunds } from './refund-check.ts';
import { periodAnchor } from './subscription-goal.ts';

/** The decisions of a pass and what they were made on. */
export type Verdict = {
  readonly wallet: Decision | null;
  readonly walletHistory: ChargeHistory | null;
  readonly subscription: Decision | null;
  readonly subscriptionHistory: ChargeHistory | null;
  readonly declared: Declared | null;
  /** What is remembered of the subscription from now on; `null` where no rules ask for it. */
  readonly memory: SubscriptionMemory | null;
  readonly balanceMicroUsd: MicroUsd | null;
  readonly burnPerSecond: number | null;
  readonly isLow: boolean;
  /** How long the subscription has been in the same trouble, in milliseconds. */
  readonly troubleForMs: number;
  /** How long the wallet has been below its minimum, in milliseconds. */
  readonly lowForMs: number;
  readonly decisions: readonly Decision[];
  /** The decisions that move money, each with what its key is made of. */
  readonly charges: readonly { readonly decision: Charge; readonly need: Need }[];
};

type Judged = {
  readonly decision: Decision | null;
  readonly history: ChargeHistory | null;
  readonly need: Need | null;
  readonly memory?: SubscriptionMemory | null;
};
const NOT_JUDGED: Judged = { decision: null, history: null, need: null };

/** Puts one sight before the policies. The journal is read only for an account where a charge is in question. */
export async function decideAccount(
  context: KeeperContext,
  account: AccountSpec,
  runtime: AccountRuntime,
  { sight, standing }: { readonly sight: Sight; readonly standing: Standing },
): Promise<Verdict> {
  const balanceMicroUsd = sight.look?.balanceMicroUsd ?? sight.balanceMicroUsd;
  if (balanceMicroUsd !== null)
    runtime.burn = observeBurn(runtime.burn, context.clock.now(), balanceMicroUsd);
  const { wallet: walletSpec, subscription: guardSpec } = account.policy;
  const scene = { sight, standing };
  const wallet =
    walletSpec === null
      ? NOT_JUDGED
      : await judgeWallet(context, account, runtime, { ...scene, spec: walletSpec });
  const guard =
    guardSpec === null
      ? NOT_JUDGED
      : await judgeSubscription(context, account, runtime, { ...scene, spec: guardSpec });
  const judged = [wallet, guard];
  return {
    wallet: wallet.decision,
    walletHistory: wallet.history,
    subscription: guard.decision,
    subscriptionHistory: guard.history,
    declared: guardSpec === null ? null : declaredIn(sight, guardSpec),
    memory: guard.memory ?? null,
    balanceMicroUsd,
    burnPerSecond: burnPerSecond(runtime.burn),
    isLow: runtime.lowSince !== null,
    troubleForMs: runtime.trouble === null ? 0 : moneyNow(context) - runtime.trouble.since,
    lowForMs: runtime.lowSince === null ? 0 : moneyNow(context) - runtime.lowSince,
    decisions: judged.map((one) => one.decision).filter((decision) => decision !== null),
    charges: judged.flatMap(({ decision, need }) =>
      decision?.kind === 'charge' && need !== null ? [{ decision, need }] : [],
    ),
  };
}

async function judgeWallet(
  context: KeeperContext,
  account: AccountSpec,
  runtime: AccountRuntime,
  { sight, standing, spec }: { sight: Sight; standing: Standing; spec: WalletSpec },
): Promise<Judged> {
  const { look } = sight;
  const ensuredCents = runtime.desk.ensuredCents();
  const isLow = look !== null && look.balanceMicroUsd < microFromCents(floorOf({ spec, ensuredCents }));
  await noteLowLook(context, account, {
    standing,
    isLow: isLow && sight.isLookConsistent,
    isHigh: look !== null && !isLow,
  });
  const now = moneyNow(context);
  await noteLow(context, account, runtime, { sight, spec, now });
  const isTrusted = sight.isLookConsistent && !hasFallenLately(runtime, now);
  const isInQuestion =
    isLow && isTrusted && standing.open.every((work) => work.kind !== 'fund' || work.state === 'action');
  let need: Need | null = null;
  let linkNeed: Need | null = null;
  if (isInQuestion && standing.frozenBecause === null) {
    const anchor = anchorOf(look).id;
    need = await readNeed(context, account, runtime, sight, { kind: 'fund', anchor });
    if (need === null)
      return { ...NOT_JUDGED, decision: hold('provider_unreachable', 'who it is could not be read') };
    if (asksPerson(spec.payWith))
      linkNeed = await readNeed(context, account, runtime, sight, { kind: 'fund_link', anchor });
  }
  const decide = (frozenBecause: string | null): Decision =>
    decideWallet({
      spec,
      ensuredCents,
      standing: { ...standing, frozenBecause },
      now,
      balanceMicroUsd: sight.balanceMicroUsd,
      burnPerSecond: burnPerSecond(runtime.burn),
      clockSkewMs: clockSkewMs(context),
      look,
      isLookConsistent: isTrusted,
      unsoundForMs: runtime.unsoundSince === null ? 0 : now - runtime.unsoundSince,
      lookAgainAt: sight.lookAgainAt,
      cards: sight.cards,
      history: need?.history ?? null,
      linkHistory: linkNeed?.history ?? null,
    });
  let decision = decide(need === null ? standing.frozenBecause : await frozenNow(context, account));
  if (decision.kind === 'charge') {
    const isRead = await checkRefunds(context, account, sight.caller);
    decision = isRead
      ? decide(await frozenNow(context, account))
      : hold('provider_unreachable', 'the debits could not be read');
  }
  if (decision.kind === 'charge') decision = await withCoupon(context, account, sight.caller, decision);
  const history = need?.history ?? null;
  const isByLink = decision.kind === 'charge' && decision.action.kind === 'fund_link';
  return {
    decision: await freezeIfDecided(context, account, decision),
    history,
    need: isByLink ? linkNeed : need,
  };
}

async function judgeSubscription(
  context: KeeperContext,
  account: AccountSpec,
  runtime: AccountRuntime,
  { sight, standing, spec }: { sight: Sight; standing: Standing; spec: SubscriptionSpec },
): Promise<Judged> {
  const { subscriptions, plans, cards } = sight;
  const declared = declaredIn(sight, spec);
  const trouble = subscriptions === null ? null : findTrouble(declared);
  const now = moneyNow(context);
  if (subscriptions !== null) noteTrouble(runtime, trouble, now);
  const troubleForMs = runtime.trouble === null ? 0 : now - runtime.trouble.since;
  const { ruling } = sight;
  const { stance, memory } = await judgeHands(context, account, {
    ruling,
    spec,
    plans,
    trouble,
    troubleForMs,
    standing,
  });
  const isInQuestion =
    subscriptions !== null &&
    trouble !== null &&
    trouble.kind !== 'unknown' &&
    standing.open.every(isWalletWork);
  const question = isInQuestion ? subscriptionAnchor(declared, trouble, memory) : null;
  const need = question === null ? null : await readNeed(context, account, runtime, sight, question);
  const linkNeed =
    question?.kind === 'subscribe' && asksPerson(spec.payWith)
      ? await readNeed(context, account, runtime, sight, { ...question, kind: 'subscribe_link' })
      : null;
  const decision = decideSubscription({
    spec,
    wanted: declared.wanted,
    stance,
    standing,
    now,
    troubleForMs,
    clockSkewMs: clockSkewMs(context),
    subscriptions,
    plans,
    cards,
    history: need?.history ?? null,
    linkHistory: linkNeed?.history ?? null,
  });
  const isByLink = decision.kind === 'charge' && decision.action.kind === 'subscribe_link';
  return {
    decision: await freezeIfDecided(context, account, decision),
    history: need?.history ?? null,
    need: isByLink ? linkNeed : need,
    memory,
  };
}

function declaredIn({ subscriptions, plans, ruling }: Sight, spec: SubscriptionSpec): Declared {
  return { spec, wanted: ruling?.wanted ?? null, subscriptions, plans };
}

/** One empty or half answer is no trouble yet: how long the same trouble was seen is part of the case. */
function noteTrouble(runtime: AccountRuntime, trouble: SubscriptionTrouble | null, now: EpochMs): void {
  const words = trouble === null ? null : `${trouble.kind} ${trouble.subscription?.id ?? 'none'}`;
  if (words === null) runtime.trouble = null;
  else if (runtime.trouble?.words !== words) runtime.trouble = { words, since: now };
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

async function readNeed(
  context: KeeperContext,
  account: AccountSpec,
  runtime: AccountRuntime,
  sight: Sight,
  question: {
    readonly kind: Parameters<KeeperContext['journal']['history']>[0]['kind'];
    readonly anchor: string;
  },
): Promise<Need | null> {
  const who = await confirmIdentity(context, account, runtime, sight.caller);
  if (who.kind !== 'same') return null;
  const { identity } = who;
  const history = await context.journal.history({
    account: account.name,
    identity,
    ...question,
    cardIdentities: (sight.cards ?? []).map(cardIdentity),
    scopes: capScopes(context.spec(), account),
    now: moneyNow(context),
  });
  return { identity, anchor: question.anchor, history };
}

async function frozenNow(context: KeeperContext, account: AccountSpec): Promise<string | null> {
  const holds = await context.journal.holds(account.name);
  return holds.find((one) => one.kind === 'freeze')?.reason ?? null;
}

async function freezeIfDecided(
  context: KeeperContext,
  account: AccountSpec,
  decision: Decision,
): Promise<Decision> {
  if (decision.kind !== 'freeze' || context.spec().mode === 'observe') return decision;
  const now = moneyNow(context);
  context.log.error('account.frozen', { account: account.name, reason: decision.sentence });
  await context.journal.setHold(
    { account: account.name, kind: 'freeze', reason: decision.sentence, since: now, intent: null },
    [],
  );
  return decision;
}
