import { type Intent, isOpen } from '../charge/intent.ts';
import type { Charge, Decision } from '../domain/decision.ts';
import type { EnsureOrder, HandAnswer, HandOrder } from '../domain/hand-order.ts';
import type { Standing } from '../domain/history.ts';
import { formatMicroUsd, type MicroUsd, microFromCents } from '../domain/money.ts';
import type { LedgerLook } from '../domain/observation.ts';
import type { AccountSpec } from '../domain/spec.ts';
import { type EpochMs, MINUTE_MS } from '../domain/time.ts';
import { decideOrder } from '../policy/decide-order.ts';
import type { AccountRuntime } from './account-runtime.ts';
import { answerIntent } from './answer-intent.ts';
import { answerOpenLink } from './answer-open-link.ts';
import type { Need } from './arm-charge.ts';
import { type KeeperContext, moneyNow } from './context.ts';
import type { Verdict } from './decide-account.ts';
import { declaredIn } from './judge-subscription.ts';
import { frozenNow, withTimeToFit } from './judging.ts';
import type { Sight } from './observe.ts';
import { orderCase, readOrderNeed, targetOf } from './order-case.ts';
import { type PlacedOrder, refused } from './order-desk.ts';
import { couponHold } from './redeem-coupons.ts';
import { checkRefunds } from './refund-check.ts';
import { readLastLive } from './subscription-memory-record.ts';
import { notePromise } from './sweep-wallet.ts';
import { unlessUnlisted } from './vanished.ts';

/** What is asked for, and what was seen; the answer goes to the order. */
type Scene = {
  readonly sight: Sight;
  readonly standing: Standing;
  /** The orders that were on the desk when the pass began. */
  readonly asked: readonly PlacedOrder[];
};

/** Reasons that mostly pass within seconds: an order waits for them. */
const BRIEF_REASONS = new Set([
  'intent_open',
  'page_unclear',
  'look_torn',
  'anchor_stale',
  'anchor_not_moved',
  'provider_unreachable',
]);
const BRIEF_MS = MINUTE_MS;

/**
 * The charge of the oldest order that wants one; the others are answered, or wait. Only orders that were placed before
 * the pass looked are decided on what it saw.
 */
export async function decideNextOrder(
  context: KeeperContext,
  account: AccountSpec,
  runtime: AccountRuntime,
  scene: Scene,
): Promise<Ordered | null> {
  for (const placed of scene.asked) {
    if (placed.intent !== null || !placed.isStanding() || placed.order.kind === 'ensure') continue;
    if (context.spec().mode === 'observe') {
      placed.answer(refused('observing', 'mode is observe: purser only watches'));
      continue;
    }
    const ordered = await decideOne(context, account, runtime, { ...scene, placed, order: placed.order });
    if (ordered !== null) return ordered;
  }
  return null;
}

export type Ordered = { readonly decision: Charge; readonly need: Need; readonly placed: PlacedOrder };

async function decideOne(
  context: KeeperContext,
  account: AccountSpec,
  runtime: AccountRuntime,
  one: Scene & { readonly placed: PlacedOrder; readonly order: Exclude<HandOrder, EnsureOrder> },
): Promise<Ordered | null> {
  const { placed, order, sight } = one;
  const target = await targetOf(context, order, sight);
  const need =
    target === null ? null : await readOrderNeed(context, account, runtime, { order, target, sight });
  const decide = (frozenBecause: string | null): Decision => {
    if (need === null || target === null) return UNREAD;
    const standing = { ...one.standing, frozenBecause };
    return decideOrder(
      orderCase(context, account, runtime, { ...one, standing, target, history: need.history }),
    );
  };
  let decision = decide(one.standing.frozenBecause);
  if (decision.kind === 'charge' && TOPS_UP.has(order.kind)) {
    // Debits that cannot be read keep nobody from what they ask for themselves (fence 5).
    await checkRefunds(context, account, runtime, sight);
    decision = decide(await frozenNow(context, account));
  }
  if (decision.kind === 'charge' && order.kind === 'fund')
    decision = (await couponHold(context, sight.caller, order)) ?? decision;
  if (isPurchase(order)) decision = await unlessBought(context, account, runtime, { sight, decision });
  if (decision.kind === 'charge' && need !== null) return { decision, need, placed };
  const isBehindLink = decision.reason === 'intent_open' && target !== null;
  if (isBehindLink && (await answerOpenLink(context, account, placed, target))) return null;
  answerRefusal(placed, await withTimeToFit(context, account, decision), moneyNow(context));
  return null;
}

