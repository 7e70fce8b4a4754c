import { expect, test } from 'vitest';
import { HOUR_MS, MINUTE_MS } from '../../src/domain/time.ts';
import { startClient } from '../sandbox/sandbox-client.ts';
import { openKeeper, subscriptionsOf } from './a-ruled-account.ts';
import { charges } from './sandbox-record.ts';
import { WatchedWire } from './watched-wire.ts';

type Rows = readonly unknown[];

async function scene(subscription: Record<string, unknown>, first: Record<string, unknown>, poll = '1m') {
  const client = await startClient();
  await client.patch({ subscription: null });
  await client.patch({ subscription: first });
  const list: { change: ((rows: Rows) => Rows) | null } = { change: null };
  const transport = new WatchedWire(
    (send) => send(),
    async (send, { url }) => {
      const reply = await send();
      if (!url.endsWith('/subscriptions') || reply.kind !== 'answered' || list.change === null) return reply;
      const body = JSON.parse(reply.bodyText);
      body.data = list.change(body.data);
      return { ...reply, bodyText: JSON.stringify(body) };
    },
  );
  const keeper = await openKeeper(client, subscription, { transport, poll });
  return { client, keeper, list };
}

test('a subscription that was bought an hour ago is not bought again where the list is empty for some minutes', async () => {
  const { client, keeper, list } = await scene(
    { plan: 'Standard', when_canceled: 'subscribe' },
    { status: 'canceled', plan_id: 42 },
  );
  await keeper.live(HOUR_MS);
  expect(await subscriptionsOf(client)).toContain('Standard active');
  expect(await charges(client, 'subscribe')).toHaveLength(1);
  list.change = () => [];
  await keeper.live(10 * MINUTE_MS);
  list.change = null;
  await keeper.live(HOUR_MS);
  expect((await subscriptionsOf(client)).filter((one) => one === 'Standard active')).toHaveLength(1);
});
