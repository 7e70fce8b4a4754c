import { expect, test } from 'vitest';
import { cents } from '../../src/domain/money.ts';
import { MINUTE_MS } from '../../src/domain/time.ts';
import type { Transport } from '../../src/modelslab/transport.ts';
import { startClient } from '../sandbox/sandbox-client.ts';
import { AKeeper, type Opening } from './a-keeper.ts';
import { lower } from './a-low-wallet.ts';
import { amounts, aWireBehindACache, pause, resume, TO } from './a-refused-charge.ts';
import { scratchFolder } from './fleet-config.ts';
import { statesOf } from './standing-of.ts';
import { answer, WatchedWire } from './watched-wire.ts';

/** Two pursers, each with a page of $10 made by hand. confirm-checkout is down for a while, which holds both back and ends for both at once. */
test.each([35, 45])(
  'one was refused and let go; both wait %i min for confirm-checkout: charged once',
  async (minutes) => {
    const client = await startClient();
    const wire = { isDown: false, mayRefuse: false };
    const { transport: inner, cache } = aWireBehindACache(client, 0);
    let refused = 0;
    const around = (next: Transport, isOne: boolean): Transport => ({
      request: async (request) => {
        if (wire.isDown && request.url.endsWith('/confirm-checkout')) return answer(503, {});
        if (isOne && request.url.endsWith('/wallet/fund') && refused === 0) {
          refused += 1;
          return answer(429, { message: 'Too many requests' }, { 'retry-after': '5' });
        }
        return await next.request(request);
      },
      close: () => next.close(),
    });
    const one = await AKeeper.open(client, {
      ...TO,
      transport: around(inner, true),
      folder: scratchFolder(),
      beside: 'beside',
    } as Opening);
    const other = await AKeeper.open(client, {
      ...TO,
      transport: around(new WatchedWire((send) => send()), false),
      beside: 'beside',
    } as Opening);
    for (const keeper of [one, other]) {
      await keeper.live(2 * MINUTE_MS);
      const page = keeper.place({ kind: 'fund_link', amountCents: cents(1_000) });
      await keeper.live(MINUTE_MS);
      page.withdraw();
    }
    await lower(client, 11.5);
    for (let passes = 0; passes < 4 && refused === 0; passes += 1) {
      await one.pass();
      client.clock.advance(2_000);
    }
    expect(refused).toBe(1);
    await pause(one);
    client.clock.advance(10_000);
    await one.pass();
    expect(await statesOf(one)).toEqual(['fund released', 'fund_link link_open']);
    wire.isDown = true;
    await client.patch({ balance: 12 });
    await resume(one);
    for (let turn = 0; turn < minutes; turn += 1) {
      await one.live(MINUTE_MS / 2);
      await other.live(MINUTE_MS / 2);
    }
    expect(await amounts(client)).toEqual([]);
    wire.isDown = false;
    cache.isStill = true;
    await other.live(2 * MINUTE_MS);
    expect(await amounts(client)).toEqual([5_800]);
    await one.live(3 * MINUTE_MS);
    cache.isStill = false;
    await one.live(40 * MINUTE_MS);
    expect(await amounts(client)).toEqual([5_800]);
  },
);
