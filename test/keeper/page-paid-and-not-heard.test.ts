import { expect, test } from 'vitest';
import { HOUR_MS, MINUTE_MS } from '../../src/domain/time.ts';
import { startClient } from '../sandbox/sandbox-client.ts';
import { AKeeper, type Opening } from './a-keeper.ts';
import {
  aLedgerBehind,
  aPageIsOut,
  fulfilsOnce,
  LOST,
  PAYS_BY_CARD_OR_LINK,
  paidIn,
} from './a-page-beside-a-card.ts';
import { scratchFolder } from './fleet-config.ts';
import { never, WatchedWire } from './watched-wire.ts';

/**
 * The provider of `page-says-paid-once`: confirm fulfils a session once, and answers who asks again with an error. Here the
 * one "paid" never arrives (the network loses it, or the host is killed before it is written down), and the ledger is late.
 */
test.each<[string, number]>([
  ['lost', 0],
  ['lost', 90_000],
  ['lost', 5 * MINUTE_MS],
  ['killed', 5 * MINUTE_MS],
])(
  'the one answer that a page was paid is %s, the ledger is %i ms late: it is paid once',
  async (what, lateMs) => {
    const client = await startClient();
    const scene = { isPaid: false, paidAt: Number.POSITIVE_INFINITY, cut: () => {} };
    const confirm = fulfilsOnce(() => {
      scene.paidAt = client.clock.now();
    });
    const transport = new WatchedWire(
      async (send, _, { url, body }) => {
        if (!url.endsWith('/confirm-checkout')) return await send();
        const said = await confirm(send, String(body));
        if (said.kind !== 'answered' || said.status !== 200) return said;
        if (what === 'lost') return LOST;
        scene.cut();
        return await never();
      },
      aLedgerBehind(client, () => scene.paidAt, lateMs),
    );
    const opening: Opening = {
      wallet: PAYS_BY_CARD_OR_LINK,
      transport,
      folder: scratchFolder(),
    };
    let keeper = await AKeeper.open(client, opening);
    await aPageIsOut(keeper);
    await client.patch({ pay_link: true }); // a person pays
    if (what === 'killed') {
      const cut = new Promise<void>((resolve) => {
        scene.cut = resolve;
      });
      await Promise.race([keeper.live(30 * MINUTE_MS), cut]);
      keeper.close();
      client.clock.advance(10_000);
      keeper = await AKeeper.open(client, opening);
    }
    await keeper.live(HOUR_MS);
    expect(scene.paidAt).toBeLessThan(client.clock.now());
    expect(await paidIn(client)).toEqual(['checkout 5000']);
  },
);
