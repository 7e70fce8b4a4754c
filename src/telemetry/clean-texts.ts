/** Values that machines go by: masking one would break what it joins. */
const KEPT = new Set([
  'account',
  'id',
  'intent_id',
  'key',
  'fingerprint',
  'type',
  'kind',
  'state',
  'reason',
  'receiver',
]);

/** A JSON value with `clean` applied to every text that people read; numbers, keys and ids stay as they are. */
export function cleanTexts(value: unknown, clean: (text: string) => string): unknown {
  if (typeof value === 'string') return clean(value);
  if (Array.isArray(value)) return value.map((part) => cleanTexts(part, clean));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, part]) => [
      name,
      KEPT.has(name) && typeof part === 'string' ? part : cleanTexts(part, clean),
    ]),
  );
}
