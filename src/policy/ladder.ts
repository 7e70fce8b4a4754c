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
  for (const { card, name } of rungsOf(steps, cards)) {
    if (card === undefined) {
      reasons.push(`${name} is not saved with the provider`);
      continue;
    }
    const record = records.get(cardIdentity(card)) ?? NO_CARD_RECORD;
    const verdict = cardVerdict(record, now);
    if (verdict.kind === 'free') return { kind: 'card', card };
    if (verdict.kind === 'busy') {
      const holder = record.challenged > 0 ? `; ${record.challenged} for its holder's (3-D Secure)` : '';
      const sentence = `${card.brand} …${card.last4} waits for the answers to other charges on it${holder}`;
      return { kind: 'wait', until: addMs(now, BUSY_MS), sentence };
    }
    reasons.push(`${card.brand} …${card.last4} ${verdict.why}`);
    if (verdict.kind === 'wait' && (earliest === null || verdict.until < earliest)) earliest = verdict.until;
  }
  const sentence = reasons.length === 0 ? 'the policy pays by hand' : reasons.join('; ');
  if (earliest === null || asksPerson(steps)) return { kind: 'human', sentence };
  return { kind: 'wait', until: earliest, sentence };
}

/** The cards of the ladder down to a `human` step, each once; a card that is named but not saved is undefined. */
function rungsOf(
  steps: readonly PaymentStep[],
  cards: readonly Card[],
): readonly { readonly name: string; readonly card: Card | undefined }[] {
  const rungs: { name: string; card: Card | undefined }[] = [];
  const isNamed = (card: Card): boolean =>
    steps.some((step) =>
      step.kind === 'default' ? card.isDefault : step.kind === 'card' && step.id === card.id,
    );
  for (const step of steps) {
    if (step.kind === 'human') break;
    if (step.kind === 'default')
      rungs.push({ name: 'the default card', card: cards.find((card) => card.isDefault) });
    else if (step.kind === 'card')
      rungs.push({ name: step.id, card: cards.find((card) => card.id === step.id) });
    else rungs.push(...cards.filter((card) => !isNamed(card)).map((card) => ({ name: card.id, card })));
  }
  const seen = new Set<string>();
  return rungs.filter(({ card }) => card === undefined || (!seen.has(card.id) && seen.add(card.id)));
}

/** Whether a person is asked where no card can pay. */
export function asksPerson(steps: readonly PaymentStep[]): boolean {
  return steps.some((step) => step.kind === 'human');
}
