import { expect, test } from 'vitest';
import { HOUR_MS } from '../../src/domain/time.ts';
import { startClient } from '../sandbox/sandbox-client.ts';
import { AKeeper, type Opening } from './a-keeper.ts';
import { aPageIsOut, LOST, PAYS_BY_CARD_OR_LINK } from './a-page-beside-a-card.ts';
import { charges } from './sandbox-record.ts';
import { holdsOf, statesOf } from './standing-of.ts';
import { answer, WatchedWire } from './watched-wire.ts';

/** A page is out; the card beside it is charged by its `nth` POST, whose answer is lost; then nobody asks the page any more. */
test.each<[number, string]>([
  [1, 'purser only watches'],
  [5, 'purser only watches'],
  [1, 'the provider does not say'],
])('a card that was charged by POST %i has its row, though %s whether a page was paid', async (nth, what) => {
  const client = await startClient();
  const wire = { isBad: false, isSilent: false, posts: 0, onCharged: () => {} };
  const transport = new WatchedWire(async (send, _, { url }) => {
    if (wire.isSilent && url.endsWith('/confirm-checkout')) return answer(503, {});
    if (!wire.isBad || !url.endsWith('/wallet/fund')) return await send();
    wire.posts += 1;
    if (wire.posts < nth) return LOST; // never arrived
    await send();
    wire.onCharged();
    return LOST;
  });
  const opening: Opening = { wallet: PAYS_BY_CARD_OR_LINK, transport };
  const keeper = await AKeeper.open(client, opening);
  await aPageIsOut(keeper);
  wire.isBad = true;
  wire.onCharged = () => {
    if (what === 'purser only watches') keeper.respec({ ...opening, mode: 'observe' });
    else wire.isSilent = true;
  };
  await keeper.live(5 * HOUR_MS);
  expect(wire.posts).toBe(nth);
  expect(await charges(client)).toHaveLength(1);
  expect([await statesOf(keeper), await holdsOf(keeper)]).toEqual([
    ['fund settled', 'fund_link link_open', 'fund released'],
    [],
  ]);
});
