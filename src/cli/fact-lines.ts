import { plainText } from './plain-text.ts';

/** Facts of undocumented shape, a line each, what is inside indented below it. */
export function factLines(facts: unknown, indent = ''): string {
  if (!isNested(facts)) return `${indent}${wordOf(facts)}`;
  if (Array.isArray(facts))
    return facts.map((item) => `${indent}- ${factLines(item, `${indent}  `).trimStart()}`).join('\n');
  return Object.entries(facts)
    .map(([key, value]) =>
      isNested(value)
        ? `${indent}${plainText(key)}:\n${factLines(value, `${indent}  `)}`
        : `${indent}${plainText(key)}: ${wordOf(value)}`,
    )
    .join('\n');
}

/** What needs lines of its own: a list or record that is not empty. */
function isNested(value: unknown): value is object {
  return typeof value === 'object' && value !== null && Object.keys(value).length > 0;
}

function wordOf(value: unknown): string {
  if (value === null || value === undefined || value === '') return '-';
  if (typeof value === 'object') return 'none';
  return plainText(String(value));
}
