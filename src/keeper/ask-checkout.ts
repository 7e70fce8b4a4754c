import { type CheckoutWord, onCheckout, withSays } from '../charge/checkout-step.ts';
import type { PageAnswer } from '../charge/checkout-word.ts';
import type { Intent, LinkOpen } from '../charge/intent.ts';
import { confirmPauseMs } from '../charge/next-move.ts';
import { pageWord } from '../charge/page-word.ts';
import { calm } from '../charge/transitions.ts';
import { microFromCents } from '../domain/money.ts';
import type { AccountSpec } from '../domain/spec.ts';
import { addMs, type EpochMs, MINUTE_MS } from '../domain/time.ts';
import type { ConfirmedCheckout } from '../modelslab/confirmed-checkout.ts';
import type { Reply } from '../modelslab/reply.ts';
import { confirmSubscriptionCheckout } from '../modelslab/subscriptions.ts';
import { confirmWalletCheckout } from '../modelslab/wallet.ts';
import { floorOf } from '../policy/shortfall.ts';
import type { AccountRuntime } from './account-runtime.ts';
import { type KeeperContext, moneyNow } from './context.ts';
import type { Sight } from './observe.ts';
import { recordStep } from './record-step.ts';
import type { Found, Question } from './settle-intent.ts';
import { isStillNeeded } from './subscription-goal.ts';

/**
 * Asks whether a person has paid on a page (seed, "Confirming Checkout Sessions"). No idempotency key goes with it: the
 * provider would answer "not yet" from its memory for ever.
 */
export async function askCheckout(
  context: KeeperContext,
  account: AccountSpec | null,
  runtime: AccountRuntime,
  { intent, sight, maySend }: Question,
): Promise<Found> {
  const word = await confirm(context, runtime, intent, sight);
  const step = onCheckout(intent, {
    word,
    // While nothing may be sent the need is only waiting.
    isNeeded: !maySend || isNeeded(account, runtime, { intent, sight }),
    now: moneyNow(context),
    limits: context.limits,
  });
  // What the page paid for is in the books from now on: what was seen before it is old.
  const isPaid = word.kind === 'paid';
  return {
    step,
    asked: { evidence: !isPaid },
    sight: isPaid ? { ...sight, look: null, subscriptions: null } : sight,
  };
}

/** Out of its rhythm a page that gives no clear answer is asked so often at most. */
export const ASK_AGAIN_MS = MINUTE_MS;

/**
 * Asks a page that is out, whatever its rhythm, for what hangs on it that nobody has paid. What it says is written down
 * at once: how a provider answers who asks again is not documented.
 */
export async function askPage(
  context: KeeperContext,
  account: AccountSpec | null,
  runtime: AccountRuntime,
  { intent: { id }, sight }: Pick<Question, 'intent' | 'sight'>,
): Promise<CheckoutWord['kind']> {
  const page = await context.journal.intent(id);
  if (page === null || !isPageOut(page)) return 'paid'; // since it was looked up
  const askedAtMs = runtime.linksAskedAtMs.get(id) ?? Number.NEGATIVE_INFINITY;
  const isLeftAlone = context.clock.monotonicMs() - askedAtMs < ASK_AGAIN_MS;
  if (isLeftAlone && !runtime.linksUnpaid.has(id)) return 'unclear';
  runtime.linksAskedAtMs.delete(id);
  const word = await confirm(context, runtime, page, sight);
  const news = { word, isNeeded: true, now: moneyNow(context), limits: context.limits };
  // Whether a page is over is for its own turn to say.
  const step = word.kind === 'paid' ? onCheckout(page, news) : calm(withSays(page, word));
  await recordStep(context, { before: page, step, sight, account, why: 'checkout' });
  return word.kind;
}

export function isPageOut({ kind, state }: Intent): boolean {
  return kind === 'fund_link' && state.kind === 'link_open';
}

