import { expect, test } from 'vitest';
import { cents } from '../../src/domain/money.ts';
import { MINUTE_MS, SECOND_MS } from '../../src/domain/time.ts';
import { startClient } from '../sandbox/sandbox-client.ts';
import { AKeeper } from './a-keeper.ts';
import { lower } from './a-low-wallet.ts';
import { LOST, paidIn } from './a-page-beside-a-card.ts';
import { faults } from './sandbox-record.ts';
import { answer, WatchedWire } from './watched-wire.ts';

/**
 * The card is cooling down when a person orders a page and pays it within half a minute. The one "paid" is lost, or went to
 * the provider's own success page; who asks within the page's first minute hears a code that says nothing. Pages are old.
 */
test.each([
  [409, 'lost'],
  [409, 'heard by another'],
  [404, 'heard by another'],
])(
  'a page whose "not yet" is %i is paid within a minute, its "paid" is %s: no card beside',
  async (notYet, what) => {
    const client = await startClient();
    const scene = { isPaid: false, isOver: what !== 'lost' };
    const transport = new WatchedWire(async (send, _, { url }) => {
      if (!url.endsWith('/confirm-checkout')) return await send();
      if (!scene.isPaid) return answer(notYet, { message: 'This session has no payment.' });
      if (scene.isOver)
        return answer(409, { data: null, error: { code: 'conflict', message: 'Session is not open.' } });
      scene.isOver = true;
      await send();
      return LOST;
    });
    const keeper = await AKeeper.open(client, { transport });
    await keeper.live(5 * MINUTE_MS);
    await lower(client);
    await keeper.live(2 * MINUTE_MS);
    await lower(client, 5);
    await keeper.live(MINUTE_MS);
    const order = keeper.place({ kind: 'fund_link', amountCents: cents(5_000) });
    await keeper.live(25 * SECOND_MS);
    order.withdraw();
    await faults(client, { delayed_ledger_rows: 1, ledger_delay_ms: 8 * MINUTE_MS, stale_balance: 1 });
    await client.patch({ pay_link: true });
    scene.isPaid = true;
    await keeper.live(10 * MINUTE_MS);
    await faults(client, { stale_balance: 0 });
    await keeper.live(20 * MINUTE_MS);
    expect(scene.isOver).toBe(true);
    expect(await paidIn(client)).toEqual(['fund 5000', 'checkout 5000']);
  },
);
