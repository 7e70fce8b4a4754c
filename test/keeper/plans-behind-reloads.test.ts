import { expect, test } from 'vitest';
import { HOUR_MS, MINUTE_MS } from '../../src/domain/time.ts';
import { startClient } from '../sandbox/sandbox-client.ts';
import { aWorld, basic } from './a-challenge.ts';
import { AKeeper, type Opening } from './a-keeper.ts';
import { lower } from './a-low-wallet.ts';
import { subscriptionsOf } from './a-ruled-account.ts';
import { charges } from './sandbox-record.ts';
import { holdsOf, statesOf } from './standing-of.ts';
import { answer, WatchedWire } from './watched-wire.ts';

const BUY = { plan: 41, when_canceled: 'subscribe', pay_with: ['default'] };

test.each(['leave', 'alert', 'change'])(
  'a page that is paid after a reload to another plan freezes no wallet (when_wrong_plan: %s)',
  async (when_wrong_plan) => {
    const client = await startClient();
    await client.patch({ subscription: null });
    const subscription = { ...BUY, pay_with: ['human'], when_wrong_plan };
    const opening: Opening = { poll: '5m', subscription };
    const keeper = await AKeeper.open(client, opening);
    await keeper.live(HOUR_MS);
    expect(await statesOf(keeper)).toEqual(['subscribe_link link_open']);
    keeper.respec({ ...opening, subscription: { ...subscription, plan: 42 } });
    await client.patch({ pay_link: true });
    await keeper.live(HOUR_MS);
    expect(await subscriptionsOf(client)).toEqual([expect.stringContaining('active')]);
    await keeper.live(3 * HOUR_MS);
    expect(await holdsOf(keeper)).toEqual([]);
    await lower(client);
    await keeper.live(HOUR_MS);
    expect(await charges(client, 'fund')).toHaveLength(1);
  },
);

test('a challenge that its holder confirms after a reload to another plan freezes no wallet', async () => {
  const client = await startClient();
  await client.patch({ subscription: null });
  const { world, transport } = aWorld((url) => url.endsWith('/subscriptions'));
  const subscription = { ...BUY, when_wrong_plan: 'leave' };
  const opening: Opening = { poll: '5m', transport, subscription };
  const keeper = await AKeeper.open(client, opening);
  await keeper.live(HOUR_MS);
  expect(await statesOf(keeper)).toEqual(['subscribe action']);
  keeper.respec({ ...opening, subscription: { ...subscription, plan: 42 } });
  await keeper.live(10 * MINUTE_MS);
  world.rows = [basic(900, 'active')];
  world.payment = 'succeeded';
  await keeper.live(4 * HOUR_MS);
  expect(await holdsOf(keeper)).toEqual([]);
  await lower(client);
  await keeper.live(HOUR_MS);
  expect(await charges(client, 'fund')).toHaveLength(1);
});

test('a purchase whose answer was lost, and a reload to another plan before the list shows it, freezes no wallet', async () => {
  const client = await startClient();
  await client.patch({ subscription: null });
  const shown = { is: true };
  const transport = new WatchedWire(
    async (send, _o, { url }) => {
      if (!url.endsWith('/subscriptions')) return await send();
      shown.is = false;
      return await send();
    },
    async (send, { url }) =>
      !shown.is && url.endsWith('/subscriptions') ? answer(200, { data: [] }) : await send(),
  );
  const subscription = { ...BUY, when_wrong_plan: 'leave' };
  const opening: Opening = { poll: '1m', transport, subscription };
  const keeper = await AKeeper.open(client, opening);
  await keeper.live(8 * MINUTE_MS);
  expect(await statesOf(keeper)).toEqual(['subscribe charged']);
  keeper.respec({ ...opening, subscription: { ...subscription, plan: 42 } });
  shown.is = true;
  await keeper.live(4 * HOUR_MS);
  expect(await holdsOf(keeper)).toEqual([]);
});