async function confirm(
  context: KeeperContext,
  runtime: AccountRuntime,
  intent: Intent,
  sight: Sight,
): Promise<CheckoutWord> {
  const { state } = intent;
  if (state.kind !== 'link_open' || context.spec().mode === 'observe') return { kind: 'unasked' };
  // Passes come for other reasons too, and the question counts against the money calls' rate limit.
  const nowMs = context.clock.monotonicMs();
  const askedAtMs = runtime.linksAskedAtMs.get(intent.id);
  const agoMs = askedAtMs === undefined ? null : nowMs - askedAtMs;
  if (agoMs !== null && agoMs < confirmPauseMs(state, addMs(moneyNow(context), -agoMs)))
    return { kind: 'unasked' };
  runtime.linksAskedAtMs.set(intent.id, nowMs);
  const ask = intent.kind === 'fund_link' ? confirmWalletCheckout : confirmSubscriptionCheckout;
  const answer = answerOf(context, await ask(context.client, sight.caller, { sessionId: state.sessionId }));
  const word = wordOf(answer, state, moneyNow(context));
  // Until that is written down its credit is nobody's: the next pass asks again.
  if (word.kind === 'paid') runtime.linksAskedAtMs.delete(intent.id);
  if (word.kind === 'unpaid') runtime.linksUnpaid.set(intent.id, { askedAtMs: nowMs, round: sight.round });
  else runtime.linksUnpaid.delete(intent.id);
  return word;
}

function wordOf(answer: ReturnType<typeof answerOf>, page: LinkOpen, now: EpochMs): CheckoutWord {
  if (answer === null) return { kind: 'unclear' };
  return 'isPaid' in answer
    ? { kind: 'paid', paymentIntent: answer.paymentIntent }
    : pageWord(answer, page, now);
}

/** `null` where it says nothing about the page. */
function answerOf(
  { sha256Hex }: KeeperContext,
  reply: Reply<ConfirmedCheckout>,
): (ConfirmedCheckout & { isPaid: true }) | PageAnswer | null {
  if (reply.kind === 'ok') {
    const { isPaid, words } = reply.value;
    const code = words.join('/').slice(0, CODE_MAX);
    return isPaid ? { ...reply.value, isPaid } : { text: code, code, isRefusal: false, isVague: false };
  }
  const { status, reason, message } = reply.failure;
  const code = (reply.failure.code ?? '').slice(0, CODE_MAX);
  const isError = status !== null && status >= 200 && status < 300 && reason !== 'malformed';
  const isRefusal = status !== null && status >= 400 && status < 500 && !SILENT_STATUSES.has(status);
  if (!isError && !isRefusal) return null;
  // Ids and times in it differ from answer to answer; what is left may be a person's, so it is kept as a digest.
  const gist = sha256Hex(message.replaceAll(/[\w-]*\d[\w-]*/g, '#')).slice(0, 8);
  const text = `${status} ${code} ${gist}`;
  return { text, code, isRefusal: true, isVague: VAGUE_STATUSES.has(status ?? 0) };
}

const CODE_MAX = 80;
/** A refused token, a time-out and a full rate limit say nothing about the page. */
const SILENT_STATUSES = new Set([401, 408, 429]);
const VAGUE_STATUSES = new Set([403, 425]);

function isNeeded(
  account: AccountSpec | null,
  runtime: AccountRuntime,
  { intent, sight }: Pick<Question, 'intent' | 'sight'>,
): boolean {
  if (intent.origin === 'hand' || account === null) return intent.origin === 'hand';
  if (intent.kind === 'subscribe_link') {
    const { subscriptions, plans } = sight;
    const { subscription: spec } = account.policy;
    const wanted = sight.ruling?.wanted ?? null;
    return subscriptions === null || isStillNeeded({ intent, subscriptions, plans, spec, wanted });
  }
  const { wallet } = account.policy;
  const balance = sight.look?.balanceMicroUsd ?? sight.balanceMicroUsd;
  if (wallet === null || balance === null) return wallet !== null;
  return balance < microFromCents(floorOf({ spec: wallet, ensured: runtime.desk.ensured() }));
}
