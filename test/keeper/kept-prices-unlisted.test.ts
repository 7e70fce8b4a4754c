import { expect, test } from 'vitest';
import { HOUR_MS, MINUTE_MS } from '../../src/domain/time.ts';
import { startClient } from '../sandbox/sandbox-client.ts';
import { AKeeper } from './a-keeper.ts';
import { lower } from './a-low-wallet.ts';
import { charges } from './sandbox-record.ts';
import { answer, WatchedWire } from './watched-wire.ts';

test.each([403, 500])(
  'a wallet goes on, and nothing is degraded, though lists of subscriptions nobody keeps are down for hours after a resume by hand (%i)',
  async (status) => {
    const client = await startClient();
    await client.patch({ subscription: { status: 'paused', plan_id: 42 } });
    const list = { isDown: false };
    const transport = new WatchedWire(
      (send) => send(),
      async (send, { url }) =>
        list.isDown && url.endsWith('/subscriptions') ? answer(status, {}) : await send(),
    );
    const keeper = await AKeeper.open(client, { poll: '5m', transport });
    await keeper.pass();
    const { answered } = keeper.place({ kind: 'resume', subscription: null });
    await keeper.live(MINUTE_MS);
    expect(await answered).toMatchObject({ outcome: 'done' });
    list.isDown = true;
    await keeper.live(6 * HOUR_MS);
    await lower(client);
    await keeper.live(HOUR_MS);
    expect(await charges(client, 'fund')).toHaveLength(1);
    const firing = keeper.store.firingIncidents().map(({ fact }) => `${fact.headline} | ${fact.detail}`);
    expect(firing).toEqual([]);
    expect(await keeper.told()).not.toContainEqual(expect.stringContaining('has not been seen'));
  },
);

test('a list that is down beside a kept price is asked for at every poll, and no more often', async () => {
  const client = await startClient();
  await client.patch({ subscription: { status: 'paused', plan_id: 42 } });
  const list = { isDown: false };
  const transport = new WatchedWire(
    (send) => send(),
    async (send, { url }) => (list.isDown && url.endsWith('/subscriptions') ? answer(500, {}) : await send()),
  );
  const keeper = await AKeeper.open(client, { poll: '5m', transport });
  await keeper.pass();
  const { answered } = keeper.place({ kind: 'resume', subscription: null });
  await keeper.live(MINUTE_MS);
  expect(await answered).toMatchObject({ outcome: 'done' });
  list.isDown = true;
  await keeper.live(10 * MINUTE_MS);
  expect(await keeper.live(HOUR_MS)).toBeLessThan(20);
});
