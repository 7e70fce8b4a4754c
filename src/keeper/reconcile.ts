import { tokenExpiring } from '../alerts/degraded-facts.ts';
import type { AccountHold } from '../charge/journal.ts';
import { capScopes } from '../domain/cap-scopes.ts';
import type { Decision } from '../domain/decision.ts';
import type { Standing } from '../domain/history.ts';
import type { AccountSpec } from '../domain/spec.ts';
import { addMs, type EpochMs, MINUTE_MS, SECOND_MS } from '../domain/time.ts';
import type { AccountRuntime } from './account-runtime.ts';
import { type Acted, absorb, act, earliest, settleAll, type Wanted } from './act.ts';
import { amissFacts, notePaid } from './amiss-facts.ts';
import { bindAskedBefore } from './asked-before.ts';
import { askedOfPeople } from './asked-of-people.ts';
import { blindPass } from './blind-pass.ts';
import { isClockOff, type KeeperContext, moneyNow } from './context.ts';
import { decideAccount, type Verdict, WHOSE } from './decide-account.ts';
import { freezeAccount } from './freeze-account.ts';
import { confirmIdentity } from './identity.ts';
import { lasting } from './lasting-incidents.ts';
import { isListWanted, noteLaterList } from './later-lists.ts';
import { mendLetGo } from './let-go.ts';
import { keepTotals, restoreTotals } from './newest-totals.ts';
import { observe, type Sight } from './observe.ts';
import type { PlacedOrder } from './order-desk.ts';
import { keepPatience, restorePatience } from './patience.ts';
import { checkRefundsNowAndThen } from './refund-check.ts';
import { noteUnseen } from './refused-before.ts';
import { report } from './report.ts';
import { restorePage } from './resting.ts';
import { unknownUsageFacts } from './rule-facts.ts';
import { answerOrders, decideNextOrder } from './serve-orders.ts';
import { readStanding } from './standing.ts';
import { keepSubscriptionMemory, noteListed } from './subscription-memory-record.ts';
import { sweepWallet } from './sweep-wallet.ts';
import { credentialsMend } from './token-source.ts';
import { keepUp } from './upkeep.ts';
import { watchCards } from './watch-cards.ts';

/** What a pass leaves behind: when to come back, if before the next poll, and what it saw and decided. */
export type Pass = {
  readonly until: EpochMs | null;
  readonly sawProvider: boolean;
  /** A charge is open, or the account could not be seen: come back soon, whatever the schedule. */
  readonly isUnfinished: boolean;
  /** It was looked at and counted, or its credentials are refused, and no look can be had. */
  readonly isCounted: boolean;
  /** A charge or an order waits until every account was looked at. */
  readonly waitsForOthers: boolean;
};

const USAGE_EVERY_MS = 30 * SECOND_MS;
/** One bad answer must not put a charge off to the next poll, which may be days away. */
const UNSURE_MS = MINUTE_MS;
const UNSURE: ReadonlySet<Decision['reason']> = new Set([
  'provider_unreachable',
  'clock_skew',
  'look_torn',
  'anchor_stale',
]);

/** One account, one pass, and since when what is wrong with it lasts. */
export async function reconcile(
  context: KeeperContext,
  account: AccountSpec,
  runtime: AccountRuntime,
): Promise<Pass> {
  restorePatience(context, runtime);
  restoreTotals(context, runtime);
  restorePage(context, runtime);
  const pass = await passOver(context, account, runtime);
  await keepPatience(context, runtime);
  return pass;
}

/**
 * This is the whole story: observe, settle what is open, take the ledger in, decide once on that one observation, arm and
 * send, tell. Nothing is read again between deciding and acting; and where something was closed, nothing is charged before
 * the next pass.
 */
