import { expect, test } from 'vitest';
import { HOUR_MS, MINUTE_MS } from '../../src/domain/time.ts';
import { startClient } from '../sandbox/sandbox-client.ts';
import { AKeeper } from './a-keeper.ts';
import { WatchedWire } from './watched-wire.ts';

const lines = async (keeper: AKeeper) =>
  (await keeper.messages()).map(
    ({ status, fact }) => `${status} ${fact.type} ${fact.severity}: ${fact.headline} | ${fact.detail}`,
  );

test.each([5, 40, 180])(
  'a page for a plan that is paid after %i minutes is followed by no alert',
  async (minutes) => {
    const client = await startClient();
    await client.patch({ subscription: null });
    const keeper = await AKeeper.open(client, {
      wallet: null,
      subscription: { plan: 'Standard', when_canceled: 'subscribe', pay_with: ['human'] },
    });
    await keeper.live((10 + minutes) * MINUTE_MS);
    const from = (await keeper.messages()).length;
    await client.patch({ pay_link: true });
    await keeper.live(HOUR_MS);
    const told = (await lines(keeper)).slice(from);
    expect(told.filter((one) => one.startsWith('firing') && !one.includes('to pay $47'))).toEqual([]);
  },
);

test.each([20, 90])(
  'a purchase by card whose POSTs are lost for %i minutes is followed by no alert',
  async (minutes) => {
    const client = await startClient();
    await client.patch({ subscription: null });
    let untilMs = 0;
    const transport = new WatchedWire(async (send, _, { url }) =>
      url.endsWith('/subscriptions') && client.clock.now() < untilMs
        ? { kind: 'lost', reason: 'ECONNRESET' }
        : await send(),
    );
    const keeper = await AKeeper.open(client, {
      wallet: null,
      transport,
      subscription: { plan: 'Standard', when_canceled: 'subscribe', pay_with: ['default'] },
    });
    untilMs = client.clock.now() + minutes * MINUTE_MS;
    await keeper.live(4 * HOUR_MS);
    const told = await lines(keeper);
    expect(told).toContainEqual(expect.stringContaining('subscription.repaired'));
    expect(told.filter((one) => one.includes('is charged; waiting'))).toEqual([]);
  },
);
