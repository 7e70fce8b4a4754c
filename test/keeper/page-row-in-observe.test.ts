import { expect, test } from 'vitest';
import { HOUR_MS, MINUTE_MS } from '../../src/domain/time.ts';
import { startClient } from '../sandbox/sandbox-client.ts';
import { AKeeper } from './a-keeper.ts';
import { aPageIsOut, isPaidOnce, LOST, PAYS_BY_CARD_OR_LINK } from './a-page-beside-a-card.ts';
import { statesOf } from './standing-of.ts';
import { WatchedWire } from './watched-wire.ts';

/** The card's POST never arrives; somebody reloads `mode: observe`; an hour later a person pays the page, which the provider credits by itself; then enforce. */
test.each([60, 15])(
  'a page that is paid %i min behind a lost POST, while purser only watches',
  async (minutes) => {
    const client = await startClient();
    const wire = { isBad: false, session: '' };
    const opening = { wallet: PAYS_BY_CARD_OR_LINK };
    let brake = () => {};
    const transport = new WatchedWire(async (send, _, { url, body }) => {
      if (url.endsWith('/confirm-checkout')) wire.session = String(body);
      if (!wire.isBad || !url.endsWith('/wallet/fund')) return await send();
      brake();
      return LOST;
    });
    const keeper = await AKeeper.open(client, { ...opening, transport });
    await aPageIsOut(keeper);
    wire.isBad = true;
    brake = () => keeper.respec({ ...opening, mode: 'observe' });
    await keeper.live(minutes * MINUTE_MS);
    expect(await statesOf(keeper)).toEqual(['fund in_doubt', 'fund_link link_open', 'fund released']);
    await client.patch({ pay_link: true });
    await client.ask('/wallet/confirm-checkout', { body: JSON.parse(wire.session), key: 'by-itself' });
    await keeper.live(20 * MINUTE_MS);
    wire.isBad = false;
    keeper.respec(opening);
    await keeper.live(4 * HOUR_MS);
    await isPaidOnce(keeper);
  },
);
