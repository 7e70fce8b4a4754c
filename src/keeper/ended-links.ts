import { done } from '../alerts/incident-facts.ts';
import type { Intent } from '../charge/intent.ts';
import { DAY_MS, type EpochMs, HOUR_MS } from '../domain/time.ts';
import type { Caller } from '../modelslab/reading.ts';
import { confirmSubscriptionCheckout } from '../modelslab/subscriptions.ts';
import { confirmWalletCheckout } from '../modelslab/wallet.ts';
import { type KeeperContext, moneyNow } from './context.ts';
import type { UpkeepRun } from './upkeep.ts';

const ASKED_FOR_MS = 3 * DAY_MS;
const ASK_EVERY_MS = HOUR_MS;
/** A policy makes 24 a day at most. */
const LINKS_LOOKED_AT = 100;

/**
 * A payment may come through when its page has ended already, for some banks take their time, and it is credited only
 * when it is confirmed. So pages that ended unpaid, or that an operator closed by whatever word, are asked about for three
 * days more, once an hour, and once after them: purser may have been down meanwhile, or only have watched. Their intents
 * stay closed: the credit of one that is released counts against the caps like every one that appears, and people are told
 * whose it is; one that is settled is counted already, and its payment is named so that the row is known for its own.
 */
export const askEndedLinks: UpkeepRun = async (context, account, caller) => {
  const closed = await context.journal.intents({
    account: account.name,
    kinds: ['fund_link', 'subscribe_link'],
    states: ['released', 'settled'],
    limit: LINKS_LOOKED_AT,
  });
  const pages = closed.flatMap((intent) => pageOf(context, intent) ?? []);
  // Whom it is longest ago, for the rate limit has no room for many at once.
  for (const page of pages.toSorted((one, other) => one.askedAt - other.askedAt))
    if (!(await askOne(context, caller, page))) break;
  return null;
};

const taskOf = (intent: Intent['id']): string => `ended_link/${intent}`;

/** A page that may have been paid, though its intent is closed. */
type Page = {
  readonly intent: Intent;
  readonly sessionId: string;
  readonly closedAt: EpochMs;
  readonly isByHand: boolean;
  /** 0 where it was not since it was closed. */
  readonly askedAt: number;
  readonly isDone: boolean;
};

function pageOf({ upkeep }: KeeperContext, intent: Intent): Page | null {
  const { state, account, id } = intent;
  const sessionId = sessionOf(intent);
  if (sessionId === null || !('at' in state)) return null;
  const isByHand = state.kind !== 'released' || state.because === 'operator';
  const known = upkeep.read(account, taskOf(id));
  // One that ended was asked about as it did; of one that a person closed it may have been long before.
  const askedAt = known?.at ?? (isByHand ? 0 : state.at);
  return { intent, sessionId, closedAt: state.at, isByHand, askedAt, isDone: known?.result === 'done' };
}

function sessionOf({ state }: Intent): string | null {
  if (state.kind === 'settled') return state.session ?? null;
  const isPage = state.kind === 'released' && (state.because === 'expired' || state.because === 'operator');
  return isPage ? state.code : null;
}

/** False where the rate limit leaves no room, or nothing was heard: waiting for each of many would keep the next pass away. */
async function askOne(context: KeeperContext, caller: Caller, page: Page): Promise<boolean> {
  const { intent, sessionId, closedAt, isByHand, askedAt, isDone } = page;
  const { account, amountCents, id: intentId } = intent;
  const now = moneyNow(context);
  if (isDone || askedAt - closedAt >= ASKED_FOR_MS || now - askedAt < ASK_EVERY_MS) return true;
  const ask = intent.kind === 'fund_link' ? confirmWalletCheckout : confirmSubscriptionCheckout;
  const reply = await ask(context.client, caller, { sessionId });
  if (reply.kind === 'failed' && reply.failure.reason === 'rate_limited') return false;
  const isPaid = reply.kind === 'ok' && reply.value.isPaid;
  if (isPaid) {
    const { requestId } = reply;
    const { paymentIntent } = reply.value;
    if (intent.state.kind === 'settled' && paymentIntent !== null)
      await context.journal.namePayment(intent, paymentIntent);
    const what = `a payment link that ${isByHand ? 'was closed by hand' : 'had ended'} was paid after all`;
    context.log.warn('link.paid_late', {
      account,
      intent: intentId,
      session: sessionId,
      amount_cents: amountCents,
    });
    const fact = done({ account, what, amountCents, intentId, requestId });
    await context.journal.tell([{ kind: 'notice', fact }], context.clock.now());
    context.onTold();
  }
  const result = isPaid ? 'done' : 'trying';
  await context.upkeep.write(account, taskOf(intentId), { digest: sessionId, result, detail: '', at: now });
  return reply.kind === 'ok' || reply.failure.status !== null;
}
