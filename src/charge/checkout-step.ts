import { assert } from '../domain/assert.ts';
import type { PaymentIntentId } from '../domain/ids.ts';
import { addMs, DAY_MS, type EpochMs, HOUR_MS, MINUTE_MS } from '../domain/time.ts';
import { type Intent, isLinkKind, isOpen, type LinkOpen, linkEndsAt } from './intent.ts';
import { type ChargeLimits, EXPIRY_GRACE_MS, isPastReplaying } from './next-move.ts';
import { calm, enter, release, type Step } from './transitions.ts';

/**
 * What `confirm-checkout` says of a page (API sheet #17, #27), as `checkout-word.ts` reads it: `unclear` is no word (no answer,
 * 401, 429, 5xx) or one that may come behind a payment, `unasked` where there is no page to ask about or nothing may be sent.
 */
export type CheckoutWord =
  | { readonly kind: 'paid'; readonly paymentIntent: PaymentIntentId | null }
  /** `under_way`: somebody has paid, it seems, and the bank takes its days. */
  | { readonly kind: 'unpaid' | 'under_way' | 'unclear'; readonly says?: Says }
  | { readonly kind: 'unasked' };

/** What is to be remembered of what a page says. */
export type Says = Pick<LinkOpen, 'notYet' | 'first' | 'said'>;

/** No bank takes longer. */
const UNDER_WAY_MAX_MS = 14 * DAY_MS;
/** From the first question after the end: purser may have been down, or only watching, when the page ended. */
const SILENCE_MAX_MS = 2 * HOUR_MS;
/** So much of the time between two questions counts as silence: they are ten minutes apart where purser is up. */
const SILENCE_STEP_MAX_MS = 15 * MINUTE_MS;

/**
 * A page for people: paid is `charged` (and then in the books like any charge); past its end and clearly unpaid it is
 * released, and the need may make a new one. One whose address never arrived cannot be paid by anybody.
 */
export function onCheckout(
  before: Intent,
  news: {
    readonly word: CheckoutWord;
    /** Whether the need is still there; a page that is out stays open all the same. */
    readonly isNeeded: boolean;
    readonly now: EpochMs;
    readonly limits: ChargeLimits;
  },
): Step {
  assert(isOpen(before) && isLinkKind(before.kind), `${before.id} is no open page`);
  const { word, now, limits } = news;
  const intent = withSays(before, word);
  const { state } = intent;
  if (state.kind === 'armed' || state.kind === 'in_doubt') {
    const isOver = !news.isNeeded || isPastReplaying(intent, now, limits);
    return calm(isOver ? release(intent, 'absent', null, now) : intent);
  }
  if (state.kind !== 'link_open') return calm(intent);
  if (word.kind === 'paid') {
    const paymentIntent = word.paymentIntent ?? intent.paymentIntent;
    return calm(enter({ ...intent, paymentIntent }, { kind: 'charged', since: now }));
  }
  const overMs = now - linkEndsAt(state);
  if (word.kind === 'unasked' || overMs < EXPIRY_GRACE_MS) return calm(intent);
  if (word.kind === 'under_way' && overMs < UNDER_WAY_MAX_MS) {
    const { silentSince: _since, silentAt: _at, ...page } = state;
    return calm({ ...intent, state: page });
  }
  if (word.kind === 'unpaid') return calm(release(intent, 'expired', state.sessionId, now));
  const { silentSince: since = now, silentAt = since } = state;
  const silentSince = addMs(since, Math.max(0, now - silentAt - SILENCE_STEP_MAX_MS));
  const silent = { ...intent, state: { ...state, silentSince, silentAt: now } };
  if (now - silentSince < SILENCE_MAX_MS) return calm(silent);
  const freeze = 'a payment link has expired, and the provider does not say whether it was paid';
  return { intent: silent, freeze, isTwin: false };
}

/** A page that goes on, with what it says. */
export function withSays(intent: Intent, word: CheckoutWord): Intent {
  const { state } = intent;
  if (!('says' in word) || word.says === undefined || state.kind !== 'link_open') return intent;
  const { notYet: _notYet, first: _first, said: _said, ...page } = state;
  return { ...intent, state: { ...page, ...word.says } };
}
