import { assert } from '../domain/assert.ts';
import { cents } from '../domain/money.ts';
import type { LedgerLook } from '../domain/observation.ts';
import { addMs, DAY_MS, type EpochMs, MINUTE_MS } from '../domain/time.ts';
import { evidenceOf, type Intent, isOpen, KEY_TOO_OLD, keyAgeMs } from './intent.ts';
import { type ChargeLimits, isPastReplaying } from './next-move.ts';
import { KEY_CONFLICT } from './outcome.ts';
import { type CreditMatch, isSurelyOf, matchCredit } from './settle.ts';
import { calm, enter, release, type Step } from './transitions.ts';

/*
 * The pure step function of the charging core: an open intent and one piece of news give the next intent. It never
 * closes an intent without evidence (I6) and never makes a new key. The keeper journals what comes out, then acts.
 * What the POST itself is answered is in `answer-step.ts`; pages that people pay on have steps of their own in
 * `checkout-step.ts`.
 */

type LookNews = {
  readonly look: LedgerLook;
  /** Ids of credits that the journal has taken in already, which this intent's cannot be among. */
  readonly claimed: ReadonlySet<string>;
  /** Another open intent of the account may be what a new credit belongs to. */
  readonly hasRival: boolean;
  /** Cards beside a paid page of which it is not known whether they were charged. */
  readonly doubts?: readonly Intent[];
  readonly isNeeded: boolean;
  /** It was armed by this process: its journal is no old copy, which would lack the POST that charged. */
  readonly isOfThisRun: boolean;
  readonly now: EpochMs;
  readonly limits: ChargeLimits;
};

/**
 * A ledger look. A matching credit settles from any open state. Without one, and once no replay can follow,
 * two complete looks after the quiet period prove absence.
 */
export function onLook(intent: Intent, news: LookNews): Step {
  assert(isOpen(intent), `a ledger look for the closed intent ${intent.id}`);
  const { look, now } = news;
  const match = matchCredit(intent, look, news.claimed, news.hasRival, news.doubts);
  if (match.kind === 'match') {
    const { id, amountCents, paymentIntentId } = match.credit;
    // Known by its amount so far: a refund will name the payment alone.
    const known = { ...intent, paymentIntent: intent.paymentIntent ?? paymentIntentId };
    const caution = isSurelyOf(intent, match.credit) ? {} : ({ isUnsure: true } as const);
    return calm(
      enter(known, { kind: 'settled', at: now, amountCents, credit: id, by: 'ledger', ...caution }),
    );
  }
  const isNews = intent.mustLook !== true && (match.kind === 'candidate' || !news.isNeeded);
  return onNoMatch(isNews ? { ...intent, mustLook: true } : intent, match, news);
}

function onNoMatch(before: Intent, match: Exclude<CreditMatch, { kind: 'match' }>, news: LookNews): Step {
  const { look, now, limits } = news;
  const intent = noteMissing(before, look.at, limits);
  const { state } = intent;
  // One such row would have settled it; which of several is its own only a person can tell.
  const isOfAmount = match.kind === 'candidate' && match.isOfAmount;
  const isClear = news.isOfThisRun || (!isOfAmount && look.isComplete);
  if (state.kind === 'armed' && !intent.hasUnclearSend && !news.isNeeded && isClear)
    return calm(letGo(intent, now, limits));
  const isDoubtful =
    state.kind === 'in_doubt' || state.kind === 'armed' || (isAnswered(state) && intent.hasUnclearSend);
  const isOver = isPastReplaying(intent, now, limits) || !news.isNeeded || isAnswered(state);
  if (!isDoubtful || !isOver || now - intent.lastSendAt < limits.quietMs || !look.isComplete) {
    const freeze = isMissedTwice(intent, look.at, limits) ? stuckFor(intent, now, limits) : null;
    return { intent, freeze, isTwin: false };
  }
  if (match.kind === 'candidate') {
    const { paymentInQuestion = null } = intent;
    const asked =
      match.payment === paymentInQuestion ? intent : { ...intent, paymentInQuestion: match.payment };
    return { intent: asked, freeze: 'a credit appeared that may or may not be this charge', isTwin: false };
  }
  const isFirst = intent.absentLookAt === null || intent.absentLookAt < intent.lastSendAt + limits.quietMs;
  if (isFirst) return calm({ ...intent, absentLookAt: look.at });
  if (look.at - (intent.absentLookAt ?? look.at) < limits.absentLooksApartMs) return calm(intent);
  if (state.kind === 'action' || (state.kind === 'declined' && intent.paymentIntent !== null)) {
    return { ...calm(intent), isAbsent: true }; // only the payment itself is left to ask
  }
  if (state.kind === 'in_doubt' && state.why === KEY_CONFLICT) {
    // What the other request did may still come: absence says nothing about a payment that waits for its holder.
    return {
      intent,
      freeze: 'another request holds its key, and nothing shows what became of it',
      isTwin: false,
    };
  }
  const code = state.kind === 'declined' ? state.code : null;
  return calm(release(intent, state.kind === 'declined' ? 'declined' : 'absent', code, now));
}

