import { addMs, type EpochMs, HOUR_MS, MINUTE_MS } from '../domain/time.ts';
import type { Intent } from './intent.ts';

/*
 * Whether a list of subscriptions is up to date is not documented. One that is late shows the period before, when a call
 * has begun a new one and charged for it: so it is watched for a while after it has settled such a call.
 */

/** A list may say for so long what it said before a subscription was mended, changed, paused or resumed. */
export const LATE_LIST_MS = 2 * HOUR_MS;
/** So long what may have been charged counts, though the list shows that it was free: mostly it is late by seconds. */
const PRICE_KEPT_MS = 10 * MINUTE_MS;

type Settled = Extract<Intent['state'], { kind: 'settled' }>;

/** The calls that may begin a period, and charge for it. */
export const RENEWING_KINDS = ['fix_payment', 'resume', 'change_plan'] as const;

/** Whether what a list shows now may tell more of it. */
export function isWatched({ state, kind }: Intent, now: EpochMs): boolean {
  if (state.kind !== 'settled' || !RENEWING_KINDS.some((one) => one === kind)) return false;
  return isPriceOpen(state, now) || now < (state.periodEnd ?? 0);
}

/** When what was free by a list counts no more, if the list stays as it is; `null` where nothing is kept. */
export function priceKeptUntil({ state }: Intent): EpochMs | null {
  return state.kind === 'settled' && state.isPriceKept === true ? addMs(state.at, PRICE_KEPT_MS) : null;
}

/** Whether its price counts that a list may let go; not for longer than a list is late, whether one can be read or not. */
export function mayBeFree({ state }: Intent, now: EpochMs): boolean {
  return state.kind === 'settled' && state.isPriceKept === true && now - state.at < LATE_LIST_MS;
}

/**
 * A settled call as it stands after a list, with the end of its subscription's period there, `null` where the list shows
 * none; itself where that is no news. A period that has moved was begun by the call: by itself another one follows only
 * after the end of the one that was shown then.
 */
export function onLaterList(intent: Intent, periodEnd: EpochMs | null, now: EpochMs): Intent {
  const { state } = intent;
  if (state.kind !== 'settled' || !isWatched(intent, now)) return intent;
  const { isPriceKept, ...settled } = state;
  const forMs = now - state.at;
  const isCharged = intent.kind === 'resume' && state.periodEnd !== undefined && isPriceOpen(state, now);
  const amountCents = isCharged ? intent.amountCents : state.amountCents;
  const shownBefore = state.periodEnd ?? 0;
  // The one that was shown then is over: another one followed by itself. Where no list was read since, it may be the call's.
  const isOver = shownBefore > state.at && now >= shownBefore && forMs >= PRICE_KEPT_MS;
  const isTurnOver = isOver && (isPriceKept !== true || forMs >= LATE_LIST_MS);
  if (periodEnd !== null && periodEnd > shownBefore && !isTurnOver)
    return { ...intent, state: { ...settled, amountCents, periodEnd } };
  if (isPriceKept !== true) return intent;
  if (periodEnd !== null && forMs >= PRICE_KEPT_MS) return { ...intent, state: settled };
  // It is not listed any more: nothing will show that it was free.
  return forMs >= LATE_LIST_MS ? { ...intent, state: { ...settled, amountCents } } : intent;
}

function isPriceOpen({ at, isPriceKept }: Settled, now: EpochMs): boolean {
  return isPriceKept === true || now - at < LATE_LIST_MS;
}
