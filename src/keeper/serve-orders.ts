import { payoutOf } from '../charge/call.ts';
import { linkEndsAt } from '../charge/checkout-step.ts';
import { type Intent, isOpen } from '../charge/intent.ts';
import type { Charge, Decision } from '../domain/decision.ts';
import type { HandAnswer } from '../domain/hand-order.ts';
import type { Standing } from '../domain/history.ts';
import {
  type Cents,
  cents,
  formatCents,
  formatMicroUsd,
  type MicroUsd,
  microFromCents,
} from '../domain/money.ts';
import type { AccountSpec } from '../domain/spec.ts';
import { type EpochMs, MINUTE_MS } from '../domain/time.ts';
import { decideOrder } from '../policy/decide-order.ts';
import type { AccountRuntime } from './account-runtime.ts';
import type { Need } from './arm-charge.ts';
import { type KeeperContext, moneyNow } from './context.ts';
import type { Verdict } from './decide-account.ts';
import type { Sight } from './observe.ts';
import { orderCase, readOrderNeed, type Target, targetOf } from './order-case.ts';
import { type PlacedOrder, refused } from './order-desk.ts';
import { describeOpen } from './standing.ts';

/** What is asked for, and what was seen; the answer goes to the order. */
type Scene = { readonly sight: Sight; readonly standing: Standing };

/** Reasons that mostly pass within seconds: an order waits for them. */
const BRIEF_REASONS = new Set([
  'intent_open',
  'look_torn',
  'anchor_stale',
  'anchor_not_moved',
  'provider_unreachable',
]);
const BRIEF_MS = MINUTE_MS;

/** The charge that the oldest order wants, or `null` where it was answered, waits, or there is none. */
export async function decideNextOrder(
  context: KeeperContext,
  account: AccountSpec,
  runtime: AccountRuntime,
  scene: Scene,
): Promise<{ readonly decision: Charge; readonly need: Need; readonly placed: PlacedOrder } | null> {
  const placed = runtime.desk.others().find((one) => one.intent === null);
  if (placed === undefined || placed.order.kind === 'ensure') return null;
  if (context.spec().mode === 'observe') {
    placed.answer(refused('observing', 'mode is observe: purser only watches'));
    return null;
  }
  const { order } = placed;
  const target = await targetOf(context, order, scene.sight);
  const need = await readOrderNeed(context, account, runtime, { order, target, sight: scene.sight });
  const decision =
    need === null
      ? UNREAD
      : decideOrder(orderCase(context, account, runtime, { order, target, history: need.history, ...scene }));
  if (decision.kind === 'charge' && need !== null) return { decision, need, placed };
  if (decision.reason === 'intent_open' && (await answerOpenLink(context, account, placed, target)))
    return null;
  answerRefusal(placed, decision, moneyNow(context));
  return null;
}

const UNREAD: Decision = {
  kind: 'hold',
  reason: 'provider_unreachable',
  sentence: 'who it is, or what it is about, could not be read',
  until: null,
  amountCents: null,
};

/** Who asks for a link while one is open gets that one: a second would be paid twice. True where that answers it. */
async function answerOpenLink(
  context: KeeperContext,
  account: AccountSpec,
  placed: PlacedOrder,
  { plan }: Target,
): Promise<boolean> {
  const { order } = placed;
  if (order.kind !== 'fund_link' && order.kind !== 'subscribe_link') return false;
  const [intent] = await context.journal.intents({
    account: account.name,
    kinds: [order.kind],
    states: ['link_open'],
    limit: 1,
  });
  if (intent?.state.kind !== 'link_open') return false;
  const isTheSame =
    order.kind === 'fund_link' ? order.amountCents === intent.amountCents : plan?.id === intent.plan;
  placed.answer({
    outcome: isTheSame ? 'done' : 'refused',
    reason: isTheSame ? 'link_open' : 'intent_open',
    sentence: describeOpen(intent).sentence,
    intent: intent.id,
    requestId: null,
    until: null,
    link: { url: intent.state.url, expiresAt: linkEndsAt(intent.state) },
  });
  return true;
}

