import { expect, test } from 'vitest';
import type { PaymentStep } from '../../src/domain/spec.ts';
import { addMs, HOUR_MS, SECOND_MS } from '../../src/domain/time.ts';
import { cardIdentity, climbLadder } from '../../src/policy/ladder.ts';
import { NOW } from '../domain/a-ledger.ts';
import { aCard, cardId, MASTERCARD, records, VISA } from './a-case.ts';

const DEFAULT: PaymentStep = { kind: 'default' };
const HUMAN: PaymentStep = { kind: 'human' };
const card = (id: string): PaymentStep => ({ kind: 'card', id: cardId(id) });
const BOTH = [DEFAULT, card('pm_mastercard')];
const SOFT = 'insufficient_funds';

const climb = (
  steps: readonly PaymentStep[],
  cards = [VISA, MASTERCARD],
  of: Parameters<typeof records>[0] = {},
) => climbLadder(steps, cards, records(of), NOW);

test.each<[string, readonly PaymentStep[], Parameters<typeof records>[0], string]>([
  ['the default card', [DEFAULT], {}, 'pm_visa'],
  ['the card that is named', [card('pm_mastercard'), DEFAULT], {}, 'pm_mastercard'],
  ['the next card while the first one rests', BOTH, { pm_visa: [[1, SOFT]] }, 'pm_mastercard'],
  ['the next card where the first one is dead', BOTH, { pm_visa: [[1, 'lost_card']] }, 'pm_mastercard'],
  ['the next card where the first one is gone', [card('pm_gone'), DEFAULT], {}, 'pm_visa'],
  ['the first card again when it has rested', BOTH, { pm_visa: [[6, SOFT]] }, 'pm_visa'],
  ['a card above the human step', [DEFAULT, HUMAN], {}, 'pm_visa'],
])('pays with %s', (_sentence, steps, of, expected) => {
  expect(climb(steps, undefined, of)).toMatchObject({ kind: 'card', card: { id: expected } });
});

test.each<[string, readonly PaymentStep[], Parameters<typeof records>[0], string]>([
  ['the human step stands first', [HUMAN, DEFAULT], {}, 'the policy pays by hand'],
  ['every card above the human step rests', [DEFAULT, HUMAN, card('pm_mastercard')], { pm_visa: [[1, SOFT]] }, 'visa …4242 declined (insufficient_funds), rests for 5h'],
  ['every card is dead', BOTH, { pm_visa: [[1, 'lost_card']], pm_mastercard: [[1, 'expired_card']] }, 'visa …4242 declined for good (lost_card); mastercard …4444 declined and needs a person (expired_card)'],
  ['a card is gone and the other one dead', [card('pm_gone'), DEFAULT], { pm_visa: [[1, 'lost_card']] }, 'pm_gone is not saved with the provider; visa …4242 declined for good (lost_card)'],
])('needs a person where %s', (_sentence, steps, of, sentence) => {
  expect(climb(steps, undefined, of)).toEqual({ kind: 'human', sentence });
}); // biome-ignore format: a table

test('needs a person where no card is the default', () => {
  expect(climb([DEFAULT], [MASTERCARD])).toEqual({
    kind: 'human',
    sentence: 'the default card is not saved with the provider',
  });
});

test('waits for the card that has rested first', () => {
  expect(climb(BOTH, undefined, { pm_visa: [[1, SOFT]], pm_mastercard: [[4, SOFT]] })).toEqual({
    kind: 'wait',
    until: addMs(NOW, 2 * HOUR_MS),
    sentence:
      'visa …4242 declined (insufficient_funds), rests for 5h; mastercard …4444 declined (insufficient_funds), rests for 2h',
  });
  const oneDead = climb(BOTH, undefined, { pm_visa: [[1, SOFT]], pm_mastercard: [[1, 'lost_card']] });
  expect(oneDead).toMatchObject({ kind: 'wait', until: addMs(NOW, 5 * HOUR_MS) });
});

test('waits a few seconds while other accounts hear about the card, and tries no other one meanwhile', () => {
  expect(climb(BOTH, undefined, { pm_visa: 'busy' })).toEqual({
    kind: 'wait',
    until: addMs(NOW, 10 * SECOND_MS),
    sentence: 'visa …4242 waits for the answers to other charges on it',
  });
});

test('a card is the same card on every account that saved it', () => {
  const other = aCard('pm_visa', { id: cardId('pm_visa_of_another_account') });
  expect(cardIdentity(other)).toBe(cardIdentity(VISA));
  const unnamed = { ...VISA, fingerprint: null };
  expect(cardIdentity({ ...other, fingerprint: null })).toBe(cardIdentity(unnamed));
  expect(cardIdentity({ ...MASTERCARD, fingerprint: null })).not.toBe(cardIdentity(unnamed));
  expect(cardIdentity({ ...unnamed, expYear: 2031 })).not.toBe(cardIdentity(unnamed));
  expect(cardIdentity({ ...unnamed, expYear: null })).toBe('pm_visa');
});
