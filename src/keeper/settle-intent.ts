import { onLostAnswer } from '../charge/answer-step.ts';
import { type Intent, isOpen, isPutOff } from '../charge/intent.ts';
import {
  type Question as Ask,
  type Asked,
  isPastReplaying,
  NOTHING_ASKED,
  nextMove,
} from '../charge/next-move.ts';
import { onPutOff } from '../charge/put-off-step.ts';
import { isDoubtBeside, isRivalOf, matchCredit } from '../charge/settle.ts';
import { onLook, onPaymentStatus, onSilence, onSubscription } from '../charge/step.ts';
import type { Step } from '../charge/transitions.ts';
import {
  anchorOf,
  hasUnshownMoney,
  isBeforeCharge,
  isBelow,
  mayBeBefore,
  provesEquation,
} from '../domain/ledger.ts';
import { microFromCents } from '../domain/money.ts';
import type { AccountSpec } from '../domain/spec.ts';
import type { EpochMs } from '../domain/time.ts';
import { getPaymentStatus } from '../modelslab/payments.ts';
import { isMadeBy } from '../policy/made-by-policy.ts';
import { floorOf } from '../policy/shortfall.ts';
import type { AccountRuntime } from './account-runtime.ts';
import { askCheckout } from './ask-checkout.ts';
import { isClockOff, type KeeperContext, moneyNow } from './context.ts';
import { lookCloser, type Sight } from './observe.ts';
import { isClearOfPages, isPageLike, isPaidBeside, isRowOfPage, waitsForPage } from './page-beside-card.ts';
import { recordStep } from './record-step.ts';
import { sendAgain } from './send.ts';
import {
  hasPeriodMoved,
  isReached,
  isStillNeeded,
  isStillWished,
  prospectOf,
  withBought,
  withDue,
} from './subscription-goal.ts';

/** An intent as it stands after a pass, and when to come back to it. */
export type Settlement = { readonly intent: Intent; readonly until: EpochMs | null; readonly sight: Sight };

/** One intent takes at most so many moves in a pass: evidence, payment status, a replay and evidence again. */
const MOVES_MAX = 6;

/**
 * Drives one open intent as far as it gets in this pass: what to ask or send next is `charge/next-move.ts`' word, what
 * the answer means is `charge/step.ts`'. With a clock that is far off, or a host that slept since it was looked, nothing is sent,
 * and nothing ends.
 */
export async function settleIntent(
  context: KeeperContext,
  account: AccountSpec | null,
  runtime: AccountRuntime,
  start: { readonly intent: Intent; readonly sight: Sight },
): Promise<Settlement> {
  let { sight } = start;
  const { round } = sight;
  const isOutdated = (): boolean => isClockOff(context) || !context.firstRound.isStill(round);
  if (isOutdated()) return { intent: start.intent, until: null, sight };
  let intent = await admitDoubt(context, account, start);
  const { token } = sight.caller;
  const maySend = async () =>
    runtime.identity?.token === token &&
    context.firstRound.isStill(round) &&
    (await freeHands(context, account, intent)) &&
    !(await isPaidBeside(context, intent));
  const maySendSoon = async () => hands && !(await waitsForPage(context, account, runtime, intent));
  let hands = await maySend();
  const hasLook = sight.look !== null && sight.isLookConsistent;
  let asked: Asked = { ...NOTHING_ASKED, maySend: await maySendSoon(), hasLook };
  for (let moves = 0; moves < MOVES_MAX && isOpen(intent) && !context.stopping.aborted; moves += 1) {
    if (isOutdated()) break;
    const now = moneyNow(context);
    const move = nextMove(intent, now, asked, context.limits);
    switch (move.kind) {
      case 'wait':
        return { intent, until: move.until, sight };
      case 'send':
        intent = await sendAgain(context, {
          intent,
          sight,
          account,
          maySend: async () =>
            (await isClearOfPages(context, account, runtime, { intent, sight })) && (await maySend()),
        });
        hands = await maySend();
        asked = { ...NOTHING_ASKED, maySend: await maySendSoon() };
        sight = { ...sight, look: null, subscriptions: null };
        break;
      case 'ask': {
        const found = await ask(context, account, runtime, {
          intent,
          sight,
          what: move.what,
          maySend: hands,
          isAbsent: asked.isAbsent,
        });
        asked = { ...asked, ...found.asked };
        sight = found.sight;
        intent =
          found.step === null
            ? intent
            : await recordStep(context, { before: intent, step: found.step, sight, account, why: move.what });
        break;
      }
    }
  }
  return { intent, until: null, sight };
}

