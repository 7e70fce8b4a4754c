import { expect, test } from 'vitest';
import { HOUR_MS, MINUTE_MS } from '../../src/domain/time.ts';
import { startClient } from '../sandbox/sandbox-client.ts';
import { AKeeper } from './a-keeper.ts';
import {
  aLedgerBehind,
  aPageIsOut,
  fulfilsOnce,
  PAYS_BY_CARD_OR_LINK,
  paidIn,
} from './a-page-beside-a-card.ts';
import { PassingClock } from './passing-clock.ts';
import { statesOf } from './standing-of.ts';
import { WatchedWire } from './watched-wire.ts';

/**
 * A page is out, the card is free again and waits for room; the page is paid in that wait. confirm-checkout says "paid"
 * ONCE (it is what credits); asked again about the same session it answers an error, as an endpoint does that fulfils a
 * session once (what a second confirm answers is not documented).
 */
test.each([0, 90_000])(
  'that a page was paid is heard once, where the ledger is %i ms late',
  async (lateMs) => {
    const client = await startClient();
    const scene = { isBusy: false, hasWaited: false, paidAt: Number.POSITIVE_INFINITY };
    class Clock extends PassingClock {
      override async sleep(durationMs: number, signal?: AbortSignal): Promise<void> {
        const isWait = scene.isBusy && durationMs > 10_000 && durationMs <= 30_000;
        await super.sleep(isWait ? 12_000 : durationMs, signal);
        if (!isWait) return;
        if (!scene.hasWaited) await client.patch({ pay_link: true });
        scene.hasWaited = true;
        await super.sleep(durationMs - 12_000, signal);
      }
    }
    const confirm = fulfilsOnce(() => {
      scene.paidAt = client.clock.now();
    });
    const transport = new WatchedWire(
      async (send, _, { url, body }) => {
        if (!url.endsWith('/confirm-checkout')) return await send();
        const said = await confirm(send, String(body));
        const isFull = scene.isBusy && !scene.hasWaited;
        if (!isFull || said.kind !== 'answered') return said;
        const reset = String(Math.ceil(client.clock.now() / 1000) + 25);
        return {
          ...said,
          headers: { ...said.headers, 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': reset },
        };
      },
      aLedgerBehind(client, () => scene.paidAt, lateMs),
    );
    const keeper = await AKeeper.open(client, {
      wallet: PAYS_BY_CARD_OR_LINK,
      transport,
      clock: new Clock(client.clock),
    });
    await aPageIsOut(keeper);
    scene.isBusy = true;
    await keeper.live(30 * MINUTE_MS);
    expect(scene.hasWaited).toBe(true);
    await keeper.rest(25 * HOUR_MS);
    expect(await paidIn(client)).toEqual(['checkout 5000']);
    expect((await keeper.told()).filter((one) => one.includes('did not make'))).toEqual([]);
    expect(await statesOf(keeper)).toContain('fund_link settled');
  },
);
