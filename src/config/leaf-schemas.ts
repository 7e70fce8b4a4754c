import { z } from 'zod';
import type { ScalarNode } from './config-node.ts';
import { key } from './key-facts.ts';

/** Nobody's single setting should be larger; more is a slip of the hand. */
export const AMOUNT_MAX_DOLLARS = 1_000_000;

export const NAME_PATTERN = /^[A-Za-z0-9][A-Za-z0-9._-]{0,62}$/;
export const NAME_WANTED =
  'a name of 1 to 63 letters, digits, ".", "_" or "-" that starts with a letter or digit';
const DURATION_PATTERN = /^(?:\d+(?:ms|[smhdw]))+$/;

/** An amount of US dollars above zero. Whole cents are checked where the text is read (`read-amount.ts`). */
export function amountSchema(description: string, example: string) {
  return key(z.number().min(0.01).max(AMOUNT_MAX_DOLLARS), {
    description: `${description} US dollars with at most two decimals, 0.01 to 1000000, written bare. Example: ${example}.`,
    wanted: `an amount in dollars from 0.01 to ${AMOUNT_MAX_DOLLARS}`,
    example,
    rewrite: bareAmount,
  });
}

/** A duration such as 90m; its range is checked where it is read (`read-duration.ts`). */
export function durationSchema(description: string, example: string) {
  return key(z.string().regex(DURATION_PATTERN), {
    description: `${description} A duration: whole numbers with ms, s, m, h, d or w, such as 1h30m. Example: ${example}.`,
    wanted: 'a duration with its unit',
    example,
    rewrite: (found) => {
      const [unit = 's'] = /[a-z]+$/.exec(example) ?? [];
      return typeof found.value === 'number' && /^\d+$/.test(found.text) ? `${found.text}${unit}` : null;
    },
  });
}

export function nameSchema(description: string, example: string) {
  return key(z.string().regex(NAME_PATTERN), {
    description,
    wanted: NAME_WANTED,
    example,
    rewrite: (found) => (typeof found.value === 'number' ? `"${found.text}"` : null),
  });
}

export function textSchema(description: string, example: string) {
  return key(z.string().min(1).max(1_000), { description, wanted: 'text', example });
}

export function flagSchema(description: string) {
  return key(z.boolean(), { description, wanted: 'true or false', example: 'true' });
}

export function choiceSchema<const Choices extends readonly [string, ...string[]]>(
  choices: Choices,
  description: string,
) {
  return key(z.enum(choices), { description, wanted: orList(choices), example: choices[0] });
}

/** Where a secret is to be found. The secret itself never stands in a config. */
export function secretSchema(description: string, example: string) {
  const source = z
    .strictObject({
      file: textSchema(
        'File that holds it; relative to the folder of the config. A last line break is dropped.',
        '/run/secrets/token',
      ).optional(),
      env: textSchema('Environment variable that holds it.', 'RENDER_EU_TOKEN').optional(),
    })
    .meta({ oneOf: [{ required: ['file'] }, { required: ['env'] }] });
  return key(source, { description, wanted: '{ file: … } or { env: … }', example, isSecret: true });
}

/** "a, b or c". */
function orList(words: readonly string[]): string {
  if (words.length < 2) return words.join('');
  return `${words.slice(0, -1).join(', ')} or ${words.at(-1)}`;
}

/** "$20", "20 USD", "20_000", "20,000" and quoted numbers as a bare amount. */
function bareAmount(found: ScalarNode): string | null {
  if (typeof found.value !== 'string') return null;
  const bare = found.text
    .trim()
    .replace(/^\$\s*|\s*(?:\$|usd|dollars?)$/gi, '')
    .replace(/(?<=\d)[_,'](?=\d{3}(?:\D|$))/g, '');
  return /^\d{1,7}(?:\.\d{1,2})?$/.test(bare) ? bare : null;
}
