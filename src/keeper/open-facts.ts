import { chargeStuck } from '../alerts/degraded-facts.ts';
import { needsHuman, outcomeUnknown, payByLink } from '../alerts/incident-facts.ts';
import { type Intent, isLinkKind, isPutOff, linkEndsAt } from '../charge/intent.ts';
import type { Decision } from '../domain/decision.ts';
import { isWalletWork } from '../domain/history.ts';
import type { PlanId, SubscriptionId } from '../domain/ids.ts';
import type { IncidentFact } from '../domain/incident.ts';
import { formatCents } from '../domain/money.ts';
import { type EpochMs, MINUTE_MS } from '../domain/time.ts';
import { isWell } from './decision-facts.ts';
import { describeOpen } from './standing.ts';

/** A doubt is told when the quick replays did not end it; most are over before. */
const DOUBT_TOLD_AFTER_MS = MINUTE_MS;
const QUICK_SENDS = 4;
const STUCK_TOLD_AFTER_MS = 15 * MINUTE_MS;
/** A page that is over is asked about, and gives way to another one; where purser only watches, it does not. */
const OVER_TOLD_FOR_MS = 15 * MINUTE_MS;

/** The open charges of an account that people have to know of, as long as they last. Pure. */
export function openFacts(
  open: readonly Intent[],
  now: EpochMs,
  needs: Needs | null,
): readonly IncidentFact[] {
  return open.flatMap((intent) => openFact(intent, now, needs) ?? []);
}

/** Where nothing is to be paid, nobody is asked to pay what the policy has out; `link`: nothing else will pay. */
export type Need = 'nothing' | 'payment' | 'link';
export type Subject = 'wallet' | 'subscription';
/** `null` where nothing was decided: then nobody is asked anew. */
export type Needs = Readonly<Record<Subject, Need>> & {
  /** The plan that the subscription is to end with; `null` where it is not known. */
  readonly plan: PlanId | null;
  /** Those that are listed, and over. */
  readonly ended: readonly SubscriptionId[];
  /** What is there already: beside one that rests no page is to be paid, and beside a live one nothing is to be bought. */
  readonly beside: 'nothing' | 'resting' | 'live';
};
export const MAY_BE_NEEDED: Needs = {
  wallet: 'payment',
  subscription: 'payment',
  plan: null,
  ended: [],
  beside: 'nothing',
};
const HELD: ReadonlySet<Decision['reason']> = new Set(['paused_by_operator', 'frozen']);

/** `isAmiss`: the wallet is low, or too low for a job that waits, or something is wrong with the subscription. */
export function needOf(decision: Decision | null, isAmiss: boolean): Need {
  if (decision === null || isWell(decision) || !isAmiss || HELD.has(decision.reason)) return 'nothing';
  return decision.reason === 'link_open' ? 'link' : 'payment';
}

/** Whether a person is asked for what only a person can do. */
function isWanted(intent: Intent, needs: Needs | null): boolean {
  if (intent.origin === 'hand') return true;
  return needs !== null && needs[subjectOf(intent)] !== 'nothing' && isOfUse(intent, needs);
}

/**
 * After a reload, or when a window has ended, what was made for another plan pays for what is not wanted; so does a purchase
 * where somebody has bought one meanwhile.
 */
function isOfUse({ kind, plan, subscription }: Intent, wanted: Needs): boolean {
  const isRepair = kind !== 'subscribe' && kind !== 'subscribe_link';
  const isEnded = wanted.ended.some((id) => id === subscription);
  // A change may be made by ending one and beginning another, which is not paid yet.
  const mayGoOn = kind === 'change_plan' && wanted.beside === 'resting';
  if (isRepair && isEnded && !mayGoOn) return false;
  const isOwnPlan = plan === null || wanted.plan === null || plan === wanted.plan;
  if (kind === 'subscribe_link') return isOwnPlan && wanted.beside === 'nothing';
  // What a challenge is for may be listed already, as not paid yet.
  return isOwnPlan && (kind !== 'subscribe' || wanted.beside !== 'live');
}

function openFact(intent: Intent, now: EpochMs, needs: Needs | null): IncidentFact | null {
  const { account, amountCents, armedAt, id: intentId, state } = intent;
  const reference = { intentId, requestId: null };
  // Of a page, since it was paid.
  const since = state.kind === 'charged' ? state.since : armedAt;
  const isStuck = now - since >= STUCK_TOLD_AFTER_MS && !isPutOff(intent);
  const need = needs?.[subjectOf(intent)] ?? 'nothing';
  switch (state.kind) {
    case 'in_doubt':
      return isLongDoubt(intent, now)
        ? outcomeUnknown({
            account,
            amountCents,
            since: armedAt,
            isPage: isLinkKind(intent.kind),
            ...reference,
          })
        : null;
    case 'action':
      return isWanted(intent, needs) ? actionRequired(intent) : null;
    case 'link_open':
      return isWanted(intent, needs) && now - linkEndsAt(state) < OVER_TOLD_FOR_MS
        ? linkOut(intent, state, need)
        : null;
    case 'armed':
    case 'charged':
    case 'declined':
      return isStuck
        ? chargeStuck({ account, amountCents, intentId, sentence: describeOpen(intent).sentence })
        : null;
    case 'settled':
    case 'released':
    case 'rejected':
      return null;
  }
}

/** A payment link waits for somebody. Who made one by hand knows of it: grave it is only where nothing else will pay. */
export function linkOut(
  intent: Intent,
  state: Extract<Intent['state'], { kind: 'link_open' }>,
  need: Need,
): IncidentFact {
  const { account, amountCents, id: intentId } = intent;
  const isByHand = intent.origin === 'hand';
  const why = isByHand ? 'A person asked for it.' : 'No card of the policy can pay.';
  const pay = { url: state.url, expiresAt: linkEndsAt(state) };
  const severity = isByHand && need !== 'link' ? 'warning' : 'critical';
  return payByLink({ account, subject: subjectOf(intent), severity, amountCents, why, pay, intentId });
}

/** What a charge is for. */
export function subjectOf(intent: Pick<Intent, 'kind'>): Subject {
  return isWalletWork(intent) ? 'wallet' : 'subscription';
}

/** 3-D Secure: only the card holder can go on. */
export function actionRequired(intent: Intent): IncidentFact {
  const { account, amountCents, id: intentId, paymentIntent } = intent;
  const why = `The card asks for 3-D Secure, which only its holder can answer. Payment ${paymentIntent ?? 'unknown'}.`;
  const fact = needsHuman({
    account,
    amountCents,
    reason: `requires_action/${intentId}`,
    why,
    intentId,
    requestId: null,
  });
  // Not "to pay": a payment link of the same amount may be out beside it.
  const headline = `${account} needs a person to confirm ${formatCents(amountCents)} (3-D Secure)`;
  return { ...fact, headline };
}

function isLongDoubt(intent: Intent, now: EpochMs): boolean {
  return intent.sends >= QUICK_SENDS || now - intent.armedAt >= DOUBT_TOLD_AFTER_MS || !intent.canReplay;
}
