import type { Secret } from '../domain/secret.ts';
import { isRecord } from './rows.ts';

const MASK = '[secret]';
const SECRET_NAME = /secret|password|access_token|api_key|^token$|^cvc$/i;
/** A `number` is a card's, unless it has more than digits: invoices have numbers too. */
const CARD_NUMBER_NAME = /^number$/i;
const HAS_WORDS = /[a-z]/i;
/** Client secrets, secret keys, and 14 to 19 digits: a card number (13 would catch milliseconds since 1970). */
const SECRET_TEXT = /\b\w+_secret_\w+\b|\b[sr]k_(?:live|test)_\w+\b|\b\d(?:[ -]?\d){13,18}\b/g;
const TEXT_MAX = 200;
const DEPTH_MAX = 6;

/**
 * Words of the provider made fit for a message: `secrets` and what looks like one replaced, control characters out,
 * at most 200 characters.
 */
export function safeText(text: string, secrets: readonly Secret[] = []): string {
  let safe = text.slice(0, 4_096);
  for (const secret of secrets) {
    const bare = secret.reveal();
    if (bare.length >= 3) safe = safe.replaceAll(bare, MASK);
  }
  safe = safe.replace(SECRET_TEXT, MASK).replace(/[\p{Cc}\p{Cf}\u2028\u2029]+/gu, ' ');
  return safe.length > TEXT_MAX ? `${safe.slice(0, TEXT_MAX - 1)}…` : safe;
}

/** A copy of a JSON value in which fields named like secrets, and text that looks like one, read "[secret]". */
export function withoutSecrets(value: unknown, secrets: readonly Secret[] = [], depth = 0): unknown {
  if (typeof value === 'string') return withoutSecretText(value, secrets);
  if (depth >= DEPTH_MAX) return typeof value === 'object' && value !== null ? MASK : value;
  if (Array.isArray(value)) return value.map((item) => withoutSecrets(item, secrets, depth + 1));
  if (!isRecord(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, inner]) => [
      name,
      isSecret(name, inner) ? MASK : withoutSecrets(inner, secrets, depth + 1),
    ]),
  );
}

function isSecret(name: string, value: unknown): boolean {
  if (value === null) return false;
  if (CARD_NUMBER_NAME.test(name)) return !(typeof value === 'string' && HAS_WORDS.test(value));
  return SECRET_NAME.test(name);
}

function withoutSecretText(text: string, secrets: readonly Secret[]): string {
  let safe = text;
  for (const secret of secrets) {
    const bare = secret.reveal();
    if (bare.length >= 3) safe = safe.replaceAll(bare, MASK);
  }
  return safe.replace(SECRET_TEXT, MASK);
}
