import { moneyCall } from '../charge/call.ts';
import { type Intent, justArmed } from '../charge/intent.ts';
import type { Journal } from '../charge/journal.ts';
import { idempotencyKey } from '../charge/key.ts';
import { capScopes } from '../domain/cap-scopes.ts';
import type { Charge } from '../domain/decision.ts';
import type { ChargeHistory } from '../domain/history.ts';
import type { IntentId, PaymentMethodId } from '../domain/ids.ts';
import { microFromCents, microUsd } from '../domain/money.ts';
import type { AccountSpec } from '../domain/spec.ts';
import type { Caller } from '../modelslab/reading.ts';
import { cardIdentity } from '../policy/ladder.ts';
import { type KeeperContext, moneyNow } from './context.ts';
import type { Sight } from './observe.ts';
import type { OrderDesk, PlacedOrder } from './order-desk.ts';
import { PAGE_IS_OUT } from './page-beside-card.ts';
import { leftKey } from './refused-before.ts';
import { hasRoom, isRoomNow, sendJournalled } from './send.ts';
import { unreadLedger } from './unread-ledger.ts';

/** What a charge hangs on: the provider's name for the account, the anchor, and what was tried under it before. */
export type Need = { readonly identity: string; readonly anchor: string; readonly history: ChargeHistory };

/** The intent after its first answer, or why nothing was armed. */
export type Sent =
  | { readonly kind: 'sent'; readonly intent: Intent }
  | {
      readonly kind: 'not_armed';
      readonly sentence: string;
      /** The next pass will know: whoever ordered it waits. */
      readonly isBrief?: true;
      /** The card cannot be charged now: it rests, is dead or busy. */
      readonly isCard?: true;
      /** Whoever asked for so much has gone: what is wanted without him is decided at once. */
      readonly isMoot?: true;
    };

/**
 * Arms a decided charge and sends it once. The promise is written with a full fsync before a byte leaves (I3); where
 * the journal refuses (a cap filled meanwhile, a hold, an open intent) nothing is sent.
 */
export async function armCharge(
  context: KeeperContext,
  account: AccountSpec,
  charge: Charge,
  at: {
    readonly need: Need;
    readonly sight: Sight;
    readonly placed?: PlacedOrder | undefined;
    readonly desk: OrderDesk;
    /** False where a page is out that somebody may have paid meanwhile. */
    readonly isPageUnpaid: () => Promise<boolean>;
    /** Called when it is armed, before a byte leaves: whatever comes after may never come back. */
    readonly onArmed: (intent: Intent) => void;
  },
): Promise<Sent> {
  const { sight, placed, desk } = at;
  const endpoint = moneyCall(charge.action, charge.amountCents).endpoint;
  const isRoom = await hasRoom(context, { account: account.name, endpoint });
  if (!isRoom || context.stopping.aborted)
    return { kind: 'not_armed', sentence: 'the rate limit leaves no room' };
  const unread = charge.amountCents > 0 ? await unreadLedger(context, account) : null;
  if (unread !== null) {
    const sentence = `the ledger of ${unread} was not read since the journal was lost, so caps cannot be counted (\`purser adopt\` ends this)`;
    return { kind: 'not_armed', sentence };
  }
  const price = await priceChange(context, charge, sight.caller);
  if (price !== null) return { kind: 'not_armed', sentence: price, isBrief: true };
  const isBesidePage = charge.action.kind === 'fund' && charge.reason !== 'by_hand';
  if (isBesidePage && !(await at.isPageUnpaid()))
    return { kind: 'not_armed', sentence: PAGE_IS_OUT, isBrief: true };
  if (isBesidePage && !(await isRoomNow(context, { account: account.name, endpoint })))
    return { kind: 'not_armed', sentence: 'the rate limit leaves no room' };
  if (placed?.isStanding() === false) return { kind: 'not_armed', sentence: 'nobody waits for it any more' };
  if (!isAsDecided(context, account))
    return { kind: 'not_armed', sentence: 'the config changed while the charge waited; it is decided anew' };
  if (!context.firstRound.isStill(sight.round))
    return { kind: 'not_armed', sentence: 'the host slept while the charge waited; it is decided anew' };
  if (charge.ensured !== undefined && !desk.asksStill(charge.ensured))
    return { kind: 'not_armed', sentence: 'nobody waits for so much any more', isMoot: true };
  const intent = intentFor(context, account, charge, at);
  const scopes = capScopes(context.spec(), account);
  if (placed !== undefined) placed.intent = intent.id;
  bindEnsures(desk, intent, sight);
  const result = await arm(context, desk, { intent, scopes, now: intent.armedAt, incidents: [] });
  if (result.kind === 'refused') {
    desk.free(intent.id);
    const sentence = result.why === 'cap' ? result.refusal.sentence : result.sentence;
    context.log.warn('charge.not_armed', {
      account: account.name,
      kind: intent.kind,
      why: result.why,
      sentence,
    });
    return { kind: 'not_armed', sentence, ...(result.why === 'card_ceiling' ? { isCard: true } : {}) };
  }
  at.onArmed(intent);
  context.log.info('charge.armed', {
    account: account.name,
    kind: intent.kind,
    intent: intent.id,
    key: intent.key,
    amount_cents: intent.amountCents,
    card: intent.card ?? undefined,
    why: charge.sentence,
    revision: intent.revision,
  });
  return { kind: 'sent', intent: await sendJournalled(context, { intent, sight, account }) };
}

