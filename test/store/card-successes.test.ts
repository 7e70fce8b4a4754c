import { expect, test } from 'vitest';
import type { IntentKind } from '../../src/charge/intent.ts';
import type { PaymentIntentId, SubscriptionId } from '../../src/domain/ids.ts';
import { cents } from '../../src/domain/money.ts';
import { addMs, DAY_MS, HOUR_MS } from '../../src/domain/time.ts';
import { aStore } from './a-store.ts';
import { anIntent, enter, NOW, ONE, request } from './an-intent.ts';

const CARD = 'card-of-many';
const SETTLED = { amountCents: cents(0), credit: null, by: 'subscription_status' } as const;

/** The card expires for one charge while the other is under way; what is known of it when that one has ended. */
async function cardBehind(kind: IntentKind, paymentIntent: PaymentIntentId | null) {
  const { journal } = await aStore();
  const subscription = 'sub_1' as SubscriptionId; // as the provider names it
  const other = anIntent({ kind, cardIdentity: CARD, subscription, paymentIntent });
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

const PAYMENT = 'pi_1' as PaymentIntentId; // as the provider names it

test.each(['resume', 'change_plan', 'reset_cycle'] as const)(
  'a %s of which no payment is known, which may have cost nothing, makes no dead card good',
  async (kind) => {
    expect(await cardBehind(kind, null)).toMatchObject({
      declines: [{ code: 'expired_card' }],
      lastSuccessAt: null,
    });
  },
);

test.each([
  ['resume', PAYMENT],
  ['change_plan', PAYMENT],
  ['fix_payment', null],
  ['subscribe', null],
] as const)('a %s that was paid (%s) shows that the card works', async (kind, payment) => {
  expect(await cardBehind(kind, payment)).toMatchObject({ lastSuccessAt: addMs(NOW, HOUR_MS) });
});
