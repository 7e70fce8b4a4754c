import { expect, test } from 'vitest';
import { HOUR_MS, MINUTE_MS } from '../../src/domain/time.ts';
import { startClient } from '../sandbox/sandbox-client.ts';
import { AKeeper } from './a-keeper.ts';
import { aPageIsOut, PAYS_BY_CARD_OR_LINK, paidIn } from './a-page-beside-a-card.ts';
import { WatchedWire } from './watched-wire.ts';

/** A person has paid; for ten minutes confirm is answered by something before the provider, or with a word about the account. */
test.each<[number, string]>([
  [404, '<html><body><h1>404 Not Found</h1></body></html>'],
  [400, '<html><body><center>400 Bad Request</center></body></html>'],
  [419, '{"message":"Page Expired"}'],
  [499, ''],
  [
    403,
    '{"data":null,"error":{"code":"session_expired","message":"Your session has expired, please log in again."}}',
  ],
  [403, '{"data":null,"error":{"code":"checkout_temporarily_disabled","message":"x"}}'],
  [425, '{"data":null,"error":{"code":"checkout_too_early","message":"x"}}'],
])('a page was paid, confirm answers %i %s for ten minutes: no card beside', async (status, bodyText) => {
  const client = await startClient();
  const wire = { isBad: false };
  const transport = new WatchedWire(async (send, _, { url }) =>
    wire.isBad && url.endsWith('/confirm-checkout')
      ? { kind: 'answered', status, headers: {}, bodyText }
      : await send(),
  );
  const keeper = await AKeeper.open(client, { wallet: PAYS_BY_CARD_OR_LINK, transport });
  await aPageIsOut(keeper);
  wire.isBad = true;
  await client.patch({ pay_link: true });
  await keeper.live(10 * MINUTE_MS);
  wire.isBad = false;
  await keeper.live(HOUR_MS);
  expect(await paidIn(client)).toEqual(['checkout 5000']);
});