/** A journalled POST without a journalled answer, as a crash leaves it: whether it arrived is not known. */
async function admitDoubt(
  context: KeeperContext,
  account: AccountSpec | null,
  { intent, sight }: { readonly intent: Intent; readonly sight: Sight },
): Promise<Intent> {
  if (intent.state.kind !== 'armed' || intent.retryAt !== null) return intent;
  const step = { intent: onLostAnswer(intent, moneyNow(context)), freeze: null, isTwin: false };
  return await recordStep(context, { before: intent, step, sight, account, why: 'no_answer' });
}

/**
 * Whether a replay may go out at all. A person who paused the account, or a freeze, stops replays too: the doubt is
 * then ended by evidence alone.
 */
async function freeHands(
  context: KeeperContext,
  account: AccountSpec | null,
  intent: Intent,
): Promise<boolean> {
  const isKept = intent.origin === 'hand' || (account !== null && isMadeBy(account.policy, intent.kind));
  const { mode, accounts } = context.spec();
  const now = accounts.get(intent.account);
  // What a reload says may wait for the pass that decides by it; what a person ordered outlives the account's entry.
  const isReloaded = now === undefined ? intent.origin !== 'hand' : now !== account;
  if (!isKept || isReloaded || mode === 'observe' || isClockOff(context)) return false;
  return (await context.journal.holds(intent.account)).length === 0;
}

export type Question = {
  readonly intent: Intent;
  readonly sight: Sight;
  readonly maySend: boolean;
  readonly isAbsent: boolean;
};
export type Found = { readonly step: Step | null; readonly asked: Partial<Asked>; readonly sight: Sight };

async function ask(
  context: KeeperContext,
  account: AccountSpec | null,
  runtime: AccountRuntime,
  question: Question & { what: Ask },
): Promise<Found> {
  switch (question.what) {
    case 'ledger':
      return await askLedger(context, account, runtime, question);
    case 'payment':
      return await askPayment(context, question);
    case 'subscription':
      return await askSubscription(context, account, question);
    case 'checkout':
      return await askCheckout(context, account, runtime, question);
    case 'silence': {
      const step = onSilence(question.intent, moneyNow(context), context.limits);
      return { step, asked: { evidence: true }, sight: question.sight };
    }
  }
}

async function askLedger(
  context: KeeperContext,
  account: AccountSpec | null,
  runtime: AccountRuntime,
  { intent, sight: before, maySend }: Question,
): Promise<Found> {
  const memory = await context.journal.memory(intent.account);
  const sight =
    before.look === null
      ? {
          ...before,
          ...(await lookCloser(context, runtime, before.caller, { memory, isCompleteWanted: true })),
        }
      : before;
  const { look } = sight;
  if (look === null) return { step: null, asked: { evidence: true }, sight };
  const { highestAnchor } = memory;
  const isStale = highestAnchor !== null && isBelow(anchorOf(look), highestAnchor);
  // Nothing on a page that is older than what was seen before is new, but a payment that is known by its id.
  const claimed = isStale
    ? new Set(look.credits.map(({ id }) => id))
    : (await context.journal.sortCredits(intent.account, look.credits, intent.armedAt)).claimed;
  const wallet = account?.policy.wallet ?? null;
  // Whoever asked for more than the minimum still waits for the charge that was armed for it.
  const ensured = runtime.desk.ensured();
  const isLow = wallet !== null && look.balanceMicroUsd < microFromCents(floorOf({ spec: wallet, ensured }));
  const isNeeded = maySend && (isLow || isWantedByHand(context, intent));
  const rivals = await context.journal.openIntents(intent.account);
  const hasPaidRival = rivals.some((one) => isRivalOf(one, intent));
  // Money that came without a row may be this charge's: then nothing is absent, and a replay might be a second one.
  // The first money of a new account may be what proves it.
  const addsUp = memory.hasEquationHeld || provesEquation(look);
  const { unshownThen = null } = intent;
  const charge = { creditedThenMicroUsd: null, ...intent };
  const isOlderAt = (totals: typeof look.totals) => isBeforeCharge({ ...look, totals }, charge);
  // It was there at the arming, and no look has shown more.
  const isOlder = isOlderAt(look.totals) && (unshownThen === null || isOlderAt(unshownThen));
  const isLate = addsUp && hasUnshownMoney(look, memory, intent.amountCents) && !isOlder;
  // A page from before such a look does not take back what that one showed.
  const isBefore = unshownThen !== null && look.totals !== null && mayBeBefore(look.totals, unshownThen);
  const isNews = isLate && sight.isLookConsistent && unshownThen === null;
  const noted = isNews ? { ...intent, unshownThen: look.totals, absentLookAt: null } : intent;
  const isSound = sight.isLookConsistent && !isStale && !isLate && !isBefore && !isClockOff(context);
  const page = rivals.find((one) => isPageLike(one, intent));
  const match = page === undefined ? null : matchCredit(intent, look, claimed, hasPaidRival);
  const isOfPage =
    page !== undefined &&
    match?.kind === 'match' &&
    (await isRowOfPage(context, account, runtime, { page, card: intent, credit: match.credit, sight }));
  const hasRival = hasPaidRival || isOfPage;
  const step = onLook(noted, {
    look: { ...look, isComplete: look.isComplete && isSound },
    claimed,
    hasRival,
    doubts: rivals.filter((one) => isDoubtBeside(one, intent)),
    isNeeded,
    isOfThisRun: runtime.armedFund === intent.id,
    now: moneyNow(context),
    limits: context.limits,
  });
  const isReplaySafe = isSound && isNeeded && matchCredit(intent, look, claimed, hasRival).kind === 'none';
  return { step, asked: { evidence: true, isReplaySafe, isAbsent: step.isAbsent === true }, sight };
}

