import { IDEMPOTENCY_KEY_HORIZON_MS } from '../contract/limits.ts';
import { unreachable } from '../domain/assert.ts';
import { addMs, DAY_MS, type EpochMs, HOUR_MS, MINUTE_MS, SECOND_MS } from '../domain/time.ts';
import { evidenceOf, type Intent, isLinkKind, keyAgeMs, type LinkOpen, linkEndsAt } from './intent.ts';

/** Durations of the charging core in milliseconds (charging.md, "In doubt"). */
export type ChargeLimits = {
  /** A key younger than this is believed to be remembered by the provider. */
  readonly horizonMs: number;
  /** How long after the last POST a missing ledger row means anything. */
  readonly quietMs: number;
  /** How long a charge may be missing from the ledger before the account is frozen. */
  readonly absentMs: number;
  /** How long a decline after an unclear POST may wait for its proof before the account is frozen. */
  readonly actionMs: number;
  readonly absentLooksApartMs: number;
  readonly statusReadsApartMs: number;
};

export const CHARGE_LIMITS: ChargeLimits = {
  horizonMs: IDEMPOTENCY_KEY_HORIZON_MS - 30 * MINUTE_MS, // less a margin
  quietMs: 2 * HOUR_MS,
  absentMs: 2 * HOUR_MS,
  actionMs: DAY_MS,
  absentLooksApartMs: 10 * MINUTE_MS,
  statusReadsApartMs: 2 * SECOND_MS,
};

/** `checkout`: was the page paid; `silence`: nothing to ask, but time tells. */
export type Question = 'ledger' | 'payment' | 'subscription' | 'checkout' | 'silence';

/** What to do for an open intent now. `ask` reads evidence; the answer goes through `step.ts`. */
export type Move =
  | { readonly kind: 'send' }
  | { readonly kind: 'ask'; readonly what: Question }
  | { readonly kind: 'wait'; readonly until: EpochMs };

/** What was already asked in this pass, and whether the ledger or subscription showed that a replay is safe. */
export type Asked = {
  readonly evidence: boolean;
  readonly payment: boolean;
  readonly isReplaySafe: boolean;
  /** False where nothing may be sent at all: the account is held, only watched, or the clock is off. */
  readonly maySend: boolean;
  /** Ledger or list proved in this pass that no POST before the answered one charged (`Step.isAbsent`). */
  readonly isAbsent: boolean;
  /** A look that can be trusted was taken before in this pass: to ask it costs nothing. */
  readonly hasLook: boolean;
};
export const NOTHING_ASKED: Asked = {
  evidence: false,
  payment: false,
  isReplaySafe: false,
  isAbsent: false,
  maySend: true,
  hasLook: false,
};

/** The first replays come while any provider still remembers the key; no look is waited for in between. */
const FAST_REPLAYS_MS = [2 * SECOND_MS, 5 * SECOND_MS, 15 * SECOND_MS];
const FAST_WINDOW_MS = MINUTE_MS;
const SLOW_REPLAYS_MS = [MINUTE_MS, 5 * MINUTE_MS, 15 * MINUTE_MS, HOUR_MS];
/** A payment made on a page in its last minute may be told a little later. */
export const EXPIRY_GRACE_MS = 2 * MINUTE_MS;
const CONFIRM_MIN_MS = 15 * SECOND_MS;
const CONFIRM_MAX_MS = 10 * MINUTE_MS;
const ASK_MS = [2 * SECOND_MS, 5 * SECOND_MS, 15 * SECOND_MS, MINUTE_MS];

export function nextMove(intent: Intent, now: EpochMs, asked: Asked, limits: ChargeLimits): Move {
  const evidence = questionOf(intent);
  switch (intent.state.kind) {
    case 'armed':
    case 'in_doubt':
      return moveInDoubt(intent, now, asked, limits);
    case 'link_open':
      if (!asked.evidence) return { kind: 'ask', what: 'checkout' };
      return { kind: 'wait', until: addMs(now, confirmPauseMs(intent.state, now)) };
    case 'charged':
      if (!asked.evidence) return { kind: 'ask', what: evidence };
      if (!asked.payment && evidence !== 'subscription' && intent.paymentIntent !== null)
        return { kind: 'ask', what: 'payment' };
      return { kind: 'wait', until: askAgain(intent.state.since, now) };
    case 'action':
    case 'declined':
      // What an earlier POST may have done is looked for before the payment's word can end it.
      if (!asked.evidence && intent.hasUnclearSend && evidence !== 'silence')
        return { kind: 'ask', what: evidence };
      if (!asked.payment && intent.paymentIntent !== null) return { kind: 'ask', what: 'payment' };
      if (!asked.evidence && (intent.hasUnclearSend || intent.state.kind === 'action'))
        return { kind: 'ask', what: evidence };
      return { kind: 'wait', until: askAgain(intent.state.since, now) };
    case 'settled':
    case 'released':
    case 'rejected':
      return { kind: 'wait', until: addMs(now, DAY_MS) };
    default:
      return unreachable(intent.state);
  }
}

