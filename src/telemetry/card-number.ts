/**
 * Card numbers: 13 to 19 digits, bare or grouped by single blanks or dashes, that no letter, digit, dot or underscore
 * touches, under a brand's prefix and length, with a right check digit. What purser prints as numbers stays clear of
 * that: milliseconds since 1970 begin with 1 until 2065 (no brand does), ids and UUIDs touch letters, and an amount
 * in micro-dollars would have to be over $3 million, have the prefix and pass the check digit.
 */
const CANDIDATE = /(?:(?<![\w.]-?)|(?<=\\[bfnrt]))\d(?:[ -]?\d){12,18}(?![ -]?\w|\.\d)/g;

/** Prefix range and lengths (ISO/IEC 7812, as the brands publish them). */
const BRANDS: readonly { readonly from: number; readonly to: number; readonly lengths: readonly number[] }[] =
  [
    { from: 4000, to: 4999, lengths: [13, 16, 19] }, // Visa
    { from: 5100, to: 5599, lengths: [16] }, // Mastercard
    { from: 2221, to: 2720, lengths: [16] }, // Mastercard
    { from: 3400, to: 3499, lengths: [15] }, // American Express
    { from: 3700, to: 3799, lengths: [15] }, // American Express
    { from: 3000, to: 3059, lengths: [14, 16, 17, 18, 19] }, // Diners Club
    { from: 3600, to: 3699, lengths: [14, 15, 16, 17, 18, 19] }, // Diners Club
    { from: 3800, to: 3999, lengths: [14, 16, 17, 18, 19] }, // Diners Club
    { from: 3528, to: 3589, lengths: [16, 17, 18, 19] }, // JCB
    { from: 6000, to: 6999, lengths: [13, 14, 15, 16, 17, 18, 19] }, // Discover, UnionPay, Maestro
    { from: 5000, to: 5099, lengths: [13, 14, 15, 16, 17, 18, 19] }, // Maestro
    { from: 5600, to: 5899, lengths: [13, 14, 15, 16, 17, 18, 19] }, // Maestro
  ];

/** Puts `mask` in the place of every card number; as a string where the number stood bare in JSON. */
export function maskCardNumbers(text: string, mask: string): string {
  return text.replace(CANDIDATE, (candidate, offset: number) => {
    if (!isCardNumber(candidate.replace(/[ -]/g, ''))) return candidate;
    return isBareInJson(text, offset, offset + candidate.length) ? `"${mask}"` : mask;
  });
}

function isCardNumber(digits: string): boolean {
  const prefix = Number(digits.slice(0, 4));
  const isBrand = BRANDS.some(
    ({ from, to, lengths }) => prefix >= from && prefix <= to && lengths.includes(digits.length),
  );
  return isBrand && passesLuhn(digits);
}

/** The check digit of ISO/IEC 7812-1. */
function passesLuhn(digits: string): boolean {
  let sum = 0;
  for (let place = 0; place < digits.length; place += 1) {
    const digit = Number(digits[digits.length - 1 - place]);
    const weighed = place % 2 === 0 ? digit : digit * 2;
    sum += weighed > 9 ? weighed - 9 : weighed;
  }
  return sum % 10 === 0;
}

function isBareInJson(text: string, start: number, end: number): boolean {
  return /[:[,]/.test(text[start - 1] ?? '') && /[,}\]]/.test(text[end] ?? '');
}
