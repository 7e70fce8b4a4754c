import { expect, test } from 'vitest';
import type { HandOrder } from '../../src/domain/hand-order.ts';
import { cents } from '../../src/domain/money.ts';
import { HOUR_MS, MINUTE_MS } from '../../src/domain/time.ts';
import { startClient } from '../sandbox/sandbox-client.ts';
import { AKeeper } from './a-keeper.ts';
import { aLowWallet } from './a-low-wallet.ts';
import { answer, WatchedWire } from './watched-wire.ts';

const FUND: HandOrder = { kind: 'fund', amountCents: cents(3_000), card: null, coupon: null };

test.each<[string, HandOrder]>([
  ['a top-up', FUND],
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

test.each([403, 500])(
  'one is made where the provider answers %i for its debits, for whoever orders knows what for',
  async (status) => {
    const client = await startClient();
    const transport = new WatchedWire(
      async (send) => await send(),
      async (send, { url }) => (url.includes('type=debit') ? answer(status, {}) : await send()),
    );
    const keeper = await AKeeper.open(client, { transport });
    await keeper.pass();
    for (const _ of [1, 2]) {
      expect(await keeper.ask([FUND])).toMatchObject([{ outcome: 'done' }]);
      await keeper.live(2 * HOUR_MS);
    }
  },
);
