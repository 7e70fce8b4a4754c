import { done } from '../alerts/incident-facts.ts';
import type { Intent } from '../charge/intent.ts';
import { DAY_MS, HOUR_MS } from '../domain/time.ts';
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
 * when it is confirmed. So pages that ended unpaid are asked about for three days more, once an hour, and once after them:
 * purser may have been down meanwhile, or only have watched. Their intents stay closed: the credit counts against the caps
 * like every one that appears, and people are told whose it is.
 */
export const askEndedLinks: UpkeepRun = async (context, account, caller) => {
  const closed = await context.journal.intents({
    account: account.name,
    kinds: ['fund_link', 'subscribe_link'],
    states: ['released'],
    limit: LINKS_LOOKED_AT,
  });
  const askedAt = ({ account: name, id, state }: Intent): number =>
    context.upkeep.read(name, taskOf(id))?.at ?? ('at' in state ? state.at : 0);
  // Whom it is longest ago, for the rate limit has no room for many at once.
  for (const intent of closed.toSorted((one, other) => askedAt(one) - askedAt(other)))
    if (!(await askOne(context, caller, intent))) break;
  return null;
};

const taskOf = (intent: Intent['id']): string => `ended_link/${intent}`;

/** False where the rate limit leaves no room, or nothing was heard: waiting for each of many would keep the next pass away. */
async function askOne(context: KeeperContext, caller: Caller, intent: Intent): Promise<boolean> {
  const { state, account, amountCents, id: intentId } = intent;
  const now = moneyNow(context);
  if (state.kind !== 'released' || state.because !== 'expired' || state.code === null) return true;
  const sessionId = state.code;
  const task = taskOf(intentId);
  const known = context.upkeep.read(account, task);
  const askedAt = known?.at ?? state.at;
  const isOver = known?.result === 'done' || askedAt - state.at >= ASKED_FOR_MS;
  if (isOver || now - askedAt < ASK_EVERY_MS) return true;
  const ask = intent.kind === 'fund_link' ? confirmWalletCheckout : confirmSubscriptionCheckout;
  const reply = await ask(context.client, caller, { sessionId });
  if (reply.kind === 'failed' && reply.failure.reason === 'rate_limited') return false;
  const isPaid = reply.kind === 'ok' && reply.value.isPaid;
  if (isPaid) {
    const requestId = reply.requestId;
    const what = 'a payment link that had ended was paid after all';
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
  await context.upkeep.write(account, task, { digest: sessionId, result, detail: '', at: now });
  return reply.kind === 'ok' || reply.failure.status !== null;
}
