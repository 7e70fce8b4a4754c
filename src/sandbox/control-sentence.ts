import type { z } from 'zod';

/** What is wrong, where, and what to write instead, from the first thing that zod found. */
export function sentenceOf(
  error: z.ZodError,
  about: { readonly what: string; readonly known: readonly string[] },
): string {
  const issue = error.issues[0];
  const known = `known: ${about.known.join(', ')}`;
  if (issue === undefined) return `the body is not understood; ${known}`;
  const place = issue.path
    .map((part) => (typeof part === 'number' ? `[${part}]` : `.${String(part)}`))
    .join('');
  const where = place.replace(/^\./, '');
  if (issue.code === 'unrecognized_keys') {
    const names = issue.keys.map((name) => `"${name}"`).join(', ');
    return `unknown ${about.what} ${names}${where === '' ? '' : ` in ${where}`}; ${known}`;
  }
  if (where === '') return `the body must be a JSON object; ${known}`;
  return `${where}: ${issue.message}; ${known}`;
}
