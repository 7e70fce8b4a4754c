import { expect, test } from 'vitest';
import type { HandOrder } from '../../src/domain/hand-order.ts';
import type { PlanId } from '../../src/domain/ids.ts';
import { DAY_MS, HOUR_MS, MINUTE_MS } from '../../src/domain/time.ts';
import { startClient } from '../sandbox/sandbox-client.ts';
import { openKeeper, subscriptionsOf } from './a-ruled-account.ts';
import { charges } from './sandbox-record.ts';
import { WatchedWire } from './watched-wire.ts';

type Rows = readonly unknown[];
const SUBSCRIBE: HandOrder = { kind: 'subscribe', plan: { kind: 'id', id: '42' as PlanId }, card: null }; // the sandbox's

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

const isOver = (row: unknown): boolean => (row as { status: string }).status === 'canceled'; // the wire form

/** One that ended was bought anew, that one ended nine days later, and was bought anew. */
async function boughtTwice() {
  const subscription = { plan: 'Standard', when_canceled: 'subscribe' };
  const one = await scene(subscription, { status: 'canceled', plan_id: 42 }, '20m');
  await one.keeper.rest(9 * DAY_MS);
  await one.client.patch({ subscription: { status: 'canceled' } });
  await one.keeper.live(HOUR_MS);
  expect(await charges(one.client, 'subscribe')).toHaveLength(2);
  return one;
}

test('one that ends within a week of its purchase is told, and bought again only by hand', async () => {
  const { client, keeper } = await boughtTwice();
  await client.patch({ subscription: { status: 'canceled' } });
  await keeper.live(5 * HOUR_MS);
  expect(await charges(client, 'subscribe')).toHaveLength(2);
  expect(keeper.context.view.accounts()[0]).toMatchObject({ frozen: null });
  const details = (await keeper.messages()).map(({ fact }) => fact.detail);
  expect(details).toContainEqual(expect.stringContaining('it is not bought again by itself within a week'));
  const { answered, withdraw } = keeper.place(SUBSCRIBE);
  await keeper.live(5 * MINUTE_MS);
  withdraw();
  expect(await answered).toMatchObject({ outcome: 'done' });
  expect(await charges(client, 'subscribe')).toHaveLength(3);
});

test.each<[string, (rows: Rows) => Rows]>([
  ['all that ended', (rows) => rows.filter(isOver)],
  ['the first that ended', (rows) => rows.filter(isOver).slice(0, 1)],
  ['the last that ended', (rows) => rows.filter(isOver).slice(-1)],
])('a subscription is not bought again where the list lacks it and shows %s', async (_what, change) => {
  const { client, keeper, list } = await boughtTwice();
  list.change = change;
  await keeper.live(HOUR_MS);
  list.change = null;
  await keeper.live(HOUR_MS);
  expect(await charges(client, 'subscribe')).toHaveLength(2);
  list.change = change;
  const { answered, withdraw } = keeper.place(SUBSCRIBE);
  await keeper.live(HOUR_MS);
  withdraw();
  expect(await answered).not.toMatchObject({ outcome: 'done' });
  expect(await charges(client, 'subscribe')).toHaveLength(2);
});
