import { expect, test } from 'vitest';
import type { HandOrder } from '../../src/domain/hand-order.ts';
import { cents } from '../../src/domain/money.ts';
import { MINUTE_MS } from '../../src/domain/time.ts';
import { aLowWallet } from './a-low-wallet.ts';

test.each<[string, HandOrder]>([
  ['a top-up', { kind: 'fund', amountCents: cents(3_000), card: null, coupon: null }],
  ['a charge without a card of its own', { kind: 'charge_amount', amountCents: cents(3_000) }],
])(
  '%s that somebody orders is not made where the provider has just taken back a charge: a person looks first',
  async (_, order) => {
    const { client, keeper } = await aLowWallet();
    await keeper.live(30 * MINUTE_MS);
    const [first] = await keeper.intents();
    await client.patch({ refund: first?.payment_intent });
    const answers = await keeper.ask([order]);
    expect(answers).toMatchObject([{ outcome: 'refused', reason: 'frozen' }]);
    expect((await client.control('/charges')).body).toHaveLength(1);
  },
);
