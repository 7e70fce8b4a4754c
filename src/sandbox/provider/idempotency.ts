import type { EpochMs } from '../../domain/time.ts';
import type { Account, KeyEntry } from './account.ts';
import { fail, type Outcome } from './answer.ts';
import { lookup } from './lookup.ts';
import { happens } from './random.ts';
import type { World } from './world.ts';

/**
 * Idempotency keys, one set per user.
 *
 * Sources: API sheet, "Idempotency": a repeat answers the cached response with `idempotency_replay: true` and charges
 * nothing. Stripe, "Idempotent requests": another body under the same key is an `idempotency_error`; a key whose first
 * request is still running is a 409 `idempotency_key_in_use`; requests that failed validation are not remembered.
 *
 * A key is open (its request is being processed), then kept (its answer is replayed) or gone.
 */
export type KeyVerdict =
  | { readonly kind: 'fresh' }
  | { readonly kind: 'replay'; readonly answer: NonNullable<KeyEntry['answer']> }
  | { readonly kind: 'refused'; readonly outcome: Outcome };

const KEYS_MAX_PER_ACCOUNT = 5_000;

export function openKey(
  world: World,
  account: Account,
  use: { readonly key: string; readonly fingerprint: string; readonly now: EpochMs },
): KeyVerdict {
  const { key, fingerprint, now } = use;
  const entry = lookup(account.keys, key);
  if (entry !== null && (entry.isOpen || now - entry.at < world.faults.key_retention_ms)) {
    if (entry.fingerprint !== fingerprint) return { kind: 'refused', outcome: otherBody() };
    if (entry.isOpen || entry.answer === null) return { kind: 'refused', outcome: inUse() };
    return { kind: 'replay', answer: entry.answer };
  }
  forgetOldKeys(world, account, now);
  // An expired entry is taken out first: a record keeps the place of a key that is merely overwritten.
  delete account.keys[key];
  account.keys[key] = { fingerprint, at: now, isOpen: true, answer: null };
  return { kind: 'fresh' };
}

/** The request of the key has been executed: keeps its answer where such answers are kept. */
export function keepAnswer(world: World, entry: KeyEntry, answer: NonNullable<KeyEntry['answer']>): void {
  const isKept =
    answer.status < 300 || (answer.status === 402 && happens(world, world.faults.decline_caching));
  if (!isKept) return;
  entry.answer = answer;
  world.revision += 1;
}

/** The request of the key has left the provider: with an answer the key is kept, without one it is gone. */
export function closeKey(account: Account, key: string): void {
  const entry = lookup(account.keys, key);
  if (entry === null) return;
  entry.isOpen = false;
  if (entry.answer === null) delete account.keys[key];
}

function forgetOldKeys(world: World, account: Account, now: EpochMs): void {
  const keys = Object.keys(account.keys);
  if (keys.length < KEYS_MAX_PER_ACCOUNT) return;
  for (const [index, key] of keys.entries()) {
    const entry = account.keys[key];
    if (entry === undefined || entry.isOpen) continue;
    const isOld = now - entry.at >= world.faults.key_retention_ms;
    if (isOld || index < KEYS_MAX_PER_ACCOUNT / 10) delete account.keys[key];
  }
}

function otherBody(): Outcome {
  const message =
    'Keys for idempotent requests can only be used with the same parameters they were first used with. ' +
    'Try using a key other than the one that was used.';
  return fail(400, 'idempotency_error', message);
}

function inUse(): Outcome {
  return fail(
    409,
    'idempotency_key_in_use',
    'There is another request in progress that uses this Idempotency-Key.',
  );
}