/** Whether the intent's key is too old, or useless, for another POST. */
export function isPastReplaying(intent: Intent, now: EpochMs, limits: ChargeLimits): boolean {
  return !intent.canReplay || keyAgeMs(intent, now) >= limits.horizonMs;
}

function questionOf({ kind }: Intent): Question {
  const evidence = evidenceOf(kind);
  return evidence === 'answer' ? 'silence' : evidence;
}

function moveInDoubt(intent: Intent, now: EpochMs, asked: Asked, limits: ChargeLimits): Move {
  const isLink = isLinkKind(intent.kind);
  const canSend = asked.maySend && !isPastReplaying(intent, now, limits);
  const sendAt = nextSendAt(intent);
  const isEarly = canSend && intent.sends <= FAST_REPLAYS_MS.length && keyAgeMs(intent, now) < FAST_WINDOW_MS;
  const isLooked = (asked.hasLook || intent.mustLook === true) && evidenceOf(intent.kind) === 'ledger'; // a ledger tells nothing of the others
  const isFast = isEarly && (asked.isReplaySafe || !isLooked);
  if (isFast) return now >= sendAt ? { kind: 'send' } : { kind: 'wait', until: sendAt };
  if (!asked.evidence) return { kind: 'ask', what: isLink ? 'checkout' : questionOf(intent) };
  if (!asked.payment && intent.paymentIntent !== null) return { kind: 'ask', what: 'payment' };
  // A second page charges nobody: the address of the first one never arrived. And where every POST was answered
  // "nothing done", and nothing but answers shows anything, there is nothing to look for.
  const isUntouched = intent.state.kind === 'armed' && !intent.hasUnclearSend;
  const isSafe = asked.isReplaySafe || isLink || (isUntouched && evidenceOf(intent.kind) === 'answer');
  if (canSend && isSafe && now >= sendAt) return { kind: 'send' };
  const lookAt = askAgain(intent.lastSendAt, now);
  return { kind: 'wait', until: canSend && sendAt > now && sendAt < lookAt ? sendAt : lookAt };
}

/** When the next POST under the same key is due; never before the provider's own `Retry-After`. */
function nextSendAt(intent: Intent): EpochMs {
  const done = intent.sends - 1;
  const slow = SLOW_REPLAYS_MS[Math.min(done - FAST_REPLAYS_MS.length, SLOW_REPLAYS_MS.length - 1)];
  const pauseMs = FAST_REPLAYS_MS[done] ?? slow ?? HOUR_MS;
  const due = addMs(intent.lastSendAt, pauseMs);
  return intent.retryAt !== null && intent.retryAt > due ? intent.retryAt : due;
}

/**
 * How long from one question whether a person has paid to the next: 15 s at first, then a tenth of the page's age, ten
 * minutes at most; and when the page is over, for then another one may be needed.
 */
export function confirmPauseMs(page: LinkOpen, askedAt: EpochMs): number {
  const pauseMs = Math.min(CONFIRM_MAX_MS, Math.max(CONFIRM_MIN_MS, (askedAt - page.since) / 10));
  const overInMs = linkEndsAt(page) + EXPIRY_GRACE_MS - askedAt;
  return overInMs > 0 ? Math.min(pauseMs, overInMs) : pauseMs;
}

/** Evidence is asked for at growing intervals: seconds at first, then a tenth of the age, an hour at most. */
function askAgain(since: EpochMs, now: EpochMs): EpochMs {
  const ageMs = Math.max(0, now - since);
  const early = ASK_MS.find((pauseMs) => ageMs < pauseMs);
  return addMs(now, early ?? Math.min(HOUR_MS, Math.max(MINUTE_MS, ageMs / 10)));
}
