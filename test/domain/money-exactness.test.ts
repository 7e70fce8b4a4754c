import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  cents,
  centsNearest,
  centsUp,
  dollarsText,
  formatCents,
  formatMicroUsd,
  microFromCents,
  microUsd,
  microUsdFromJson,
  parseCents,
  parseMicroUsd,
  usdFromCents,
  usdFromMicro,
} from '../../src/domain/money.ts';

const RUNS = { numRuns: 2_000 };
/** Cents below a billion dollars, on both sides of zero. */
const anyCents = fc.integer({ min: -99_999_999_999, max: 99_999_999_999 }).map((value) => cents(value));
const anyMicro = fc
  .oneof(
    fc.integer({ min: -999_999_999_000_000, max: 999_999_999_999_999 }),
    fc.integer({ min: -30_000, max: 30_000 }),
  )
  .map((value) => microUsd(value));
const digits = (options: { minLength: number; maxLength: number }) =>
  fc.string({ unit: fc.constantFrom(...'0123456789'), ...options });

test('every amount survives being printed and read again', () => {
  fc.assert(
    fc.property(anyCents, (value) => {
      expect(parseCents(formatCents(value).replace('$', ''))).toBe(value);
      expect(parseCents(dollarsText(value))).toBe(value);
      expect(parseMicroUsd(dollarsText(value))).toBe(value * 10_000);
    }),
    RUNS,
  );
});

test('every amount reaches the wire as the JSON number that a provider reads back as the same cents', () => {
  fc.assert(
    fc.property(anyCents, (value) => {
      const text = dollarsText(value);
      const parsed: unknown = JSON.parse(text);
      expect(JSON.stringify(parsed)).toBe(text);
      expect(microUsdFromJson(Number(parsed))).toBe(microFromCents(value));
      expect(Math.round(Number(parsed) * 100)).toBe(value);
    }),
    RUNS,
  );
});

test('whatever decimal is written, the balance is its exact value cut downwards, never a float', () => {
  const sign = fc.constantFrom('', '-', '+');
  const parts = [digits({ minLength: 1, maxLength: 9 }), digits({ minLength: 0, maxLength: 18 })] as const;
  fc.assert(
    fc.property(sign, ...parts, fc.integer({ min: -12, max: 3 }), (mark, units, fraction, exponent) => {
      const text = `${mark}${units}${fraction === '' ? '' : `.${fraction}`}${exponent === 0 ? '' : `e${exponent}`}`;
      // In 10^-30 dollars every such text is a whole number.
      const size = BigInt(units + fraction) * 10n ** BigInt(30 - fraction.length + exponent);
      const exact = mark === '-' ? -size : size;
      const micro = 10n ** 24n;
      const cut = exact / micro - (exact % micro < 0n ? 1n : 0n);
      if (size / micro >= 10n ** 15n) expect(parseMicroUsd(text)).toBeNull();
      else expect(parseMicroUsd(text)).toBe(Number(cut));
      const cent = 10n ** 28n;
      const wholeCents = parseCents(text);
      if (wholeCents !== null) expect(BigInt(wholeCents) * cent).toBe(exact);
      else expect(exact % cent !== 0n || size / cent >= 10n ** 15n).toBe(true);
    }),
    RUNS,
  );
});

test('any text at all is an amount or none, and never a crash', () => {
  fc.assert(
    fc.property(fc.oneof(fc.string(), fc.double().map(String)), (text) => {
      for (const read of [parseCents, parseMicroUsd, microUsdFromJson]) {
        const value = read(text);
        expect(value === null || Number.isSafeInteger(value)).toBe(true);
      }
    }),
    RUNS,
  );
});

test('a need is rounded up, a ledger row to the nearest, a shown balance down', () => {
  fc.assert(
    fc.property(anyMicro, (value) => {
      const up = centsUp(value) * 10_000 - value;
      expect(up >= 0 && up < 10_000).toBe(true);
      expect(Math.abs(centsNearest(value) * 10_000 - value)).toBeLessThanOrEqual(5_000);
      const shown = parseMicroUsd(formatMicroUsd(value).replace('$', ''));
      expect(shown !== null && shown <= value && value - shown < 10_000).toBe(true);
    }),
    RUNS,
  );
});

test.each([
  [0, '$0.00', '0'],
  [5, '$0.05', '0.05'],
  [10, '$0.10', '0.1'],
  [100, '$1.00', '1'],
  [5_000, '$50.00', '50'],
  [5_010, '$50.10', '50.1'],
  [123_450, '$1234.50', '1234.5'],
  [-310, '-$3.10', '-3.1'],
  [-5, '-$0.05', '-0.05'],
])('%d cents read %s and go out as %s', (value, shown, wire) => {
  expect(formatCents(cents(value))).toBe(shown);
  expect(dollarsText(cents(value))).toBe(wire);
});

test.each([
  [3_104_999, '$3.10'],
  [9_999, '$0.00'],
  [-1, '-$0.01'],
  [-3_100_000, '-$3.10'],
])('a balance of %d micro-dollars reads %s', (value, shown) => {
  expect(formatMicroUsd(microUsd(value))).toBe(shown);
});

test('metrics get dollars', () => {
  expect(usdFromMicro(microUsd(3_104_999))).toBe(3.104999);
  expect(usdFromCents(cents(-310))).toBe(-3.1);
});
