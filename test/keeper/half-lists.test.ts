import { expect, test } from 'vitest';
import { HOUR_MS, MINUTE_MS } from '../../src/domain/time.ts';
import { startClient } from '../sandbox/sandbox-client.ts';
import { EVENING, openKeeper, subscriptionsOf } from './a-ruled-account.ts';
import { charges } from './sandbox-record.ts';
import { answer, WatchedWire } from './watched-wire.ts';

type Rows = readonly { readonly status: string }[];

const REPAIRS = {
  plan: 'Standard',
  when_canceled: 'subscribe',
  when_past_due: 'fix_payment',
  when_paused: 'resume',
};
const withoutLive = (rows: Rows): Rows => rows.filter(({ status }) => status !== 'active');

/** A subscription that was given up, a live one that a person bought since, and lists that a test can cut. */
async function scene(declared: Readonly<Record<string, unknown>>, before: string, isSeen = true) {
  const client = await startClient();
  await client.patch({ subscription: null });
  await client.patch({ subscription: { status: before, plan_id: 42 } });
  const body = { plan_id: 42, payment_method_id: 'pm_agent_0001_visa' };
  await client.ask('/subscriptions', { body, key: 'a-person' });
  const list = { cut: (rows: Rows): Rows => rows };
  const transport = new WatchedWire(
    (send) => send(),
    async (send, { url }) => {
      const reply = await send();
      if (!url.endsWith('/subscriptions') || reply.kind !== 'answered') return reply;
      const told = JSON.parse(reply.bodyText) as { data: Rows }; // the wire form of `subscriptionOnTheWire`
      return { ...reply, bodyText: JSON.stringify({ ...told, data: list.cut(told.data) }) };
    },
  );
  const opening = { transport, poll: '1m' };
  const keeper = await openKeeper(client, declared, opening);
  if (isSeen) await keeper.live(HOUR_MS);
  const reopen = () => openKeeper(client, declared, { ...opening, folder: keeper.folder });
  return { client, keeper, list, reopen };
}

test.each([
  ['canceled', 'subscribe', 1],
  ['past_due', 'fix_payment', 0],
  ['paused', 'renewal', 0],
])('lists that show only an older subscription, %s, pay for nothing', async (before, kind, paid) => {
  const { client, keeper, list } = await scene(REPAIRS, before);
  list.cut = withoutLive;
  await keeper.live(20 * MINUTE_MS);
  list.cut = (rows) => rows;
  await keeper.live(HOUR_MS);
  expect(await charges(client, kind)).toHaveLength(paid);
  expect(await subscriptionsOf(client)).toEqual([`Standard ${before}`, 'Standard active']);
});

test('nor does one such list at first sight', async () => {
  const { client, keeper, list } = await scene(REPAIRS, 'canceled', false);
  list.cut = withoutLive;
  await keeper.pass();
  list.cut = (rows) => rows;
  await keeper.live(HOUR_MS);
  expect(await charges(client, 'subscribe')).toHaveLength(1);
});

test('under rules neither, and what they remember of the live one is kept', async () => {
  const rules = [{ plan: 'Premium', ...EVENING }];
  const declared = { ...REPAIRS, when_wrong_plan: 'change', rules };
  const { client, keeper, list } = await scene(declared, 'past_due');
  const { name } = keeper.account('agent-0001');
  const before = keeper.store.upkeep.read(name, 'subscription_rules');
  list.cut = withoutLive;
  await keeper.pass();
  expect(keeper.store.upkeep.read(name, 'subscription_rules')).toEqual(before);
  list.cut = (rows) => rows;
  await keeper.live(HOUR_MS);
  expect(await charges(client, 'fix_payment')).toEqual([]);
});

test('lists that are empty for ten minutes buy nothing', async () => {
  const { client, keeper, list } = await scene(REPAIRS, 'canceled');
  list.cut = () => [];
  await keeper.live(10 * MINUTE_MS);
  list.cut = (rows) => rows;
  await keeper.live(HOUR_MS);
  expect(await charges(client, 'subscribe')).toHaveLength(1);
});

test.each([
  ['canceled', 1],
  ['active', 0],
])(
  'the live one is remembered across a restart and waited for half an hour: the other one is repaired if it is over (%s)',
  async (status, paid) => {
    const { client, keeper, list, reopen } = await scene(REPAIRS, 'past_due');
    list.cut = (rows) => rows.slice(0, 1);
    await client.patch({ subscription: { status } });
    await keeper.live(10 * MINUTE_MS);
    keeper.close();
    const next = await reopen();
    await next.live(19 * MINUTE_MS);
    expect(await charges(client, 'fix_payment')).toEqual([]);
    await next.live(5 * MINUTE_MS);
    expect(await charges(client, 'fix_payment')).toHaveLength(paid);
  },
);

test('what the live one itself says is believed at once', async () => {
  const { client, keeper } = await scene(REPAIRS, 'canceled');
  await client.patch({ subscription: { status: 'past_due' } });
  await keeper.pass();
  expect(await charges(client, 'fix_payment')).toHaveLength(1);
});

test.each([null, 403, 500])(
  'one that a person paused, and that a list of live ones lacks, is not bought a second time (status: %s)',
  async (answered) => {
    const client = await startClient();
    await client.patch({ subscription: { status: 'active', plan_id: 42 } });
    const odd = { is: false };
    const transport = new WatchedWire(
      (send) => send(),
      async (send, { url }) => {
        if (odd.is && answered !== null && url.endsWith('/status')) return answer(answered, {});
        const reply = await send();
        if (!url.endsWith('/subscriptions') || reply.kind !== 'answered') return reply;
        const told = JSON.parse(reply.bodyText) as { data: Rows }; // the wire form of `subscriptionOnTheWire`
        const data = told.data.filter(({ status }) => status !== 'paused');
        return { ...reply, bodyText: JSON.stringify({ ...told, data }) };
      },
    );
    const declared = { plan: 42, when_paused: 'leave', when_canceled: 'subscribe' };
    const keeper = await openKeeper(client, declared, { transport });
    await keeper.live(HOUR_MS);
    await client.patch({ subscription: { status: 'paused' } });
    odd.is = true;
    await keeper.live(3 * HOUR_MS);
    expect(await charges(client, 'subscribe')).toEqual([]);
    expect(await keeper.told()).toContainEqual(expect.stringContaining('needs a person'));
    odd.is = false;
    await client.patch({ subscription: { status: 'canceled' } });
    await keeper.live(HOUR_MS);
    expect(await charges(client, 'subscribe')).toHaveLength(1);
  },
);
