import { expect, test } from 'vitest';
import { BrokenPromise } from '../../src/domain/assert.ts';
import { cents, microUsd, microUsdFromJson, parseCents, parseMicroUsd } from '../../src/domain/money.ts';

test.each<[string, string, number]>([
  ['dollars and cents as written', '20.10', 20_100_000],
  ['whole dollars', '75', 75_000_000],
  ['a fraction of a cent', '0.0042', 4_200],
  ['the last digit that a wallet has', '0.000001', 1],
  ['an exponent as JavaScript prints small numbers', '1e-6', 1],
  ['an exponent with a point', '2.01e1', 20_100_000],
  ['a capital exponent with a sign', '5E+2', 500_000_000],
  ['a plus sign', '+3.5', 3_500_000],
  ['a debt', '-3.10', -3_100_000],
  ['nothing', '0', 0],
  ['nothing, written as a debt', '-0.00', 0],
  ['finer than a micro-dollar: cut', '0.0000019', 1],
  ['finer than a micro-dollar: cut to nothing', '1e-7', 0],
  [
    'a debt finer than a micro-dollar: cut away from nothing, so that a balance is never overstated',
    '-1e-7',
    -1,
  ],
  ['a debt with a rest', '-2.0000001', -2_000_001],
  ['fifteen digits', '123456789.123456', 123_456_789_123_456],
  ['the largest amount', '999999999.999999', 999_999_999_999_999],
])('a balance: %s (%s)', (_sentence, text, expected) => {
  expect(parseMicroUsd(text)).toBe(expected);
});

test.each<[string, string, number]>([
  ['dollars and cents', '20.10', 2_010],
  ['one decimal', '75.5', 7_550],
  ['zeros behind the cents', '20.1000', 2_010],
  ['an exponent', '2.01e1', 2_010],
  ['a cent', '0.01', 1],
  ['a debt', '-19.99', -1_999],
  ['an amount whose float is not what is written', '1.005e1', 1_005],
  ['an amount whose hundredfold is no integer as a float', '19.99', 1_999],
])('an amount: %s (%s)', (_sentence, text, expected) => {
  expect(parseCents(text)).toBe(expected);
});

test.each([
  ['half a cent', '20.105'],
  ['a fraction of a cent below zero', '-0.001'],
  ['a fraction of a cent by exponent', '1e-3'],
])('an amount that is not whole cents is none: %s (%s)', (_sentence, text) => {
  expect(parseCents(text)).toBeNull();
  expect(parseMicroUsd(text)).not.toBeNull();
});

test.each([
  ['nothing at all', ''],
  ['a blank', ' '],
  ['a currency sign', '$5'],
  ['a thousands separator', '1,000'],
  ['a decimal comma', '20,10'],
  ['a separator of code', '1_000'],
  ['two points', '1.2.3'],
  ['two signs', '--1'],
  ['hexadecimal', '0x10'],
  ['not a number', 'NaN'],
  ['infinity', 'Infinity'],
  ['digits of another script', '١٢'],
  ['a cut exponent', '1e'],
  ['a second line', '5\n6'],
  ['a line end', '5\n'],
])('%s is no money', (_sentence, text) => {
  expect(parseMicroUsd(text)).toBeNull();
  expect(parseCents(text)).toBeNull();
});

test.each(['1e9', '1000000000', '1e21', '999999999e9', '1e99', '-1e9'])(
  'a billion dollars or more is a mistake, not a balance: %s',
  (text) => {
    expect(parseMicroUsd(text)).toBeNull();
  },
);

test.each<[string, number | string, number | null]>([
  ['a JSON number', 75.5, 75_500_000],
  ['a sum that floats get wrong', 0.1 + 0.2, 300_000],
  ['a difference that floats get wrong', 50 - 49.9, 100_000],
  ['a number that prints with an exponent', 1e-7, 0],
  ['fifteen significant digits', 12_345_678.9012345, 12_345_678_901_234],
  ['text with blanks around it', ' 20.10 ', 20_100_000],
  ['a debt', -25, -25_000_000],
  ['not a number', Number.NaN, null],
  ['infinity', Number.POSITIVE_INFINITY, null],
  ['more than there is', 1e300, null],
])('the wire: %s (%s)', (_sentence, value, expected) => {
  expect(microUsdFromJson(value)).toBe(expected);
});

test('a fraction, or more than can be counted exactly, is never taken for money', () => {
  expect(() => cents(0.5)).toThrow(new BrokenPromise('not whole cents: 0.5'));
  expect(() => microUsd(2 ** 53)).toThrow(new BrokenPromise('not whole micro-dollars: 9007199254740992'));
  expect(() => cents(Number.NaN)).toThrow(BrokenPromise);
});
