import { expect, test } from 'vitest';
import type { IntentKind } from '../../src/charge/intent.ts';
import type { SubscriptionId } from '../../src/domain/ids.ts';
import { cents } from '../../src/domain/money.ts';
import { addMs, DAY_MS, HOUR_MS } from '../../src/domain/time.ts';
import { aStore } from './a-store.ts';
import { anIntent, enter, NOW, ONE, request } from './an-intent.ts';

const CARD = 'card-of-many';
const SETTLED = { amountCents: cents(0), credit: null, by: 'subscription_status' } as const;

/** The card expires for one charge while the other is under way; what is known of it when that one has ended. */
async function cardBehind(kind: IntentKind) {
  const { journal } = await aStore();
  const other = anIntent({ kind, cardIdentity: CARD, subscription: 'sub_1' as SubscriptionId }); // as the provider names it
  await journal.arm(request(other));
  const fund = anIntent({ cardIdentity: CARD });
  await journal.arm(request(fund));
  await enter(journal, fund, { kind: 'declined', since: NOW, code: 'expired_card' });
  const at = addMs(NOW, HOUR_MS);
  const charged = await enter(journal, other, { kind: 'charged', since: at }, { atMs: HOUR_MS });
  await enter(journal, charged, { kind: 'settled', at, ...SETTLED }, { atMs: HOUR_MS });
  const history = await journal.history({
    account: ONE,
    identity: 'one@example.test',
    kind: 'fund',
    anchor: 'next',
    listed: [],
    cardIdentities: [CARD],
    scopes: [],
    now: addMs(NOW, DAY_MS),
  });
  return history.cards.get(CARD);
}

test.each(['resume', 'change_plan'] as const)(
  'a %s, which may have cost nothing, makes no dead card good',
  async (kind) => {
    expect(await cardBehind(kind)).toMatchObject({
      declines: [{ code: 'expired_card' }],
      lastSuccessAt: null,
    });
  },
);

test.each(['fix_payment', 'subscribe'] as const)(
  'a %s that was paid shows that the card works',
  async (kind) => {
    expect(await cardBehind(kind)).toMatchObject({ lastSuccessAt: addMs(NOW, HOUR_MS) });
  },
);
