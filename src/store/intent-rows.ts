import type { Intent } from '../charge/intent.ts';
import { isOpen } from '../charge/intent.ts';
import { assert } from '../domain/assert.ts';
import type { PaymentIntentId } from '../domain/ids.ts';
import { PurserError } from '../domain/purser-error.ts';
import type { EpochMs } from '../domain/time.ts';
import type { Database, Row } from './database.ts';

export function readIntent(row: Row): Intent {
  return JSON.parse(String(row['doc'])) as Intent; // the column holds what `insertIntent` and `updateIntent` wrote
}

export function insertIntent(database: Database, intent: Intent): void {
  database.run(
    `INSERT INTO intent (id, account, identity, kind, key, anchor, attempt, state, is_open, amount_cents, payment_intent, card,
       armed_at, changed_at, doc) VALUES (?, ?, ?, ?, ?, ?, ?, ?, 1, ?, ?, ?, ?, ?, ?)`,
    intent.id,
    intent.account,
    intent.identity,
    intent.kind,
    intent.key,
    intent.anchor,
    intent.attempt,
    intent.state.kind,
    intent.amountCents,
    intent.paymentIntent,
    intent.cardIdentity,
    intent.armedAt,
    intent.armedAt,
    JSON.stringify(intent),
  );
}

/** The column holds each key once, for whoever may send under it; what the intent went out under stays in its `doc`. */
export function giveUpKey(database: Database, { id, key }: Intent): void {
  database.run('UPDATE intent SET key = ? WHERE id = ?', `${key}/${id}`, id);
}

/**
 * Writes the next state of an intent over the one it was worked out from. Throws where another process (an operator's
 * `purser resolve`) changed it in between, or where key or body would change (I5).
 */
export function updateIntent(database: Database, before: Intent, after: Intent, now: EpochMs): void {
  assert(before.key === after.key && before.body === after.body, `${before.id} would change its key or body`);
  assert(isOpen(before), `${before.id} is closed and cannot change`);
  const settledCents = after.state.kind === 'settled' ? after.state.amountCents : 0;
  const changed = database.run(
    `UPDATE intent SET state = ?, is_open = ?, settled_cents = ?, payment_intent = ?, changed_at = ?, doc = ?
     WHERE id = ? AND doc = ?`,
    after.state.kind,
    isOpen(after) ? 1 : 0,
    settledCents,
    after.paymentIntent,
    now,
    JSON.stringify(after),
    before.id,
    JSON.stringify(before),
  );
  if (changed !== 1) throw changedMeanwhile(before);
}

function changedMeanwhile({ id }: Intent): PurserError {
  return new PurserError({
    code: 'journal_conflict',
    message: `${id} was changed by someone else meanwhile`,
    mend: 'Look at it with `purser explain`, then try again.',
  });
}

/** A settled intent of which more is known. Throws where it was changed in between. */
export function amendIntent(database: Database, before: Intent, after: Intent): void {
  assert(after.state.kind === 'settled', `${after.id} is not settled: nothing more can be known of it`);
  const changed = database.run(
    "UPDATE intent SET settled_cents = ?, doc = ? WHERE id = ? AND doc = ? AND state = 'settled'",
    after.state.amountCents,
    JSON.stringify(after),
    before.id,
    JSON.stringify(before),
  );
  if (changed !== 1) throw changedMeanwhile(before);
}

/** Of a closed intent that has none; whatever else is written of it stays. */
export function namePayment(database: Database, intent: Intent['id'], payment: PaymentIntentId): void {
  database.run(
    `UPDATE intent SET payment_intent = ?1, doc = json_set(doc, '$.paymentIntent', ?1)
     WHERE id = ?2 AND is_open = 0 AND payment_intent IS NULL`,
    payment,
    intent,
  );
}

export function appendTransition(
  database: Database,
  step: {
    readonly before: Intent | null;
    readonly after: Intent;
    readonly why: string;
    readonly at: EpochMs;
  },
): void {
  database.run(
    `INSERT INTO transition (intent, ordinal, from_state, to_state, why, at)
     VALUES (?1, (SELECT count(*) FROM transition WHERE intent = ?1), ?2, ?3, ?4, ?5)`,
    step.after.id,
    step.before?.state.kind ?? null,
    step.after.state.kind,
    step.why,
    step.at,
  );
}

export function appendSend(database: Database, intent: Intent): void {
  database.run(
    'INSERT INTO send (intent, ordinal, at) VALUES (?, ?, ?)',
    intent.id,
    intent.sends,
    intent.lastSendAt,
  );
}
