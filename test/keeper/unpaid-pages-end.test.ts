import { expect, test } from 'vitest';
import { cents } from '../../src/domain/money.ts';
import { HOUR_MS, MINUTE_MS } from '../../src/domain/time.ts';
import { startClient } from '../sandbox/sandbox-client.ts';
import { AKeeper } from './a-keeper.ts';
import { holdsOf } from './standing-of.ts';
import { answer, WatchedWire } from './watched-wire.ts';

/** What confirm answers before a payment is not documented (API sheet #17): this provider forbids it, with a code of its own. */
test.each([402, 403, 404, 409, 425])(
  'a page that nobody pays, where "not yet" is %i, ends and freezes nothing',
  async (status) => {
    const client = await startClient();
    const error = { code: 'checkout_incomplete', message: 'The checkout session is not paid.' };
    const transport = new WatchedWire(async (send, _, { url }) =>
      url.endsWith('/confirm-checkout') ? answer(status, { data: null, error }) : await send(),
    );
    const keeper = await AKeeper.open(client, { wallet: { pay_with: ['default'] }, transport });
    await keeper.live(5 * MINUTE_MS);
    const page = keeper.place({ kind: 'fund_link', amountCents: cents(1_000) });
    await keeper.live(MINUTE_MS);
    page.withdraw();
    await keeper.live(30 * HOUR_MS);
    expect(await holdsOf(keeper)).toEqual([]);
  },
);
