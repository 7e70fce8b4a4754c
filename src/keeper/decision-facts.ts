import { balanceStale, credentialsRefused, frozen } from '../alerts/degraded-facts.ts';
import { needsHuman, payReason, subscriptionPastDue, walletLow } from '../alerts/incident-facts.ts';
import type { Act, Decision } from '../domain/decision.ts';
import { type ChargeHistory, PUT_OFF, type Standing } from '../domain/history.ts';
import type { AccountName, PlanId } from '../domain/ids.ts';
import type { IncidentFact } from '../domain/incident.ts';
import type { MicroUsd } from '../domain/money.ts';
import type { AccountSpec } from '../domain/spec.ts';
import { type EpochMs, MINUTE_MS } from '../domain/time.ts';
import { runwayMs } from '../policy/burn.ts';
import { AS_DECLARED } from '../policy/hand-changes.ts';
import { isLive } from '../policy/subscription-plan.ts';
import { type Declared, findTrouble, targetPlan } from '../policy/subscription-trouble.ts';
import type { SubscriptionTrouble } from '../policy/trouble-kinds.ts';
import { describe, wish } from '../policy/trouble-words.ts';
import { capFacts } from './cap-facts.ts';
import { handFacts } from './rule-facts.ts';

/** An account that was not seen for so long is told. */
const STALE_MS = 5 * MINUTE_MS;

/** A wallet that is low for so long is told, whatever holds the charge back. */
const LOW_TOLD_AFTER_MS = 10 * MINUTE_MS;

/** Reasons to hold a low wallet back that mostly pass by themselves within seconds or minutes. */
const BRIEF_HOLDS = new Set([
  'intent_open',
  'page_unclear',
  'look_torn',
  'anchor_stale',
  'anchor_not_moved',
  'cooling_down',
  'burn_unknown',
  'cards_waiting',
  'pacing',
]);

export type Decided = {
  readonly account: AccountSpec;
  readonly standing: Standing;
  readonly wallet: Decision | null;
  readonly walletHistory: ChargeHistory | null;
  readonly subscription: Decision | null;
  readonly subscriptionHistory: ChargeHistory | null;
  readonly declared: Declared | null;
  readonly balanceMicroUsd: MicroUsd | null;
  readonly burnPerSecond: number | null;
  readonly isLow: boolean;
  readonly lowForMs: number;
  /** How long the subscription has been in the same trouble. */
  readonly troubleForMs: number;
  /** Why a decided charge was not armed after all. */
  readonly refusal: string | null;
  /** The open charge that holds the next one back is told by itself. */
  readonly isOpenTold: Readonly<Record<'wallet' | 'subscription', boolean>>;
  readonly isObserving: boolean;
};

/** What is wrong with an account at this moment, for `LevelIncidents`. Pure. */
export function levelFacts(
  decided: Decided,
): Readonly<Record<'account' | 'wallet' | 'subscription', readonly IncidentFact[]>> {
  return {
    account: frozenFacts(decided),
    wallet: walletFacts(decided),
    subscription: subscriptionFacts(decided),
  };
}

/** An account that is paused or frozen, whatever else is wrong with it. */
export function isHeld(decision: Decision | null): boolean {
  return decision?.reason === 'paused_by_operator' || decision?.reason === 'frozen';
}

/** Whether purser itself would mend it: what the policy asks a person about, or leaves, no hold leaves unrepaired. */
function isToBeRepaired({ spec, wanted }: Declared, trouble: SubscriptionTrouble): boolean {
  return !['alert', 'leave'].includes(wish(spec, trouble, { wanted, stance: AS_DECLARED }));
}

/** Whether nothing is left to pay; no decision is of a policy that keeps its hands off. */
export function isWell(decision: Decision | null): boolean {
  if (decision === null) return true;
  const { kind, reason } = decision;
  return kind === 'hold' && (reason === 'above_minimum' || reason === 'subscription_ok');
}

function frozenFacts({ account, standing }: Decided): readonly IncidentFact[] {
  return standing.frozenBecause === null ? [] : [frozenFact(account.name, standing.frozenBecause)];
}

/** A freeze that no single charge explains. */
export function frozenFact(account: AccountName, why: string): IncidentFact {
  const mend = `Look at it with \`purser explain ${account}\`; \`purser resume ${account} --freeze\` lifts the freeze.`;
  return frozen({ account, why, mend, intentId: null, amountCents: null });
}

function walletFacts(decided: Decided): readonly IncidentFact[] {
  const { account, wallet, walletHistory, balanceMicroUsd } = decided;
  const spec = account.policy.wallet;
  if (wallet === null || spec === null || balanceMicroUsd === null) return [];
  const asked = wallet.kind === 'needs_human' ? askedPerson(account.name, 'wallet', wallet) : [];
  // A page that is over, and may have been paid, asks nobody any more.
  const isAsked = asked.length > 0 || decided.isOpenTold.wallet;
  if (wallet.kind === 'needs_human' && isAsked) return asked;
  if (wallet.kind === 'freeze' || (wallet.kind === 'hold' && wallet.reason === 'above_minimum')) return [];
  if (wallet.kind === 'hold' && wallet.reason === 'intent_open' && decided.isOpenTold.wallet) return [];
  if (wallet.kind === 'charge' && wallet.action.kind === 'fund_link' && decided.isOpenTold.wallet) return [];
  const isBrief = (wallet.kind === 'charge' && !decided.isObserving) || BRIEF_HOLDS.has(wallet.reason);
  if (isBrief && decided.lowForMs < LOW_TOLD_AFTER_MS) return [];
  const isLow = balanceMicroUsd < spec.minBalanceCents * 10_000;
  if (!isLow) return [];
  const caps = wallet.kind === 'hold' ? capFacts(account.name, wallet, walletHistory) : [];
  const under = decided.isObserving
    ? `mode is observe, in which nothing is charged (${wallet.sentence})`
    : 'the charge is under way';
  const why = wallet.kind === 'charge' ? (decided.refusal ?? under) : wallet.sentence;
  const runway = runwayMs(balanceMicroUsd, decided.burnPerSecond);
  const low = walletLow({
    account: account.name,
    balanceMicroUsd,
    minimumCents: spec.minBalanceCents,
    runwayMs: runway,
    why: `Not funded: ${why}.`,
  });
  return [low, ...caps];
}