/** Nobody waits for a charge that could not be written down. */
async function arm(
  { journal }: KeeperContext,
  desk: OrderDesk,
  arming: Parameters<Journal['arm']>[0],
): ReturnType<Journal['arm']> {
  try {
    return await journal.arm(arming);
  } catch (error) {
    const { id } = arming.intent;
    if ((await journal.intent(id)) === null) desk.free(id);
    throw error;
  }
}

/** Before it is armed: whoever goes meanwhile is told of it. */
function bindEnsures(desk: OrderDesk, { id, kind, amountCents }: Intent, { look }: Sight): void {
  if (kind !== 'fund' || look === null) return;
  desk.bindEnsures(id, microUsd(look.balanceMicroUsd + microFromCents(amountCents)));
}

/** Caps are held against what the list of plans says, and that is an hour old at most: a plan may cost more by now. */
async function priceChange(
  context: KeeperContext,
  { action, amountCents, pricedBy }: Charge,
  caller: Caller,
): Promise<string | null> {
  const id = pricedBy ?? ('plan' in action ? action.plan : null);
  if (id === null) return null;
  const plans = await context.plans.readNow(caller);
  const plan = plans?.find((one) => one.id === id) ?? null;
  if (plan === null) return 'the price of the plan could not be read again before it is charged';
  return plan.priceCents === amountCents
    ? null
    : `the price of plan ${plan.name} has changed; it is decided anew`;
}

/** The wait for the rate limit is long enough for a reload: nothing is armed for a config that is not the one in force. */
function isAsDecided(context: KeeperContext, account: AccountSpec): boolean {
  const { mode, accounts } = context.spec();
  return mode !== 'observe' && accounts.get(account.name) === account;
}

/** The intent as it will be armed; `plan` shows it without arming it. */
export function intentFor(
  context: KeeperContext,
  account: AccountSpec,
  charge: Charge,
  { need, sight }: { readonly need: Need; readonly sight: Sight },
): Intent {
  const { action, amountCents } = charge;
  const now = moneyNow(context);
  const call = moneyCall(action, amountCents);
  const left = leftKey(call, need.history);
  const attempt = left?.attempt ?? need.history.nextAttempt;
  const id = 'card' in action ? action.card : null;
  const key = idempotencyKey(
    { identity: need.identity, kind: action.kind, anchor: need.anchor, attempt },
    context.sha256Hex,
  );
  return {
    id: `int_${context.random.hex(8)}` as IntentId, // the only place that makes one
    account: account.name,
    identity: need.identity,
    group: account.group,
    kind: action.kind,
    origin: charge.reason === 'by_hand' ? 'hand' : 'policy',
    key,
    ...call,
    amountCents,
    card: id,
    cardIdentity: id === null ? null : identityOf(sight, id),
    subscription: 'subscription' in action ? action.subscription : null,
    plan: 'plan' in action ? action.plan : null,
    anchor: need.anchor,
    creditedThenMicroUsd: sight.look?.totals?.creditedMicroUsd ?? null,
    usedThenMicroUsd: sight.look?.totals?.usedMicroUsd ?? null,
    attempt,
    revision: context.spec().revision,
    fence: context.fence,
    ...(left === undefined ? {} : { keySince: left.since }),
    ...justArmed(now),
  };
}

function identityOf(sight: Sight, id: PaymentMethodId): string {
  const card = sight.cards?.find((saved) => saved.id === id);
  return card === undefined ? id : cardIdentity(card);
}
