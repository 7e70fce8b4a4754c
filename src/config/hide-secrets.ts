import { OPEN_KEYS } from './open-keys.ts';

const MASK = '********';

/** A key that may hold a secret, also when it is misspelled, up to a value that is neither a mapping nor a variable. */
const SECRET_KEY =
  /["']?\b[\w-]*(?:to?ke?n|pas+w|pwd|secret|sercet|webhook|auth|cred|api_?key)[\w-]*["']?\s*:\s+(?!["']?\$\{|[{[&*|>\s])/gi;
const UUID = /[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}/i;
const LONG_WORD = /[A-Za-z0-9_+/=|.~-]{12,}/g;
const URL_TAIL = /(https?:\/\/)([^\s"'/,}]*@)?([^\s"'/,}]+)(\/[^\s"',}]*)/g;

/** A key in a line: at its beginning, in a list, or in a flow mapping. */
const KEY = /(?<=^|[\s{,[-])(["']?)([\w.-]+)\1\s*:(?=\s|$)/g;
const COMMENT = /(?<=^|\s)#.*$/;
const WORD = /(["']?)\$\{\w+\}\1|[^\s{}[\],]+/g;
/** What is too short, a number with its unit, or a reference to a variable. */
const HARMLESS = /^(?:.{1,3}|\d{1,7}(?:\.\d{1,2})?[a-z%]?|true|false|null|["']?\$\{\w+\}["']?)$/;
const VARIABLE_NAME = /^[A-Z_][A-Z0-9_]*$/;

/**
 * A line of config with everything masked that could be a secret: whatever a person has typed as a comment, under a key
 * that is not known for open values, or under none. Masks too much rather than too little.
 * @param holder the key that holds what stands in the line under no key of its own; `null` where that is not known
 */
export function hideSecrets(line: string, holder: string | null): string {
  return hideClosed(hideValues(line), holder)
    .replace(URL_TAIL, (_, scheme: string, user: string | undefined, host: string, path: string) =>
      [scheme, user === undefined ? '' : mask(user), host, looksSecret(path) ? mask(path) : path].join(''),
    )
    .replace(LONG_WORD, (word) => (looksSecret(word) ? mask(word) : word));
}

function hideClosed(line: string, holder: string | null): string {
  const keys = [...line.matchAll(KEY)];
  const start = keys[0]?.index ?? line.length;
  const shown = [hideWords(line.slice(0, start), holder)];
  for (const [index, match] of keys.entries()) {
    const valueAt = match.index + match[0].length;
    const value = line.slice(valueAt, keys[index + 1]?.index ?? line.length);
    shown.push(match[0], hideWords(value, match[2] ?? null));
  }
  return shown.join('').replace(COMMENT, (comment) => hideWords(comment, null));
}

function hideWords(text: string, key: string | null): string {
  if (key !== null && OPEN_KEYS.has(key)) return text;
  return text.replace(WORD, (word) => {
    const isShown = HARMLESS.test(word) || (key === 'env' && VARIABLE_NAME.test(word));
    return isShown ? word : mask(word);
  });
}

function hideValues(line: string): string {
  let hidden = line;
  for (const match of line.matchAll(SECRET_KEY)) {
    const start = match.index + match[0].length;
    const end = valueEnd(line, start);
    hidden = hidden.slice(0, start) + mask(line.slice(start, end)) + hidden.slice(end);
  }
  return hidden;
}

/** Quoted values end at their quote, bare ones inside { } at the next comma or bracket, all others with the line. */
function valueEnd(line: string, start: number): number {
  const quote = line[start];
  if (quote === '"' || quote === "'") {
    const close = line.indexOf(quote, start + 1);
    return close === -1 || line[close + 1] === quote || line[close - 1] === '\\' ? line.length : close + 1;
  }
  const isFlow = line.slice(0, start).includes('{');
  const length = line.slice(start).search(isFlow ? /\s*[,}\]]/ : /\s*$/);
  return length === -1 ? line.length : start + length;
}

/** True where a word is what tokens look like and prose, names and paths do not: long, and letters mixed with digits or cases. */
export function looksSecret(text: string): boolean {
  if (UUID.test(text)) return true;
  return text.split(/[\s/.:,_-]+/).some((word) => {
    if (word.length < 12) return false;
    const hasMixedCase = /[a-z]/.test(word) && /[A-Z]/.test(word);
    return (/\d/.test(word) && /[a-z]/i.test(word)) || (word.length >= 16 && hasMixedCase);
  });
}

/** As long as what it hides, so that the underline still fits. */
function mask(value: string): string {
  return value.length <= MASK.length ? '*'.repeat(value.length) : MASK.padEnd(value.length, '*');
}