function subscriptionFacts(decided: Decided): readonly IncidentFact[] {
  const { account, subscription, declared } = decided;
  if (subscription === null || declared === null) return [];
  const facts: IncidentFact[] = [];
  const trouble = declared.subscriptions === null ? null : findTrouble(declared);
  const isLong = decided.troubleForMs >= LOW_TOLD_AFTER_MS;
  const notArmed = subscription.kind === 'charge' && isLong ? decided.refusal : null;
  if (trouble?.kind === 'past_due' && (subscription.kind !== 'charge' || notArmed !== null)) {
    const { id, planName } = trouble.subscription;
    facts.push(
      subscriptionPastDue({
        account: account.name,
        subscription: id,
        planName,
        amountCents: null,
        next: asSentence(notArmed ?? subscription.sentence),
      }),
    );
  }
  if (subscription.kind === 'needs_human') {
    const isByHand = subscription.reason === 'changed_by_hand';
    facts.push(
      ...(isByHand
        ? handFacts(account, subscription, declared)
        : askedPerson(account.name, 'subscription', subscription)),
    );
  }
  // A payment link that is out, like every open charge that lasts, tells of itself.
  // And where the change that is wanted is put off to the end of its period nobody can do anything.
  const isOtherPlan = trouble?.kind === 'wrong_plan' && isLive(trouble.subscription);
  const isWanted = (plan: PlanId | null): boolean =>
    isOtherPlan && (declared.plans === null || targetPlan(declared, trouble)?.id === plan);
  const isPutOff = decided.standing.open.some(
    ({ state, plan = null }) => state === PUT_OFF && isWanted(plan),
  );
  const isTold = subscription.reason === 'intent_open' && (decided.isOpenTold.subscription || isPutOff);
  const isLasting = isLong && trouble !== null && trouble.kind !== 'past_due' && !isTold;
  const isHeldBack =
    notArmed !== null ||
    (subscription.kind === 'hold' &&
      !['subscription_ok', 'plan_kept', 'trouble_unconfirmed'].includes(subscription.reason));
  const isAskedAnyway = isHeld(subscription) && trouble !== null && !isToBeRepaired(declared, trouble);
  if (isHeldBack && isLasting && !isAskedAnyway) {
    // What holds it back may be a purchase that is of no use beside what is there: nobody is to confirm that one.
    const isByOther =
      subscription.reason === 'intent_open' &&
      trouble.kind !== 'canceled' &&
      decided.standing.open.some(({ kind }) => kind === 'subscribe' || kind === 'subscribe_link');
    const held = isByOther
      ? `${describe(trouble, declared.wanted)}; nothing is done about it while another charge is open`
      : subscription.sentence;
    const sentence = notArmed ?? held;
    facts.push(
      personNeeded(account.name, { reason: 'subscription_unrepaired', sentence, amountCents: null }),
    );
  }
  if (subscription.kind === 'hold') {
    facts.push(...capFacts(account.name, subscription, decided.subscriptionHistory));
    if (subscription.reason === 'plan_unknown' || subscription.reason === 'price_unknown') {
      const { reason, sentence } = subscription;
      facts.push(personNeeded(account.name, { reason, sentence, amountCents: null }));
    }
  }
  return facts;
}

/** The link that is out tells of itself; where no more can be made, the same incident goes on without one. */
function askedPerson(
  account: AccountName,
  subject: 'wallet' | 'subscription',
  act: Act,
): readonly IncidentFact[] {
  if (act.reason === 'link_open') return [];
  const reason = act.reason === 'links_used_up' ? payReason(subject) : act.reason;
  return [personNeeded(account, { ...act, reason })];
}

function personNeeded(
  account: AccountName,
  act: {
    readonly reason: string;
    readonly sentence: string;
    readonly amountCents: Parameters<typeof needsHuman>[0]['amountCents'];
  },
): IncidentFact {
  const { reason, sentence, amountCents } = act;
  return needsHuman({
    account,
    amountCents,
    reason,
    why: asSentence(sentence),
    intentId: null,
    requestId: null,
  });
}

/** For a pass that saw nothing. `since` is the first failure in a row. */
export function blindFacts(options: {
  readonly account: AccountName;
  readonly since: EpochMs;
  readonly now: EpochMs;
  readonly reason: string;
  readonly refusedMend: string | null;
  readonly isProviderUnreachable: boolean;
}): readonly IncidentFact[] {
  const { account, since, now, reason, refusedMend } = options;
  if (refusedMend !== null) return [credentialsRefused({ account, mend: refusedMend })];
  // While nobody can be seen that is told once, and not by every account.
  if (options.isProviderUnreachable) return [];
  return now - since >= STALE_MS ? [balanceStale({ account, since, reason })] : [];
}

/** Some ask a person something. */
function asSentence(text: string): string {
  return text.endsWith('?') ? text : `${text}.`;
}
