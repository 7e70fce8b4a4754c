import { type Intent, type IntentKind, isPutOff } from '../charge/intent.ts';
import type { Cents } from '../domain/money.ts';
import type { EpochMs } from '../domain/time.ts';
import type { CardRecords } from './card-records.ts';
import type { Credits } from './credits.ts';
import type { Exposure } from './exposure.ts';

const MAY_BE_FREE: ReadonlySet<IntentKind> = new Set(['resume', 'change_plan', 'reset_cycle']);

/**
 * Reservation, card record and ledger claim follow the state of an intent, in the transaction of the state itself.
 * Call inside a write transaction.
 */
export class Books {
  readonly #exposure: Exposure;
  readonly #cards: CardRecords;
  readonly #credits: Credits;

  constructor(parts: {
    readonly exposure: Exposure;
    readonly cards: CardRecords;
    readonly credits: Credits;
  }) {
    this.#exposure = parts.exposure;
    this.#cards = parts.cards;
    this.#credits = parts.credits;
  }

  follow(before: Intent, intent: Intent, now: EpochMs): void {
    const { state } = intent;
    switch (state.kind) {
      case 'settled':
        if (!isPutOff(before)) this.#exposure.post(intent.id, countedCents(intent, state), now);
        this.#noteSuccess(intent, now);
        if (state.credit !== null) {
          const credit = { id: state.credit, amountCents: state.amountCents, createdAt: now };
          this.#credits.claim(intent.account, credit, { intent: intent.id, takenAt: now, isTold: true });
        }
        return;
      case 'charged':
        this.#noteSuccess(intent, now);
        return;
      case 'declined':
        this.#noteDecline(intent, state.code, now);
        return;
      case 'released':
        // Of one that was put off nothing is taken back: nobody said that its acceptance cost nothing.
        if (!isPutOff(before) || state.because !== 'absent') this.#exposure.release(intent.id);
        if (state.because === 'declined' && before.state.kind !== 'declined')
          this.#noteDecline(intent, state.code ?? 'unknown', now);
        return;
      case 'rejected':
        this.#exposure.release(intent.id);
        return;
      case 'action':
        if (before.state.kind === 'declined') this.#cards.takeBack(intent.id);
        return;
      case 'armed':
      case 'in_doubt':
      case 'link_open':
        return;
    }
  }

  /**
   * A change that is put off to the end of the period: what it may have cost was charged with its answer, and is not kept
   * out of every window until then.
   */
  putOff(before: Intent, after: Intent): void {
    const { id, state, amountCents } = after;
    if (state.kind === 'charged' && isPutOff(after) && !isPutOff(before))
      this.#exposure.post(id, amountCents, state.since);
  }

  /** What is known of a settled intent later, at the time of the evidence before. */
  amend(before: Intent, after: Intent): void {
    const { state } = after;
    if (before.state.kind !== 'settled' || state.kind !== 'settled') return;
    const counted = countedCents(after, state);
    if (counted !== countedCents(before, before.state)) this.#exposure.post(after.id, counted, state.at);
  }

  /**
   * A resume within the paid period, or a change to a cheaper plan, asks nothing of the card: one that names no payment
   * shows nothing of it, though it may have been paid.
   */
  #noteSuccess({ kind, cardIdentity, paymentIntent }: Intent, now: EpochMs): void {
    const mayBeFree = MAY_BE_FREE.has(kind) && paymentIntent === null;
    if (cardIdentity !== null && !mayBeFree) this.#cards.noteSuccess(cardIdentity, now);
  }

  #noteDecline(intent: Intent, code: string, now: EpochMs): void {
    if (intent.cardIdentity === null) return;
    this.#cards.noteDecline(intent.cardIdentity, { at: now, code, intent: intent.id });
  }
}

function countedCents(intent: Intent, state: Extract<Intent['state'], { kind: 'settled' }>): Cents {
  return state.isPriceKept === true ? intent.amountCents : state.amountCents;
}