/**
 * `GET /payments/{id}/status` of the intent's own PaymentIntent (API sheet #23). A word that is not known is no evidence
 * either way.
 */
export function onPaymentStatus(
  intent: Intent,
  news: {
    readonly status: 'succeeded' | 'pending' | 'failed' | 'unknown';
    /** Ledger or list were asked just before, and proved that no earlier POST charged (`Step.isAbsent`). */
    readonly isAbsent?: boolean;
    readonly now: EpochMs;
    readonly limits: ChargeLimits;
  },
): Step {
  const { status, now, limits, isAbsent = false } = news;
  assert(isOpen(intent), `a payment status for the closed intent ${intent.id}`);
  const { state } = intent;
  // The word of the last POST's payment says nothing of what an earlier one may have made.
  const hasUnclearSend = intent.hasUnclearSend && !isAbsent;
  if (status === 'pending' && asksHolder({ ...intent, hasUnclearSend }))
    return calm(enter(intent, { kind: 'action', since: now, wasDeclined: true }));
  if (status === 'pending' || status === 'unknown') {
    const asked = { ...intent, hasUnclearSend };
    const freeze = isMissedTwice(intent, now, limits) ? stuckFor(asked, now, limits) : null;
    return { intent, freeze, isTwin: false };
  }
  if (status === 'succeeded') {
    if (state.kind !== 'charged')
      return calm(enter({ ...intent, absentLookAt: null }, { kind: 'charged', since: now }));
    if (evidenceOf(intent.kind) === 'subscription') return calm(intent); // only the subscription itself settles those
    const { amountCents } = intent; // the unit of the status' amount is not documented; the ledger row corrects it
    return calm(enter(intent, { kind: 'settled', at: now, amountCents, credit: null, by: 'payment_status' }));
  }
  const code = state.kind === 'declined' ? state.code : 'authentication_required';
  if (state.kind !== 'declined' && state.kind !== 'action') return calm(intent);
  return hasUnclearSend ? calm(intent) : calm(release(intent, 'declined', code, now));
}

/** A decline that is none while its payment waits: so 3-D Secure comes for a subscription (API sheet #26). */
function asksHolder({ kind, state, hasUnclearSend }: Intent): boolean {
  const isAsking = state.kind === 'declined' && state.code === 'authentication_required';
  return isAsking && evidenceOf(kind) === 'subscription' && !hasUnclearSend;
}

