const NUMBER = /^[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?$/;

/** What an unquoted scalar means in YAML 1.2, for text that came in through a variable. Never a list or a mapping. */
export function plainScalarValue(text: string): string | number | boolean {
  if (NUMBER.test(text)) return Number(text);
  if (text === 'true') return true;
  if (text === 'false') return false;
  return text;
}
