import { expect, test } from 'vitest';
import { HOUR_MS, MINUTE_MS } from '../../src/domain/time.ts';
import { startClient } from '../sandbox/sandbox-client.ts';
import { AKeeper } from './a-keeper.ts';
import { aPageIsOut, isPaidOnce, LOST, PAYS_BY_CARD_OR_LINK } from './a-page-beside-a-card.ts';
import { statesOf } from './standing-of.ts';
import { answer, WatchedWire } from './watched-wire.ts';

/** The card's POSTs never arrive; a person pays the page by a bank transfer, which is credited an hour later; for two minutes more confirm says "processing". */
test('the row of a debit that came through is not that of a card in doubt', async () => {
  const client = await startClient();
  const wire = { isBad: false, isProcessing: false, session: '' };
  const opening = { wallet: PAYS_BY_CARD_OR_LINK };
  const transport = new WatchedWire(async (send, _, { url, body }) => {
    if (url.endsWith('/confirm-checkout')) {
      wire.session = String(body);
      if (wire.isProcessing) return answer(200, { data: { status: 'processing' }, error: null });
    }
    return wire.isBad && url.endsWith('/wallet/fund') ? LOST : await send();
  });
  const keeper = await AKeeper.open(client, { ...opening, transport });
  await aPageIsOut(keeper);
  wire.isBad = true;
  await keeper.live(10 * MINUTE_MS);
  expect(await statesOf(keeper)).toEqual(['fund in_doubt', 'fund_link link_open', 'fund released']);
  wire.isProcessing = true;
  await keeper.live(HOUR_MS);
  await client.patch({ pay_link: true });
  await client.ask('/wallet/confirm-checkout', { body: JSON.parse(wire.session), key: 'by-itself' });
  await keeper.live(2 * MINUTE_MS);
  await keeper.live(10 * MINUTE_MS);
  wire.isProcessing = false;
  await keeper.live(4 * HOUR_MS);
  await isPaidOnce(keeper);
});