/** The subscription that a subscription intent is about. Wanted state read twice settles; nothing else does. */
export function onSubscription(
  intent: Intent,
  news: {
    readonly isReached: boolean;
    readonly isNeeded: boolean;
    /** Whether it would be sent again: it may be needed, and be left to people, or held. */
    readonly maySend: boolean;
    /** False where the paid period is the one from before: then nothing can have been charged. */
    readonly hasPeriodMoved: boolean;
    /** As it is shown now. */
    readonly periodEnd?: EpochMs | null;
    readonly now: EpochMs;
    readonly limits: ChargeLimits;
  },
): Step {
  assert(isOpen(intent), `a subscription read for the closed intent ${intent.id}`);
  const { now, limits } = news;
  const isUntouched = intent.state.kind === 'armed' && !intent.hasUnclearSend;
  if (isUntouched && (news.isReached || !news.maySend || isPastReplaying(intent, now, limits))) {
    return calm(letGo(intent, now, limits));
  }
  if (news.isReached) {
    if (intent.reachedAt === null) return calm({ ...intent, reachedAt: now, absentLookAt: null });
    if (now - intent.reachedAt < limits.statusReadsApartMs) return calm(intent);
    const isWithoutPrice = isFree(intent, news);
    const amountCents = isWithoutPrice ? cents(0) : intent.amountCents;
    const period = news.periodEnd == null ? {} : { periodEnd: news.periodEnd };
    const isKept = isWithoutPrice && intent.kind === 'resume' && intent.amountCents > 0;
    return calm(
      enter(intent, {
        kind: 'settled',
        at: now,
        amountCents,
        credit: null,
        by: 'subscription_status',
        ...period,
        ...(isKept ? { isPriceKept: true } : {}),
      }),
    );
  }
  const waiting = noteMissing(
    intent.reachedAt === null ? intent : { ...intent, reachedAt: null },
    now,
    limits,
  );
  const { state } = waiting;
  const isQuiet = now - waiting.lastSendAt >= limits.quietMs;
  if (isAnswered(state) && waiting.hasUnclearSend && isQuiet) {
    const isFirst = waiting.absentLookAt === null || waiting.absentLookAt < waiting.lastSendAt;
    if (isFirst) return calm({ ...waiting, absentLookAt: now });
    if (now - (waiting.absentLookAt ?? now) < limits.absentLooksApartMs) return calm(waiting);
    const isOver = state.kind === 'declined' && waiting.paymentIntent === null;
    return isOver
      ? calm(release(waiting, 'declined', state.code, now))
      : { ...calm(waiting), isAbsent: true };
  }
  const isOver = isPastReplaying(waiting, now, limits) || !news.isNeeded;
  if (state.kind === 'in_doubt' || state.kind === 'armed')
    return isOver && isQuiet ? onUnshown(waiting, now, limits) : calm(withShown(waiting));
  const stuck = isMissedTwice(waiting, now, limits) ? stuckFor(waiting, now, limits) : null;
  return { intent: waiting, freeze: stuck, isTwin: false };
}

function withShown(intent: Intent): Intent {
  return intent.absentLookAt === null ? intent : { ...intent, absentLookAt: null };
}

/** What no list shows, and nothing will show any more: one list may be cut, or an old one. A pause costs nothing. */
function onUnshown(intent: Intent, now: EpochMs, limits: ChargeLimits): Step {
  const { kind, absentLookAt } = intent;
  if (absentLookAt === null) return calm({ ...intent, absentLookAt: now });
  if (now - absentLookAt < limits.absentLooksApartMs) return calm(intent);
  if (kind === 'pause') return calm(release(intent, 'absent', null, now));
  return { intent, freeze: 'sent, but the subscription does not show it', isTwin: false };
}

/**
 * Resuming within a period that is paid charges nothing, nor does a change that comes when that period ends; what every other
 * call charged is taken at the price.
 */
function isFree(
  { kind, state }: Intent,
  { hasPeriodMoved, now }: { readonly hasPeriodMoved: boolean; readonly now: EpochMs },
): boolean {
  const dueAt = state.kind === 'charged' ? state.dueAt : undefined;
  return dueAt === undefined ? kind === 'resume' && !hasPeriodMoved : !hasPeriodMoved || now >= dueAt;
}

/**
 * Time alone, for a call of which only its answer could have told: where none came, a person has to look.
 */
export function onSilence(intent: Intent, now: EpochMs, limits: ChargeLimits): Step {
  assert(isOpen(intent), `silence about the closed intent ${intent.id}`);
  const { state } = intent;
  if (state.kind === 'armed' && !intent.hasUnclearSend && isPastReplaying(intent, now, limits))
    return calm(letGo(intent, now, limits));
  const isQuiet = now - intent.lastSendAt >= limits.quietMs;
  const isUnclear = (state.kind === 'armed' || state.kind === 'declined') && intent.hasUnclearSend;
  const isKnown = isAnswered(state) && keyAgeMs(intent, state.since) <= KEY_KNOWN_MS;
  if (isKnown && intent.hasUnclearSend && isQuiet) return afterAnswer(intent, state, now);
  const isDoubtful = state.kind === 'in_doubt' || isUnclear;
  const freeze =
    stuckFor(intent, now, limits) ??
    (isDoubtful && isQuiet ? 'sent, but nothing at the provider shows whether it was done' : null);
  return { intent, freeze, isTwin: false };
}

