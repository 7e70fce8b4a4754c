import { cardVerdict } from '../domain/card-ceiling.ts';
import { type CardRecord, NO_CARD_RECORD } from '../domain/history.ts';
import type { Card } from '../domain/observation.ts';
import type { PaymentStep } from '../domain/spec.ts';
import { addMs, type EpochMs, SECOND_MS } from '../domain/time.ts';

const BUSY_MS = 10 * SECOND_MS;

/** The first card of the ladder that may be tried now, or why there is none. */
export type Rung =
  | { readonly kind: 'card'; readonly card: Card }
  | { readonly kind: 'wait'; readonly until: EpochMs; readonly sentence: string }
  | { readonly kind: 'human'; readonly sentence: string };

/** What a card is known by across the accounts that share it. */
export function cardIdentity(card: Omit<Card, 'isDefault'>): string {
  const { brand, last4, expMonth, expYear } = card;
  // API sheet #5 promises no fingerprint, and an id is one account's only. Two cards that look alike share a ceiling.
  const face =
    last4 === '' || expMonth === null || expYear === null ? null : `${brand}/${last4}/${expMonth}/${expYear}`;
  return card.fingerprint ?? face ?? card.id;
}

/**
 * Walks `pay_with` in order. A card that rests is passed over for the next one; where every card rests the earliest
 * end is waited for; where every card is dead or missing, a person is needed. A `human` step ends the ladder: what
 * stands below it is never reached while it is open.
 */
export function climbLadder(
  steps: readonly PaymentStep[],
  cards: readonly Card[],
  records: ReadonlyMap<string, CardRecord>,
  now: EpochMs,
): Rung {
  const reasons: string[] = [];
  let earliest: EpochMs | null = null;
  for (const step of steps) {
    if (step.kind === 'human') break;
    const card =
      step.kind === 'default' ? cards.find((one) => one.isDefault) : cards.find((one) => one.id === step.id);
    const name = step.kind === 'default' ? 'the default card' : step.id;
    if (card === undefined) {
      reasons.push(`${name} is not saved with the provider`);
      continue;
    }
    const verdict = cardVerdict(records.get(cardIdentity(card)) ?? NO_CARD_RECORD, now);
    if (verdict.kind === 'free') return { kind: 'card', card };
    if (verdict.kind === 'busy') {
      const sentence = `${card.brand} …${card.last4} waits for the answers to other charges on it`;
      return { kind: 'wait', until: addMs(now, BUSY_MS), sentence };
    }
    reasons.push(`${card.brand} …${card.last4} ${verdict.why}`);
    if (verdict.kind === 'wait' && (earliest === null || verdict.until < earliest)) earliest = verdict.until;
  }
  const asksHuman = steps.some((step) => step.kind === 'human');
  const sentence = reasons.length === 0 ? 'the policy pays by hand' : reasons.join('; ');
  if (earliest === null || asksHuman) return { kind: 'human', sentence };
  return { kind: 'wait', until: earliest, sentence };
}