/** After the pass: who asked for a balance that is there, or for a charge that is through, is told. */
export async function answerOrders(
  context: KeeperContext,
  account: AccountSpec,
  runtime: AccountRuntime,
  { sight, verdict }: { readonly sight: Sight; readonly verdict: Verdict },
): Promise<void> {
  for (const placed of runtime.desk.others()) {
    if (placed.intent === null) continue;
    const intent = await context.journal.intent(placed.intent);
    if (intent !== null) answerIntent(placed, intent);
  }
  for (const placed of runtime.desk.ensures()) {
    if (placed.order.kind !== 'ensure') continue;
    const { look } = sight;
    const target = placed.order.targetCents;
    if (account.policy.wallet === null) {
      placed.answer(refused('no_wallet_policy', 'the policy of the account keeps hands off its wallet'));
    } else if (look !== null && sight.isLookConsistent && look.balanceMicroUsd >= microFromCents(target)) {
      placed.answer(funded(look.balanceMicroUsd));
    } else if (verdict.wallet !== null && verdict.wallet.kind !== 'charge') {
      answerRefusal(placed, verdict.wallet, moneyNow(context));
    } else if (context.spec().mode === 'observe') {
      placed.answer(refused('observing', 'mode is observe: purser only watches'));
    }
  }
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

function answerIntent(placed: PlacedOrder, intent: Intent): void {
  const { state } = intent;
  const told = { intent: intent.id, requestId: intent.requestId, until: null, link: null };
  if (state.kind === 'link_open') {
    const link = { url: state.url, expiresAt: linkEndsAt(state) };
    placed.answer({
      outcome: 'done',
      reason: 'link_open',
      sentence: describeOpen(intent).sentence,
      ...told,
      link,
    });
  } else if (state.kind === 'settled') {
    placed.answer({
      outcome: 'done',
      reason: 'settled',
      sentence: doneSentence(intent, state.amountCents),
      ...told,
    });
  } else if (state.kind === 'released') {
    const code = state.code === null ? '' : ` (${state.code})`;
    const sentence = `nothing was charged: ${state.because}${code}`;
    placed.answer({ outcome: 'refused', reason: state.code ?? state.because, sentence, ...told });
  } else if (state.kind === 'rejected') {
    const sentence = `the provider refused it: ${state.code}`;
    placed.answer({ outcome: 'refused', reason: state.code, sentence, ...told });
  } else if (isOpen(intent)) {
    placed.waitingFor = {
      reason: state.kind,
      sentence: describeOpen(intent).sentence,
      requestId: intent.requestId,
    };
  }
}

/** What was done, in the words of whoever asked for it. */
function doneSentence(intent: Intent, amountCents: Cents): string {
  const amount = formatCents(amountCents);
  const subscription = `subscription ${intent.subscription}`;
  const paid = amountCents > 0 ? `, at most ${amount} charged` : '';
  switch (intent.kind) {
    case 'fund':
      return `${amount} charged and in the wallet (${intent.id})`;
    case 'fund_link':
    case 'subscribe_link':
      return `${amount} paid by link (${intent.id})`;
    case 'charge_amount':
      return `${amount} charged (${intent.id})`;
    case 'withdraw':
      return `${formatCents(payoutOf(intent.body) ?? cents(0))} withdrawn (${intent.id})`;
    case 'subscribe':
      return `subscribed to plan ${intent.plan}, ${amount} charged (${intent.id})`;
    case 'change_plan':
      return `${subscription} is on plan ${intent.plan}${paid} (${intent.id})`;
    case 'fix_payment':
    case 'resume':
      return `${subscription} is active${paid} (${intent.id})`;
    case 'pause':
      return `${subscription} is paused (${intent.id})`;
    case 'reset_cycle':
      return `${subscription} has a new billing period${paid} (${intent.id})`;
  }
}
