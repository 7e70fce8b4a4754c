import fc from 'fast-check';
import { expect, test } from 'vitest';
import { maskCardNumbers } from '../../src/telemetry/card-number.ts';

const clean = (text: string) => maskCardNumbers(text, '[secret]');

/** The test numbers that payment providers publish. */
test.each([
  '4242424242424242',
  '4000056655665556',
  '5555555555554444',
  '2223003122003222',
  '5105105105105100',
  '378282246310005',
  '6011111111111117',
  '3056930009020004',
  '36227206271667',
  '3566002020360505',
  '6200000000000005',
  '4222222222222',
  '4242 4242 4242 4242',
  '4242-4242-4242-4242',
  '3782 822463 10005',
])('masks %s', (number) => {
  expect(clean(number)).toBe('[secret]');
  expect(clean(`card ${number}.`)).toBe('card [secret].');
  expect(clean(`{"card":"${number}"}`)).toBe('{"card":"[secret]"}');
  expect(clean(`{"text":"line\\n${number}\\n"}`)).toBe('{"text":"line\\n[secret]\\n"}');
});

test('a card number as a bare JSON number leaves the line JSON', () => {
  expect(clean('{"card":4242424242424242}')).toBe('{"card":"[secret]"}');
  expect(clean('[1,4242424242424242,2]')).toBe('[1,"[secret]",2]');
});

test.each([
  ['a wrong check digit', '4242424242424243'],
  ['a prefix of no brand', '1234567890123452'],
  ['part of a longer number', '42424242424242424242424242'],
  ['part of a word', 'int_4242424242424242'],
  ['part of a word', '4242424242424242abc'],
  ['a fraction', '0.4242424242424242'],
  ['a fraction', '4242424242424242.5'],
  ['a UUID', '41111111-1111-1111-b111-111111111111'],
  ['a UUID', 'c0ffee00-4242-4242-4242-424242424242'],
  ['an instant', '2026-11-23T15:04:05.123Z'],
  ['last digits', 'ending 4242'],
])('leaves %s alone: %s', (_title, text) => {
  expect(clean(text)).toBe(text);
});

test('never eats an instant in milliseconds, seconds or nanoseconds', () => {
  const instant = fc.integer({ min: Date.UTC(2020, 0), max: Date.UTC(2064, 0) });
  fc.assert(
    fc.property(instant, (ms) => {
      const texts = [
        `${ms}`,
        `{"at":${ms}}`,
        `${Math.floor(ms / 1_000)}`,
        `${BigInt(ms) * 1_000_000n}`,
        new Date(ms).toISOString(),
      ];
      for (const text of texts) expect(clean(text)).toBe(text);
    }),
    { numRuns: 2_000 },
  );
});

test('never eats an amount in micro-dollars or cents up to two million dollars', () => {
  fc.assert(
    fc.property(fc.integer({ min: -2_000_000_000_000, max: 2_000_000_000_000 }), (amount) => {
      for (const text of [`${amount}`, `{"balanceMicroUsd":${amount},"x":1}`]) expect(clean(text)).toBe(text);
    }),
    { numRuns: 2_000 },
  );
});

test('never eats a UUID or an id of letters and digits', () => {
  const id = fc.string({ unit: fc.constantFrom(...'abcdef0123456789'), minLength: 16, maxLength: 16 });
  fc.assert(
    fc.property(fc.uuid(), id, (uuid, hex) => {
      for (const text of [uuid, `int_${hex}`, `purser-1-x${hex}`]) expect(clean(text)).toBe(text);
    }),
    { numRuns: 2_000 },
  );
});
