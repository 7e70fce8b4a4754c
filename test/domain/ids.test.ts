import { expect, test } from 'vitest';
import { type AccountName, type CreditId, parseName, parseProviderId } from '../../src/domain/ids.ts';

test.each(['a', 'render-eu', 'Render.EU_2', '7', 'a'.repeat(63)])('%s names an account', (text) => {
  expect(parseName<AccountName>(text)).toBe(text);
});

test.each([
  ['nothing', ''],
  ['64 characters', 'a'.repeat(64)],
  ['a dash in front', '-eu'],
  ['a dot in front', '.eu'],
  ['a blank', 'render eu'],
  ['a slash', 'render/eu'],
  ['a quote', 'render"eu'],
  ['a line end', 'render\n'],
  ['a letter of another script', 'rendér'],
])('%s names no account', (_sentence, text) => {
  expect(parseName<AccountName>(text)).toBeNull();
});

test.each<[string, string | number, string | null]>([
  ['a Stripe id', 'pi_3Abc', 'pi_3Abc'],
  ['a number becomes text', 1_001, '1001'],
  ['255 characters', 'x'.repeat(255), 'x'.repeat(255)],
  ['nothing', '', null],
  ['256 characters', 'x'.repeat(256), null],
  ['dots, colons and dashes', 'cr:2026.11-23', 'cr:2026.11-23'],
  ['a slash, which would lead to another path', '../me', null],
  ['a quote', 'pro"x', null],
  ['a per cent sign', 'pi%2f3', null],
  ['a blank inside', 'pi 3', null],
  ['a line end', 'pi_3\n', null],
  ['a control character', 'pi_\u0000', null],
  ['an invisible character', 'pi_\u200b3', null],
])("a provider's id: %s", (_sentence, value, expected) => {
  expect(parseProviderId<CreditId>(value)).toBe(expected);
});
