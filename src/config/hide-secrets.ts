const MASK = '********';

/** A key that may hold a secret, also when it is misspelled, up to a value that is neither a mapping nor a variable. */
const SECRET_KEY =
  /["']?\b[\w-]*(?:to?ke?n|pas+w|pwd|secret|sercet|webhook|auth|cred|api_?key)[\w-]*["']?\s*:\s+(?!["']?\$\{|[{[&*|>\s])/gi;
const UUID = /[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}/i;
const LONG_WORD = /[A-Za-z0-9_+/=|.~-]{12,}/g;
const URL_TAIL = /(https?:\/\/)([^\s"'/,}]*@)?([^\s"'/,}]+)(\/[^\s"',}]*)/g;

/** A line of config with everything masked that could be a secret. Masks too much rather than too little. */
export function hideSecrets(line: string): string {
  return hideValues(line)
    .replace(URL_TAIL, (_, scheme: string, user: string | undefined, host: string, path: string) =>
      [scheme, user === undefined ? '' : mask(user), host, looksSecret(path) ? mask(path) : path].join(''),
    )
    .replace(LONG_WORD, (word) => (looksSecret(word) ? mask(word) : word));
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
