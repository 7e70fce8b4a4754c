import { type Cents, parseCents } from '../../domain/money.ts';

/** A field of a body that is a non-empty string; `null` where it is absent or something else. */
export function textField(body: Readonly<Record<string, unknown>>, name: string): string | null {
  const value = lookupField(body, name);
  return typeof value === 'string' && value !== '' ? value : null;
}

/** Dollars as a JSON number, or as text that reads as one, to whole cents; `null` where it is neither. */
export function centsField(body: Readonly<Record<string, unknown>>, name: string): Cents | null {
  const value = lookupField(body, name);
  return typeof value === 'number' || typeof value === 'string' ? parseCents(String(value)) : null;
}

/** A positive integer as number or text; `null` otherwise. */
export function idField(body: Readonly<Record<string, unknown>>, name: string): number | null {
  const value = lookupField(body, name);
  if (typeof value !== 'number' && typeof value !== 'string') return null;
  return /^[1-9]\d{0,14}$/.test(String(value)) ? Number(value) : null;
}

export function flagField(body: Readonly<Record<string, unknown>>, name: string): boolean {
  const value = lookupField(body, name);
  return value === true || value === 1 || value === '1' || value === 'true';
}

export function hasField(body: Readonly<Record<string, unknown>>, name: string): boolean {
  return lookupField(body, name) !== undefined;
}

/** A whole number of a query within bounds; its default where it is absent; `null` where it is neither. */
export function countParameter(
  query: Readonly<Record<string, string>>,
  parameter: { readonly name: string; readonly min: number; readonly max: number; readonly absent: number },
): number | null {
  const text = query[parameter.name];
  if (text === undefined) return parameter.absent;
  const value = /^\d{1,9}$/.test(text) ? Number(text) : Number.NaN;
  return value >= parameter.min && value <= parameter.max ? value : null;
}

function lookupField(body: Readonly<Record<string, unknown>>, name: string): unknown {
  return Object.hasOwn(body, name) ? body[name] : undefined;
}