async function passOver(
  context: KeeperContext,
  account: AccountSpec,
  runtime: AccountRuntime,
): Promise<Pass> {
  const pause = await unconfirmedPause(context, account);
  const answer = await runtime.tokens.get(account, context.stopping);
  if (answer.kind !== 'token') {
    noteUnseen(context, runtime);
    return await blindPass(context, account, runtime, answer);
  }
  const before = await context.journal.openIntents(account.name);
  const memory = await context.journal.memory(account.name);
  const placed = runtime.desk.others();
  runtime.ensuredCents = runtime.desk.ensured()?.floorCents ?? runtime.ensuredCents;
  const known = { memory, open: before, isListWanted: await isListWanted(context, account.name) };
  const sight = await observe(context, account, runtime, { token: answer.token, ...known });
  // By now its Date is known, if it sends one.
  const isDated = context.client.providerDate().lastSkewMs !== null;
  await mendLetGo(context, account.name, { isTimeKnown: sight.failure === null || isDated });
  if (context.stopping.aborted)
    return { until: null, sawProvider: true, isUnfinished: true, isCounted: false, waitsForOthers: false };
  if (sight.failure?.reason === 'unauthorized') {
    runtime.tokens.refused(account);
    noteUnseen(context, runtime);
    // What a list showed beside the refusal is there, and is not bought again where later lists lack it.
    if (runtime.identity?.token === answer.token) await noteListed(context, account, runtime, sight);
    return await blindPass(context, account, runtime, {
      kind: 'refused',
      mend: credentialsMend(account.credentials),
      requestId: sight.failure.requestId,
    });
  }
  // What is open may only be settled by, and what is in a ledger only counted for, the account that it belongs to. Another
  // token may be another account's.
  const isAsked = before.length > 0 || sight.look !== null || runtime.identity?.token !== answer.token;
  const who = isAsked ? (await confirmIdentity(context, account, runtime, sight)).kind : 'same';
  const isReloaded = context.spec().accounts.get(account.name) !== account;
  if (pause !== null && who === 'same' && !isReloaded) await context.journal.confirmPause(pause);
  const isOwn = who === 'same' || who === 'not_yet';
  const isAskedAgain = isOwn && before.length > 0 && placed.length > 0;
  const asked = isAskedAgain
    ? await bindAskedBefore(context, runtime, { asked: placed, open: before, sight })
    : placed;
  const settled =
    isOwn && before.length > 0
      ? await settleAll(context, account, runtime, { intents: before, sight })
      : { open: before, until: who === 'moved' ? moneyNow(context) : null, sight };
  const { open, until } = settled;
  const closed = before.filter(({ id }) => !open.some((one) => one.id === id));
  await notePaid(context, runtime, closed);
  const isCounted = who === 'same' && !isClockOff(context);
  if (!isCounted) runtime.lookedAtMs = null; // what it showed comes again
  if (isCounted && sight.contradiction !== null)
    await freezeAccount(context, account.name, sight.contradiction);
  if (who === 'same' && sight.look !== null) await absorb(context, account, runtime, { sight, open });
  // The newer look may have shown a charge: a page from before it has to be known for one.
  if (who === 'same' && settled.sight.look !== sight.look) await absorb(context, account, runtime, settled);
  if (who === 'same' && sight.look !== null) await checkRefundsNowAndThen(context, account, runtime, sight);
  const listAgainAt = who === 'same' ? await noteLaterList(context, account, sight.subscriptions) : null;
  const standing = await readStanding(context, account.name, open);
  const verdict = await decideAccount(context, account, runtime, { sight, standing });
  if (isCounted) {
    const remembered = { ...verdict.toRemember, now: moneyNow(context) };
    await keepSubscriptionMemory(context.upkeep, runtime, remembered);
  }
  // What has just ended may have changed what was seen before: the next pass, at once, decides on a sight of its own.
  const hasClosed = closed.length > 0;
  // Where it was not known whose ledger that is, nothing of it was counted, and nothing may be charged on it.
  const isHeld = context.firstRound.holds(context.spec(), account, context.clock.monotonicMs());
  const isEarly = isHeld || !context.firstRound.isStill(sight.round);
  const mayCharge = who === 'same' && !hasClosed && !isEarly;
  const ordered = mayCharge
    ? await nextOrder(context, account, runtime, { sight, standing, verdict, asked })
    : null;
  const charges = mayCharge ? verdict.charges : [];
  const wanted = ordered === null ? charges : [ordered];
  const acted = await act(context, account, runtime, { wanted, sight });
  const openNow = [...open, ...acted.open];
  const closedNow = acted.armed.filter(({ id }) => !openNow.some((one) => one.id === id));
  await notePaid(context, runtime, closedNow);
  // Whoever asked meanwhile asked again for what was open then, also where it has ended since.
  const late = runtime.desk.others().filter((one) => !placed.includes(one));
  await bindAskedBefore(context, runtime, { asked: late, open: [...before, ...acted.armed], sight });
  // What was just withdrawn is in the balance that was seen: nobody who asked meanwhile is told of it.
  const isPaidOut = acted.armed.some(({ kind }) => kind === 'withdraw');
  const seen = isPaidOut ? { ...sight, look: null } : sight;
  if (!runtime.desk.isEmpty) await answerOrders(context, account, runtime, { sight: seen, verdict, isOwn });
  if (who !== 'same')
    runtime.desk.waitFor({ reason: 'provider_unreachable', sentence: WHOSE[who], requestId: null });
  const usage = await usageNow(context, account, runtime, acted);
  // What was decided, or answered, may have frozen the account.
  const standingNow = await readStanding(context, account.name, openNow);
  const asks = askedOfPeople(context, runtime, { verdict, open: openNow });
  report(context, account, runtime, {
    sight,
    standing: standingNow,
    verdict,
    open: openNow,
    usage,
    asksToConfirm: asks.asksToConfirm,
  });
  const amiss = amissFacts(context, account, runtime, {
    verdict,
    standing: standingNow,
    refusal: acted.refusal,
    open: openNow,
    hasClosed: hasClosed || closedNow.length > 0,
    asked: asks,
  });
  const extent = sight.failure === null ? 'all' : 'more';
  const tokenEndsAt = runtime.tokens.overdue(moneyNow(context));
  const tokens =
    tokenEndsAt === null ? [] : [tokenExpiring({ account: account.name, expiresAt: tokenEndsAt })];
  const isSeen = sight.failure === null && who === 'same';
  if (isSeen) await sweepWallet(context, account, runtime, { sight, standing: standingNow });
  if (isSeen && sight.cards !== null) await watchCards(context, account, runtime, sight.cards);
  const kept = isSeen
    ? await keepUp(context, account, runtime, { caller: sight.caller, standing: standingNow })
    : { facts: [], keep: [] };
  const unknown = unknownUsageFacts(account, sight.ruling, moneyNow(context));
  await context.incidents.sync(
    account.name,
    [...amiss, ...asks.facts.wallet, ...asks.facts.subscription, ...tokens, ...kept.facts, ...unknown],
    {
      extent,
      keep: [
        ...lasting(account.name, { ...verdict, standing: standingNow }),
        ...kept.keep,
        ...asks.keep,
      ].filter((one) => !asks.over.includes(one)),
    },
  );
  if (isCounted && sight.look !== null) await keepTotals(context, runtime);
  const isWaiting = isEarly && (verdict.charges.length > 0 || asked.length > 0);
  const isUnsure =
    !isCounted ||
    sight.failure !== null ||
    acted.refusal !== null ||
    verdict.decisions.some(({ kind, reason }) => kind === 'hold' && UNSURE.has(reason));
  const againMs = isWaiting ? SECOND_MS : isUnsure ? UNSURE_MS : null;
  const againAt = againMs === null ? null : addMs(moneyNow(context), againMs);
  if (sight.failure !== null) {
    const { message: reason, requestId } = sight.failure;
    const why = { kind: 'unreachable', reason, requestId } as const;
    const blind = await blindPass(context, account, runtime, why, isCounted && sight.isWalletSeen);
    return { ...blind, until: earliest([until, acted.until, againAt]), waitsForOthers: isWaiting };
  }
  runtime.tokens.accepted();
  runtime.failingSince = null;
  runtime.failures = 0;
  runtime.isMissed = false;
  const holds = verdict.decisions.map(holdUntil);
  const { wellAt } = verdict;
  const soonest = earliest([until, acted.until, againAt, listAgainAt, sight.cardsAgainAt, wellAt, ...holds]);
  return {
    until: soonest,
    sawProvider: true,
    isUnfinished: openNow.length > 0,
    isCounted: isSeen && isCounted,
    waitsForOthers: isWaiting || who === 'other' || who === 'waits' || who === 'may_be_known',
  };
}