/** A person's order stands until its key is too old: then the ledger decides alone. */
function isWantedByHand(context: KeeperContext, intent: Intent): boolean {
  return intent.origin === 'hand' && !isPastReplaying(intent, moneyNow(context), context.limits);
}

async function askPayment(context: KeeperContext, { intent, sight, isAbsent }: Question): Promise<Found> {
  if (intent.paymentIntent === null) return { step: null, asked: { payment: true }, sight };
  const reply = await getPaymentStatus(context.client, sight.caller, {
    paymentIntentId: intent.paymentIntent,
  });
  if (reply.kind === 'failed') return { step: null, asked: { payment: true }, sight };
  const { status: word, statusText } = reply.value;
  // While a person may still pay, a first try that failed is not the end of the payment.
  const { state } = intent;
  const isPage = state.kind === 'action' && state.wasDeclined !== true;
  const isAlive = isPage && statusText.toLowerCase() === 'requires_payment_method';
  const status = isAlive ? 'pending' : word;
  const step = onPaymentStatus(intent, {
    status,
    isAbsent,
    now: moneyNow(context),
    limits: context.limits,
  });
  return { step, asked: { payment: true }, sight };
}

async function askSubscription(
  context: KeeperContext,
  account: AccountSpec | null,
  { intent: before, sight, maySend }: Question,
): Promise<Found> {
  const { subscriptions } = sight;
  if (subscriptions === null) return { step: null, asked: { evidence: true }, sight };
  const spec = account?.policy.subscription ?? null;
  const wanted = sight.ruling?.wanted ?? null;
  const isToPlan = before.plan !== null;
  const plans = isToPlan ? await context.plans.read(sight.caller) : sight.plans;
  const intent = before.kind === 'change_plan' ? withDue({ intent: before, subscriptions, plans }) : before;
  const goal = { intent, subscriptions, plans, spec, wanted };
  // Without the list of plans, or the usage that rules ask for, it is not known whether it is needed still.
  const hangsOnRules = intent.origin === 'policy' && intent.kind !== 'fix_payment';
  const isRuleKnown = wanted?.plan.kind !== 'unknown' && wanted?.state.kind !== 'unknown';
  const isKnown = (!isToPlan || plans !== null) && (!hangsOnRules || isRuleKnown);
  const isNeeded = !isKnown || isStillNeeded(goal);
  const isReplaySafe = maySend && isKnown && isNeeded && isStillWished(goal);
  const hasReached = isReached(goal);
  const { limits } = context;
  const now = moneyNow(context);
  const waiting =
    isPutOff(intent) && !hasReached ? onPutOff(intent, { prospect: prospectOf(goal), now, limits }) : null;
  const step =
    waiting ??
    onSubscription(hasReached ? withBought(goal) : intent, {
      isReached: hasReached,
      hasPeriodMoved: hasPeriodMoved(goal),
      periodEnd: subscriptions.find(({ id }) => id === intent.subscription)?.currentPeriodEnd ?? null,
      isNeeded,
      maySend: isReplaySafe,
      now,
      limits,
    });
  return { step, asked: { evidence: true, isReplaySafe, isAbsent: step.isAbsent === true }, sight };
}
