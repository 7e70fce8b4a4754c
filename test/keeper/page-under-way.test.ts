import { expect, test } from 'vitest';
import { HOUR_MS, MINUTE_MS } from '../../src/domain/time.ts';
import { startClient } from '../sandbox/sandbox-client.ts';
import { AKeeper } from './a-keeper.ts';
import { lower } from './a-low-wallet.ts';
import { charges } from './sandbox-record.ts';
import { statesOf } from './standing-of.ts';
import { answer, WatchedWire } from './watched-wire.ts';

const VISA = 'pm_agent_0001_visa';

/**
 * Stripe Checkout with a payment that takes days (bank debit): the session is `complete` and its `payment_status` is `unpaid`
 * until the money arrives (Stripe, "Delayed notification payment methods"). The person has paid; nobody can pay again.
 */
test.each<[string, Record<string, unknown>, number]>([
  ['complete, payment_status unpaid', { status: 'complete', payment_status: 'unpaid' }, 200],
  ['processing', { status: 'processing' }, 200],
  ['pending', { status: 'pending' }, 200],
])(
  'a page of which a person has paid by bank debit (%s) is not paid by card beside',
  async (_what, data, status) => {
    const client = await startClient();
    const scene = { isProcessing: false };
    const transport = new WatchedWire(async (send, _, { url }) =>
      scene.isProcessing && url.endsWith('/confirm-checkout')
        ? answer(status, { data, error: null })
        : await send(),
    );
    const keeper = await AKeeper.open(client, { wallet: { pay_with: ['default', 'human'] }, transport });
    await keeper.pass();
    await client.patch({ cards: [{ id: VISA, behaviour: 'insufficient_funds' }] });
    await lower(client);
    await keeper.live(5 * HOUR_MS);
    scene.isProcessing = true; // a person has paid, the bank takes its time
    await keeper.live(58 * MINUTE_MS);
    await client.patch({ cards: [{ id: VISA, behaviour: 'succeed' }] });
    await keeper.live(2 * HOUR_MS);
    expect([await charges(client), await statesOf(keeper)]).toEqual([
      [],
      ['fund_link link_open', 'fund released'],
    ]);
  },
);