/** What brings money into the wallet from a card at once. */
const TOPS_UP: ReadonlySet<HandOrder['kind']> = new Set(['fund', 'charge_amount']);

function isPurchase({ kind }: HandOrder): boolean {
  return kind === 'subscribe' || kind === 'subscribe_link';
}

/** A list that lacks the subscription of the policy may be half a list: nobody buys a second one on it. */
async function unlessBought(
  context: KeeperContext,
  { policy }: AccountSpec,
  runtime: AccountRuntime,
  { sight, decision }: { readonly sight: Sight; readonly decision: Decision },
): Promise<Decision> {
  if (policy.subscription === null) return decision;
  const lastLive = readLastLive(context.upkeep, runtime);
  const declared = declaredIn(sight, policy.subscription);
  return (await unlessUnlisted(context, sight, { decision, declared, lastLive })).decision;
}

const UNREAD: Decision = {
  kind: 'hold',
  reason: 'provider_unreachable',
  sentence: 'who it is, or what it is about, could not be read',
  until: null,
  amountCents: null,
};

/** After the pass: who asked for a balance that is there, or for a charge that is through, is told. */
export async function answerOrders(
  context: KeeperContext,
  account: AccountSpec,
  runtime: AccountRuntime,
  seen: { readonly sight: Sight; readonly verdict: Verdict; readonly isOwn: boolean },
): Promise<void> {
  const { sight, verdict } = seen;
  // A balance that may be of another account's wallet is no answer.
  const isStrange = !seen.isOwn && verdict.wallet?.reason === 'above_minimum';
  const decision = isStrange ? UNREAD : verdict.wallet;
  for (const placed of runtime.desk.others()) {
    const intent = await boundIntent(context, placed);
    if (intent !== null) answerIntent(context, placed, { intent, cards: sight.cards });
  }
  for (const placed of runtime.desk.ensures()) {
    const intent = await boundIntent(context, placed);
    const isBrought = intent?.state.kind === 'settled';
    const { neededCents, targetCents } = placed.order;
    const isSound = seen.isOwn && sight.isLookConsistent;
    const look = isSound && sight.look !== null && isAfter(sight.look, intent) ? sight.look : null;
    const isThere =
      look !== null && look.balanceMicroUsd >= microFromCents(isBrought ? neededCents : targetCents);
    if (account.policy.wallet === null) {
      placed.answer(refused('no_wallet_policy', 'the policy of the account keeps hands off its wallet'));
    } else if (look !== null && isThere) {
      await notePromise(context, account, runtime, placed.order);
      placed.answer(funded(look.balanceMicroUsd));
    } else if (intent !== null && !isOpen(intent) && (!isBrought || look !== null)) {
      placed.intent = null; // it brought nothing, or what it brought is used up
    } else if (decision !== null && decision.kind !== 'charge') {
      answerRefusal(placed, decision, moneyNow(context));
    } else if (context.spec().mode === 'observe') {
      placed.answer(refused('observing', 'mode is observe: purser only watches'));
    }
  }
}

/** The intent that an order is bound to. One that the journal does not hold was never armed: the order is free again. */
async function boundIntent(context: KeeperContext, placed: PlacedOrder): Promise<Intent | null> {
  if (placed.intent === null) return null;
  const intent = await context.journal.intent(placed.intent);
  if (intent === null) placed.intent = null;
  return intent;
}

/** Whether a look is from after the end of the charge that was made for an order, where there is one. */
function isAfter(look: LedgerLook, intent: Intent | null): boolean {
  if (intent === null || intent.state.kind !== 'settled') return true;
  const { credit, at } = intent.state;
  return credit === null ? look.at >= at : look.credits.some(({ id }) => id === credit);
}

function funded(balance: MicroUsd): HandAnswer {
  const sentence = `the wallet holds ${formatMicroUsd(balance)}`;
  return { ...refused('funded', sentence), outcome: 'done' };
}

function answerRefusal(placed: PlacedOrder, decision: Decision, now: EpochMs): void {
  const { reason, sentence } = decision;
  const until = decision.kind === 'hold' ? decision.until : null;
  const isBrief = BRIEF_REASONS.has(reason) || (until !== null && until - now <= BRIEF_MS);
  // What is above the minimum is above it by a balance that is not trusted yet.
  if (isBrief || reason === 'above_minimum') placed.waitingFor = { reason, sentence, requestId: null };
  else placed.answer(refused(reason, sentence, until));
}
