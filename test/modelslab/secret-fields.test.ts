import { expect, test } from 'vitest';
import { withoutSecrets } from '../../src/modelslab/secret-fields.ts';

test.each<[string, unknown, unknown]>([
  ['the number of an invoice', { number: 'INV-2026-0001' }, { number: 'INV-2026-0001' }],
  ['the number of a card', { number: '4242424242424242' }, { number: '[secret]' }],
  ['the number of a card, in groups', { number: '4242 4242 4242 4242' }, { number: '[secret]' }],
  ['a short card number', { number: '600000000000' }, { number: '[secret]' }],
  ['the number of a card as a number', { number: 4242424242424242 }, { number: '[secret]' }],
  ['a card number in a number with words', { number: 'card 4242424242424242' }, { number: 'card [secret]' }],
  ['a CVC', { card: { cvc: '987' } }, { card: { cvc: '[secret]' } }],
])('%s is shown, or is not', (_what, given, shown) => {
  expect(withoutSecrets(given)).toEqual(shown);
});