/** A pause that the last pass did not see. */
async function unconfirmedPause(
  { journal }: KeeperContext,
  { name }: AccountSpec,
): Promise<AccountHold | null> {
  const holds = await journal.holds(name);
  return holds.find(({ kind, isConfirmed }) => kind === 'pause' && !isConfirmed) ?? null;
}

/** An order waits while the policy itself has something to charge: what is decided twice is paid twice. */
async function nextOrder(
  context: KeeperContext,
  account: AccountSpec,
  runtime: AccountRuntime,
  {
    verdict,
    ...scene
  }: {
    sight: Sight;
    standing: Standing;
    verdict: Verdict;
    asked: readonly PlacedOrder[];
  },
): Promise<Wanted | null> {
  const isBusy = verdict.charges.length > 0 && context.spec().mode !== 'observe';
  if (isBusy || scene.asked.length === 0) return null;
  return await decideNextOrder(context, account, runtime, scene);
}

/** For the metrics; read again after a charge, and now and then because windows roll on. */
async function usageNow(
  context: KeeperContext,
  account: AccountSpec,
  runtime: AccountRuntime,
  { armed }: Acted,
): Promise<Awaited<ReturnType<KeeperContext['journal']['usage']>>> {
  const nowMs = context.clock.monotonicMs();
  const isDue = runtime.usageReadAtMs === null || nowMs - runtime.usageReadAtMs >= USAGE_EVERY_MS;
  if (!isDue && armed.length === 0) return [];
  runtime.usageReadAtMs = nowMs;
  return await context.journal.usage(capScopes(context.spec(), account), moneyNow(context));
}

function holdUntil(decision: Decision): EpochMs | null {
  return decision.kind === 'hold' ? decision.until : null;
}
