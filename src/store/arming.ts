import { bytesOf } from '../charge/call.ts';
import { isKeyUnused } from '../charge/intent.ts';
import type { ArmRequest, ArmResult } from '../charge/journal.ts';
import { assert } from '../domain/assert.ts';
import { capRefusal } from '../domain/caps.ts';
import { cardVerdict } from '../domain/card-ceiling.ts';
import type { Watch } from '../domain/history.ts';
import type { CardRecords } from './card-records.ts';
import type { Database } from './database.ts';
import type { Exposure } from './exposure.ts';
import { appendSend, appendTransition, giveUpKey, insertIntent, readIntent } from './intent-rows.ts';

/**
 * The arming transaction: everything that forbids a charge is checked again here, where nothing can come in between,
 * and only then the intent, its first send and its reservation are written (I2, I3, I4, I5, I8).
 * Call inside a write transaction.
 */
export function armInTransaction(
  parts: { database: Database; exposure: Exposure; cards: CardRecords; watch: Watch },
  request: ArmRequest,
): ArmResult {
  const { database, exposure, cards, watch } = parts;
  const { intent, now } = request;
  assert(intent.state.kind === 'armed' && intent.sends === 1, `${intent.id} is not fresh`);
  const refuse = (
    why: 'held' | 'open_intent' | 'key_known' | 'quarantined' | 'card_ceiling',
    sentence: string,
  ): ArmResult => ({
    kind: 'refused',
    why,
    sentence,
  });
  if (watch.kind === 'quarantine') return refuse('quarantined', 'the journal is new; only watching');
  const held = database.get('SELECT reason FROM hold WHERE account = ? LIMIT 1', intent.account);
  if (held !== undefined) return refuse('held', `held: ${String(held['reason'])}`);
  const open = database.get(
    'SELECT id FROM intent WHERE account = ? AND kind = ? AND is_open = 1',
    intent.account,
    intent.kind,
  );
  if (open !== undefined) return refuse('open_intent', `${String(open['id'])} is still open`);
  const known = database.get('SELECT doc FROM intent WHERE key = ?', intent.key);
  const before = known === undefined ? null : readIntent(known);
  const isFree = before === null || (isKeyUnused(before) && bytesOf(before) === bytesOf(intent)); // I5
  if (!isFree) return refuse('key_known', `its key was used by ${before.id}`);
  if (intent.cardIdentity !== null) {
    const verdict = cardVerdict(cards.read(intent.cardIdentity, now), now);
    if (verdict.kind !== 'free')
      return refuse(
        'card_ceiling',
        verdict.kind === 'busy' ? 'the card is busy' : `the card was ${verdict.why}`,
      );
  }
  for (const scope of request.scopes) {
    const refusal = capRefusal(scope, exposure.usage(scope, now), intent.amountCents);
    if (refusal !== null) return { kind: 'refused', why: 'cap', refusal };
  }
  if (before !== null) giveUpKey(database, before);
  insertIntent(database, intent);
  appendSend(database, intent);
  appendTransition(database, { before: null, after: intent, why: 'armed', at: now });
  exposure.reserve(intent);
  return { kind: 'armed' };
}
