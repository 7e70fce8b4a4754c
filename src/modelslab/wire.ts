import { z } from 'zod';
import { parseProviderId } from '../domain/ids.ts';
import { type Cents, centsNearest, type MicroUsd, microUsdFromJson } from '../domain/money.ts';
import { DAY_MS, type EpochMs, epochMs, parseInstant } from '../domain/time.ts';
import { rowsOf } from './rows.ts';
import { withoutSecrets } from './secret-fields.ts';

/** The provider's basic values. Each accepts every spelling that a source shows, and nothing else. */

const INSTANT_MIN = Date.UTC(2000);
const INSTANT_MAX = Date.UTC(2200);

const numeric = z.union([z.number(), z.string()]);

/** Dollars, below zero allowed: a wallet can be in debt. */
export const dollars = numeric.transform((value, context): MicroUsd => {
  const parsed = microUsdFromJson(value);
  if (parsed !== null) return parsed;
  context.addIssue('not an amount in dollars');
  return z.NEVER;
});

export const dollarsNotNegative = dollars.refine((value) => value >= 0, 'an amount below zero');

/** Dollars of a card charge, to the nearest cent. */
export const centsOfDollars = dollarsNotNegative.transform((value): Cents => centsNearest(value));

/** A price: whole cents, or `null` where the provider's is finer (nothing is ever charged by such a price). */
export const price = dollarsNotNegative.nullish().transform((micro): Cents | null => {
  return micro === null || micro === undefined || micro % 10_000 !== 0 ? null : centsNearest(micro);
});

/** purser counts US dollars; an amount in any other currency must not be taken for them. */
export const usd = z
  .string()
  .refine((value) => value.toLowerCase() === 'usd', 'a currency other than usd')
  .nullish();

type ProviderId = NonNullable<ReturnType<typeof parseProviderId>>;

/** An opaque id, text or number. */
export function providerId<T extends ProviderId>() {
  return numeric.transform((value, context): T => {
    // The generic picks one of the brands that parseProviderId gives; all have the same pattern.
    const id = parseProviderId(value) as T | null;
    if (id !== null) return id;
    context.addIssue('not an id');
    return z.NEVER;
  });
}

/** An instant that must be there, and whether it can be believed to the minute. */
export const stamp = numeric.transform((value, context): { at: EpochMs; isExact: boolean } => {
  const at = instantOf(value);
  if (at !== null) return { at, isExact: namesItsZone(value) && at % DAY_MS !== 0 };
  context.addIssue('not a point in time');
  return z.NEVER;
});

/** An instant that may be missing or unreadable. */
export const maybeInstant = z
  .unknown()
  .optional()
  .transform((value): EpochMs | null => {
    return typeof value === 'string' || typeof value === 'number' ? instantOf(value) : null;
  });

/** Text that may be missing; numbers become text. */
export const maybeText = z
  .union([z.string(), z.number()])
  .nullish()
  .transform((value) => (value === null || value === undefined || value === '' ? null : String(value)));

/** A flag as JSON or as a database writes it. Missing is false. */
export const flag = z
  .union([z.boolean(), z.literal(0), z.literal(1), z.literal('0'), z.literal('1')])
  .nullish()
  .transform((value) => value === true || value === 1 || value === '1');

/** A whole number that may be missing or unreadable. */
// A key that is missing is `undefined` to `optional()` only: a bare `unknown()` in a pipe asks for the key.
export const maybeWhole = z
  .unknown()
  .optional()
  .transform((value): number | null => {
    const number = typeof value === 'string' && /^\d{1,9}$/.test(value) ? Number(value) : value;
    return typeof number === 'number' && Number.isSafeInteger(number) ? number : null;
  });

/** A list in any of the shapes of `rowsOf`, each row decoded. */
export function list<T>(row: z.ZodType<T>, keys: readonly string[] = []) {
  return z.preprocess((value) => rowsOf(value, keys) ?? value, z.array(row));
}

/** Content whose shape is not documented, or only shown to people: passed on with secrets masked. */
export const undocumented = z.unknown().transform((value) => withoutSecrets(value ?? null));

/** The same, known to be an object. */
export const undocumentedRecord = z
  .record(z.string(), z.unknown())
  // A record stays one: only values are masked.
  .transform((value) => withoutSecrets(value) as Readonly<Record<string, unknown>>);

/** Between the years 2000 and 2200; anything else is a mistake that later arithmetic and formatting must not meet. */
function instantOf(value: number | string): EpochMs | null {
  const parsed = typeof value === 'number' ? instantOfNumber(value) : instantOfText(value.trim());
  return parsed !== null && parsed >= INSTANT_MIN && parsed < INSTANT_MAX ? parsed : null;
}

function instantOfText(text: string): EpochMs | null {
  return /^\d{9,13}$/.test(text) ? instantOfNumber(Number(text)) : parseInstant(text);
}

/** Seconds since 1970 do too. What names none may be hours away, and what stands at midnight may mean the day. */
function namesItsZone(value: number | string): boolean {
  return typeof value === 'number' || /^\d+$|(?:Z|[+-]\d\d:?\d\d)$/.test(value.trim());
}

/** Unix seconds, or milliseconds where seconds would lie beyond the year 5000. */
function instantOfNumber(value: number): EpochMs | null {
  if (!(value > 0 && value < INSTANT_MAX)) return null;
  return value > 1e11 ? epochMs(Math.round(value)) : parseInstant(value);
}
