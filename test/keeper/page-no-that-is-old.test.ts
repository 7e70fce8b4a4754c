import { expect, test } from 'vitest';
import { HOUR_MS, MINUTE_MS } from '../../src/domain/time.ts';
import { startClient } from '../sandbox/sandbox-client.ts';
import { AKeeper } from './a-keeper.ts';
import { aPageIsOut, PAYS_BY_CARD_OR_LINK, paidIn } from './a-page-beside-a-card.ts';
import { WatchedWire } from './watched-wire.ts';

/** "Not paid" is true when the provider says it, and is on its way for so long; a person pays meanwhile. */
test.each([
  [12, 2],
  [25, 2],
  [12, 3],
])(
  'the last "not yet" before a card is sent to takes %i s (question %i), and is out of date: paid once',
  async (seconds, nth) => {
    const client = await startClient();
    const scene = { isOn: false, isPaid: false, count: 0 };
    const transport = new WatchedWire(async (send, _, { url }) => {
      const said = await send();
      if (!scene.isOn || !url.endsWith('/confirm-checkout')) return said;
      if (scene.isPaid) return said;
      client.clock.advance(1_000);
      scene.count += 1;
      if (scene.count === nth) {
        scene.isPaid = true;
        await client.patch({ pay_link: true });
      }
      client.clock.advance((seconds - 1) * 1_000);
      return said;
    });
    const keeper = await AKeeper.open(client, { wallet: PAYS_BY_CARD_OR_LINK, transport });
    await aPageIsOut(keeper);
    scene.isOn = true;
    await keeper.live(HOUR_MS + MINUTE_MS);
    expect(await paidIn(client)).toEqual(['checkout 5000']);
  },
);
