import { expect, test } from 'vitest';
import { HOUR_MS, MINUTE_MS } from '../../src/domain/time.ts';
import { startClient } from '../sandbox/sandbox-client.ts';
import { AKeeper } from './a-keeper.ts';
import { lower } from './a-low-wallet.ts';
import { aPageByHand } from './a-page-beside-a-card.ts';
import { charges } from './sandbox-record.ts';
import { holdsOf, statesOf } from './standing-of.ts';
import { answer, WatchedWire } from './watched-wire.ts';

const refusal = (code: string, message = 'x') => ({ data: null, error: { code, message } });
const said = (data: unknown) => ({ data, error: null });

/**
 * Nobody ever pays a $10 page made by hand. 'end': an odd word from the page's end on; 'missed': confirm answered 503 in the page's first
 * two minutes, the word is "not yet".
 */
test.each<[string, number, unknown]>([
  ['end', 200, said({ status: 'closed' })],
  ['end', 400, refusal('processing_error')],
  ['missed', 200, said({ status: 'pending' })],
  ['missed', 409, refusal('payment_pending')],
])(
  'unpaid page, %s %i %j: a wallet that is low the day after is funded by its free card',
  async (when, status, body) => {
    const client = await startClient();
    let madeAt = Number.POSITIVE_INFINITY;
    const transport = new WatchedWire(async (send, _, { url }) => {
      if (url.endsWith('/payment-link')) madeAt = client.clock.now();
      if (!url.endsWith('/confirm-checkout')) return await send();
      const ms = client.clock.now() - madeAt;
      if (when === 'missed') return ms < 2 * MINUTE_MS ? answer(503, {}) : answer(status, body);
      return ms >= 24 * HOUR_MS ? answer(status, body) : await send();
    });
    const keeper = await AKeeper.open(client, { wallet: { pay_with: ['default'] }, transport });
    await aPageByHand(keeper);
    await keeper.rest(25 * HOUR_MS);
    await lower(client, 1);
    await keeper.live(HOUR_MS);
    expect((await charges(client)).map(({ amount_cents }) => amount_cents)).toEqual([5_000]);
  },
  120_000,
);

/** Two servers of the provider say it in two ways, in turn. */
test('a page that nobody pays and that says so in two ways freezes nothing', async () => {
  const client = await startClient();
  let asked = 0;
  const transport = new WatchedWire(async (send, _, { url }) => {
    if (!url.endsWith('/confirm-checkout')) return await send();
    asked += 1;
    const code = asked % 2 === 0 ? 'validation_error' : 'invalid_session';
    return answer(400, refusal(code, 'The session is not paid.'));
  });
  const keeper = await AKeeper.open(client, { wallet: { pay_with: ['default'] }, transport });
  await aPageByHand(keeper);
  await keeper.rest(28 * HOUR_MS);
  expect([await statesOf(keeper), await holdsOf(keeper)]).toEqual([['fund_link released'], []]);
});
