import { BrokenPromise } from './assert.ts';

declare const centsBrand: unique symbol;
declare const microUsdBrand: unique symbol;

/** Whole US cents: what is charged. Safe integer, may be negative in differences. */
export type Cents = number & { readonly [centsBrand]: true };
/** Whole millionths of a US dollar: what a wallet holds (a generation costs fractions of a cent). */
export type MicroUsd = number & { readonly [microUsdBrand]: true };

const MICRO_PER_CENT = 10_000;
const DECIMAL = /^([+-]?)(\d{1,9})(?:\.(\d{1,18}))?(?:[eE]([+-]?\d{1,2}))?$/;

/** Wraps an integer that is known to be cents. Throws on a fraction or beyond the safe range. */
export function cents(value: number): Cents {
  if (!Number.isSafeInteger(value)) throw new BrokenPromise(`not whole cents: ${value}`);
  return value as Cents; // checked on the line above
}

/** Wraps an integer that is known to be millionths of a dollar. Throws on a fraction or beyond the safe range. */
export function microUsd(value: number): MicroUsd {
  if (!Number.isSafeInteger(value)) throw new BrokenPromise(`not whole micro-dollars: ${value}`);
  return value as MicroUsd; // checked on the line above
}

/**
 * Dollars as written ("20.10", "75.5", "1e-7") to micro-dollars, digit by digit, never through a binary float.
 * What is finer than a micro-dollar is cut towards minus infinity, so that a balance is never overstated.
 * `null` where the text is not a decimal number or is a billion dollars or more.
 */
export function parseMicroUsd(text: string): MicroUsd | null {
  const digits = scaledDigits(text, 6);
  if (digits === null) return null;
  return microUsd(digits.whole - (digits.negative && digits.rest ? 1 : 0));
}

/** Dollars as written to whole cents; `null` where that is not exact ("20.105") or not a decimal number. */
export function parseCents(text: string): Cents | null {
  const digits = scaledDigits(text, 2);
  return digits === null || digits.rest ? null : cents(digits.whole);
}

/** The wire's JSON number of dollars, by its shortest decimal text: exact up to 15 significant digits. */
export function microUsdFromJson(value: number | string): MicroUsd | null {
  return parseMicroUsd(String(value).trim());
}

function scaledDigits(
  text: string,
  places: number,
): { whole: number; rest: boolean; negative: boolean } | null {
  const match = DECIMAL.exec(text);
  if (match === null) return null;
  const [, sign = '', units = '', fraction = '', exponent = '0'] = match;
  const shift = places + Number(exponent);
  const all = units + fraction;
  const point = units.length + shift;
  const kept = point <= 0 ? '0' : all.slice(0, point).padEnd(point, '0');
  const whole = Number(kept);
  if (!Number.isSafeInteger(whole) || whole >= 1e15) return null;
  const rest = /[1-9]/.test(all.slice(Math.max(0, point)));
  const negative = sign === '-';
  return { whole: negative && whole !== 0 ? -whole : whole, rest, negative };
}

export function microFromCents(value: Cents): MicroUsd {
  return microUsd(value * MICRO_PER_CENT);
}

/** Micro-dollars to cents, up: a need is never understated. */
export function centsUp(value: MicroUsd): Cents {
  return cents(Math.ceil(value / MICRO_PER_CENT));
}

/** Micro-dollars to cents, to the nearest: what a ledger row of a card charge says. */
export function centsNearest(value: MicroUsd): Cents {
  return cents(Math.round(value / MICRO_PER_CENT));
}

/** Cents as the wire and JSON want them: shortest decimal dollars ("50", "50.1", "0.05"). */
export function dollarsText(value: Cents): string {
  const text = formatCents(value).replace('$', '');
  return text.replace(/\.00$/, '').replace(/(\.\d)0$/, '$1');
}

/** "$1234.50", "-$3.10". */
export function formatCents(value: Cents): string {
  const digits = String(Math.abs(value)).padStart(3, '0');
  return `${value < 0 ? '-' : ''}$${digits.slice(0, -2)}.${digits.slice(-2)}`;
}

/** "$12.34": micro-dollars cut to cents towards minus infinity. */
export function formatMicroUsd(value: MicroUsd): string {
  return formatCents(cents(Math.floor(value / MICRO_PER_CENT)));
}

/** Dollars as a float, for metrics and JSON views only: the last line before money leaves purser. */
export function usdFromMicro(value: MicroUsd): number {
  return value / 1_000_000;
}

/** Dollars as a float, for metrics and JSON views only. */
export function usdFromCents(value: Cents): number {
  return value / 100;
}
