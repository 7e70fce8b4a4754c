import type { LogFields } from '../domain/ports.ts';
import { Secret } from '../domain/secret.ts';

const DEPTH_MAX = 6;
const ENTRIES_MAX = 50;
const TEXT_MAX = 4_000;
const STACK_MAX = 2_000;
/** Keys of the line itself; a field of that name gets an underscore. */
const RESERVED = new Set(['time', 'level', 'event']);

/**
 * Fields as plain JSON of bounded size: errors with code and cause, secrets masked, nothing that throws when printed.
 * `clean` sees every long text whole before it is cut, or a cut could leave half a secret, which nothing recognises.
 */
export function plainFields(fields: LogFields, clean: (text: string) => string): Record<string, unknown> {
  const plain: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(fields).slice(0, ENTRIES_MAX)) {
    if (value !== undefined)
      plain[RESERVED.has(key) ? `${key}_` : key] = plainValue(value, { clean, depth: 1 });
  }
  return plain;
}

type Context = { readonly clean: (text: string) => string; readonly depth: number };

function plainValue(value: unknown, context: Context): unknown {
  if (value === null || typeof value === 'boolean' || value === undefined) return value;
  if (typeof value === 'number') return Number.isFinite(value) ? value : String(value);
  if (typeof value === 'string') return cut(value, TEXT_MAX, context);
  if (typeof value !== 'object') return String(value);
  if (value instanceof Secret) return String(value);
  if (context.depth > DEPTH_MAX) return '[deep]';
  const inner = { ...context, depth: context.depth + 1 };
  if (value instanceof Error) return plainError(value, inner);
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? 'invalid date' : value.toISOString();
  if (value instanceof Map) return plainObject(value, inner);
  if (Array.isArray(value) || value instanceof Set) {
    return [...value].slice(0, ENTRIES_MAX).map((item) => plainValue(item, inner));
  }
  return plainObject(Object.entries(value), inner);
}

function plainObject(entries: Iterable<[unknown, unknown]>, context: Context): Record<string, unknown> {
  const plain: Record<string, unknown> = {};
  let count = 0;
  for (const [key, value] of entries) {
    count += 1;
    if (count > ENTRIES_MAX) break;
    plain[String(key)] = plainValue(value, context);
  }
  return plain;
}

function plainError(error: Error, context: Context): Record<string, unknown> {
  const { name, message, stack, cause } = error;
  const plain: Record<string, unknown> = { name, message: cut(message, TEXT_MAX, context) };
  if ('code' in error) plain['code'] = plainValue(error.code, context);
  if ('mend' in error) plain['mend'] = plainValue(error.mend, context);
  if (stack !== undefined) plain['stack'] = cut(stack, STACK_MAX, context);
  if (error instanceof AggregateError) plain['errors'] = plainValue(error.errors, context);
  if (cause !== undefined) plain['cause'] = plainValue(cause, context);
  return plain;
}

function cut(text: string, lengthMax: number, { clean }: Context): string {
  return text.length <= lengthMax ? text : `${clean(text).slice(0, lengthMax)}…`;
}