/** Any provider that keeps keys at all knows one for so long. */
const KEY_KNOWN_MS = 10 * MINUTE_MS;

type Answered = Extract<Intent['state'], { kind: 'declined' | 'action' }>;

function isAnswered(state: Intent['state']): state is Answered {
  return state.kind === 'declined' || state.kind === 'action';
}

/**
 * The answer came after a POST of which nothing was heard, and that one cannot be on its way any more. Had it charged, its
 * answer would have been repeated under the same key (API sheet, "Idempotency"). A payment that the answer names is asked.
 */
function afterAnswer(intent: Intent, state: Answered, now: EpochMs): Step {
  const cleared = { ...intent, hasUnclearSend: false };
  const isOver = state.kind === 'declined' && cleared.paymentIntent === null;
  return calm(isOver ? release(cleared, 'declined', state.code, now) : cleared);
}

/**
 * An operator's word (`purser resolve`): the only evidence that no machine can check. It makes no page unpayable and has
 * none confirmed: the provider is asked about the session all the same (`ended-links.ts`).
 */
export function onOperator(intent: Intent, verdict: 'charged' | 'not_charged', now: EpochMs): Step {
  assert(isOpen(intent), `${intent.id} is closed already`);
  const session = intent.state.kind === 'link_open' ? intent.state.sessionId : null;
  if (verdict === 'not_charged') return calm(release(intent, 'operator', session, now));
  const { amountCents, paymentInQuestion = null } = intent;
  // What it was asked about is its own now: counted once, and known when it is taken back.
  const known = { ...intent, paymentIntent: paymentInQuestion ?? intent.paymentIntent };
  const page = session === null ? {} : { session };
  return calm(enter(known, { kind: 'settled', at: now, amountCents, credit: null, by: 'operator', ...page }));
}

/** Of which every POST was answered "nothing done". */
function letGo(intent: Intent, now: EpochMs, limits: ChargeLimits): Intent {
  return release(intent, 'refused', isPastReplaying(intent, now, limits) ? KEY_TOO_OLD : null, now);
}

/** Since when a charge that is answered does not show; at first it need not. */
function noteMissing(intent: Intent, at: EpochMs, limits: ChargeLimits): Intent {
  const { state, absentLookAt } = intent;
  const isLate = state.kind === 'charged' && at - dueSince(state) >= limits.absentLooksApartMs;
  return isLate && absentLookAt === null ? { ...intent, absentLookAt: at } : intent;
}

/** The end of a period may be told by its day only, and what is made then takes its time. */
const DUE_WITHIN_MS = DAY_MS;

/** Since when it should show: a change to a cheaper plan may be made at the end of the period. */
function dueSince({ since, dueAt }: Extract<Intent['state'], { kind: 'charged' }>): EpochMs {
  const lastDueAt = dueAt === undefined ? since : addMs(dueAt, DUE_WITHIN_MS);
  return lastDueAt > since ? lastDueAt : since;
}

/** One page that lacks it may be an old one. */
function isMissedTwice({ state, absentLookAt }: Intent, at: EpochMs, limits: ChargeLimits): boolean {
  return (
    state.kind !== 'charged' || (absentLookAt !== null && at - absentLookAt >= limits.absentLooksApartMs)
  );
}

/** Why an answered intent that found no end within its time freezes the account; `null` while it has time. */
function stuckFor({ state, hasUnclearSend }: Intent, now: EpochMs, limits: ChargeLimits): string | null {
  if (state.kind === 'charged' && now - dueSince(state) >= limits.absentMs) {
    return 'charged, but neither ledger nor subscription shows it';
  }
  // After an unclear POST the ledger has to prove its absence first, which takes longer.
  const declinedMs = hasUnclearSend ? limits.actionMs : limits.absentMs;
  if (state.kind === 'declined' && now - state.since >= declinedMs) {
    return 'declined, but the provider does not say that it failed';
  }
  return null;
}
