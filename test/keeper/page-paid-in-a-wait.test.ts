import { expect, test } from 'vitest';
import { MINUTE_MS } from '../../src/domain/time.ts';
import { startClient } from '../sandbox/sandbox-client.ts';
import { AKeeper } from './a-keeper.ts';
import { aPageIsOut, PAYS_BY_CARD_OR_LINK, paidIn } from './a-page-beside-a-card.ts';
import { PassingClock } from './passing-clock.ts';
import { WatchedWire } from './watched-wire.ts';

/** A page is out and the card is free again, when somebody else has used the rate limit up: its first POST waits for room. */
test.each([
  ['pays the page', true, ['checkout 5000']],
  ['does nothing', false, ['fund 5000']],
])('while a card waits for room a person %s: paid once', async (_what, pays, expected) => {
  const client = await startClient();
  const scene = { isBusy: false, hasWaited: false };
  class Clock extends PassingClock {
    override async sleep(durationMs: number, signal?: AbortSignal): Promise<void> {
      const isWait = scene.isBusy && durationMs > 10_000 && durationMs <= 30_000;
      await super.sleep(isWait ? 12_000 : durationMs, signal);
      if (!isWait) return;
      if (pays && !scene.hasWaited) await client.patch({ pay_link: true });
      scene.hasWaited = true;
      await super.sleep(durationMs - 12_000, signal);
    }
  }
  const transport = new WatchedWire(async (send, _, { url }) => {
    const said = await send();
    const isFull = scene.isBusy && !scene.hasWaited && url.endsWith('/confirm-checkout');
    if (!isFull || said.kind !== 'answered') return said;
    const reset = String(Math.ceil(client.clock.now() / 1000) + 25);
    return {
      ...said,
      headers: { ...said.headers, 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': reset },
    };
  });
  const keeper = await AKeeper.open(client, {
    wallet: PAYS_BY_CARD_OR_LINK,
    transport,
    clock: new Clock(client.clock),
  });
  await aPageIsOut(keeper);
  scene.isBusy = true;
  await keeper.live(30 * MINUTE_MS);
  expect(scene.hasWaited).toBe(true);
  expect(await paidIn(client)).toEqual(expected);
});
