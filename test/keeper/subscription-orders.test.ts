import { expect, test } from 'vitest';
import type { HandOrder } from '../../src/domain/hand-order.ts';
import type { PlanId } from '../../src/domain/ids.ts';
import { HOUR_MS, MINUTE_MS } from '../../src/domain/time.ts';
import { startClient } from '../sandbox/sandbox-client.ts';
import { AKeeper, type Opening } from './a-keeper.ts';
import { posts } from './sandbox-record.ts';
import { type AroundPost, type AroundRead, answer, WatchedWire } from './watched-wire.ts';

const plan = (id: string) => ({ kind: 'id', id: id as PlanId }) as const; // a plan of the sandbox
const SUBSCRIBE: HandOrder = { kind: 'subscribe', plan: plan('42'), card: null };
const untouched: AroundPost = (send) => send();

/** `agent-0001` on plan 42, or what else is said, and a keeper that has seen it. */
async function aSubscriber(
  opening: Opening = {},
  subscription: object | null = { status: 'active', plan_id: 42 },
) {
  const client = await startClient();
  await client.patch({ subscription });
  const keeper = await AKeeper.open(client, opening);
  await keeper.pass();
  return { client, keeper };
}

test('a subscription by hand that begins with a trial settles, and freezes nothing', async () => {
  const asTrial: AroundPost = async (send, _ordinal, { url }) => {
    const reply = await send();
    if (url.endsWith('/subscriptions')) await client.patch({ subscription: { status: 'trialing' } });
    return reply;
  };
  const { client, keeper } = await aSubscriber({ transport: new WatchedWire(asTrial) }, null);
  const { answered, withdraw } = keeper.place(SUBSCRIBE);
  await keeper.live(MINUTE_MS);
  withdraw();
  await keeper.live(3 * HOUR_MS);
  expect(await answered).toMatchObject({ outcome: 'done' });
  expect(keeper.context.view.accounts()[0]).toMatchObject({ frozen: null });
});

test.each<[string, object, HandOrder, string]>([
  ['a pause', { plan: 42, when_paused: 'resume' }, { kind: 'pause', subscription: null }, 'the policy would resume it at once: change when_paused in the config first'],
  ['a pause under enforce', { plan: 42, enforce: true }, { kind: 'pause', subscription: null }, 'the policy would resume it at once: change when_paused in the config first'],
  ['a change of plan', { plan: 42, when_wrong_plan: 'change' }, { kind: 'change_plan', subscription: null, plan: plan('41') }, 'the policy would change it back at a charge: change plan in the config instead'],
])('%s that the policy would undo is refused, and nothing is sent', async (_what, subscription, order, sentence) => {
  const { client, keeper } = await aSubscriber({ subscription: { ...subscription } });
  const { answered } = keeper.place(order);
  await keeper.live(HOUR_MS);
  expect(await answered).toMatchObject({ outcome: 'refused', reason: 'not_possible', sentence });
  expect(await posts(client)).toEqual([]);
}); // biome-ignore format: a table

test.each<[string, object | undefined, HandOrder]>([
  ['a pause that the policy only tells', { plan: 42 }, { kind: 'pause', subscription: null }],
  ['a pause without a policy', undefined, { kind: 'pause', subscription: null }],
  ['a change of plan that the policy only tells', { plan: 42 }, { kind: 'change_plan', subscription: null, plan: plan('41') }],
])('%s is done, and stays', async (_what, subscription, order) => {
  const { client, keeper } = await aSubscriber(subscription === undefined ? {} : { subscription: { ...subscription } });
  const { answered } = keeper.place(order);
  await keeper.live(HOUR_MS);
  expect(await answered).toMatchObject({ outcome: 'done' });
  expect(await posts(client)).toHaveLength(1);
}); // biome-ignore format: a table

test('an account whose subscriptions could not be listed is not subscribed again by hand', async () => {
  let isDown = false;
  const deaf: AroundRead = async (send, { url }) =>
    isDown && url.endsWith('/subscriptions') ? answer(500, { message: 'down' }) : await send();
  const { client, keeper } = await aSubscriber({ transport: new WatchedWire(untouched, deaf) });
  isDown = true;
  const { answered, withdraw } = keeper.place(SUBSCRIBE);
  await keeper.passes(3);
  withdraw();
  expect(await answered).toMatchObject({ outcome: 'refused', reason: 'provider_unreachable' });
  expect(await posts(client)).toEqual([]);
});

test('a subscription that was bought by hand is not bought by hand again while the list lacks it', async () => {
  let isEmpty = false;
  const empty: AroundRead = async (send, { url }) =>
    isEmpty && url.endsWith('/subscriptions') ? answer(200, { data: [], error: null }) : await send();
  const { client, keeper } = await aSubscriber({ transport: new WatchedWire(untouched, empty) }, null);
  expect(await keeper.ask([SUBSCRIBE])).toMatchObject([{ outcome: 'done' }]);
  isEmpty = true;
  expect(await keeper.ask([SUBSCRIBE])).toMatchObject([{ outcome: 'refused', reason: 'anchor_not_moved' }]);
  expect(await client.charges()).toHaveLength(1);
});

test('an order that is placed while a pass is under way is decided by what the next one reads', async () => {
  const atCards: { happens: () => void } = { happens: () => undefined };
  const watched: AroundRead = async (send, { url }) => {
    const reply = await send();
    if (url.endsWith('/billing/payment-methods')) atCards.happens();
    return reply;
  };
  const { client, keeper } = await aSubscriber({ transport: new WatchedWire(untouched, watched) });
  client.clock.advance(2 * HOUR_MS); // the hourly read of the cards comes after the list of subscriptions
  const placed = Promise.withResolvers<ReturnType<AKeeper['place']>>();
  let isPlaced = false;
  atCards.happens = () => {
    if (!isPlaced) placed.resolve(keeper.place(SUBSCRIBE));
    isPlaced = true;
  };
  await keeper.passes(4);
  expect(await (await placed.promise).answered).toMatchObject({ outcome: 'refused' });
  expect(await posts(client)).toEqual([]);
});

const lostResets: AroundPost = async (send, _ordinal, { url }) =>
  url.endsWith('/reset-cycle') ? { kind: 'lost', reason: 'ECONNRESET' } : await send();
/** The list of subscriptions with another word for the end of each period. */
const periodsAs =
  (word: string | undefined): AroundRead =>
  async (send, { url }) => {
    const reply = await send();
    if (!url.endsWith('/subscriptions') || reply.kind !== 'answered') return reply;
    const put = (key: string, value: unknown) => (/period_end|billing_date/.test(key) ? word : value);
    return { ...reply, bodyText: JSON.stringify(JSON.parse(reply.bodyText), put) };
  };

test.each<[string, string | undefined]>([
  ['no period', undefined],
  ['a period that is over', '2026-11-20T00:00:00Z'],
])('a reset that never arrived is not told as done where the list names %s', async (_what, word) => {
  const { keeper } = await aSubscriber({ transport: new WatchedWire(lostResets, periodsAs(word)) });
  const { answered, withdraw } = keeper.place({ kind: 'reset_cycle', subscription: null });
  await keeper.live(10 * MINUTE_MS);
  withdraw();
  expect(await answered).toMatchObject({ outcome: 'open', intent: expect.stringMatching(/^int_/) });
});

test('a plan by a name that two plans have is not bought', async () => {
  const namesakes: AroundRead = async (send, { url }) => {
    const reply = await send();
    if (!url.endsWith('/subscriptions/plans') || reply.kind !== 'answered') return reply;
    return {
      ...reply,
      bodyText: reply.bodyText.replace(/"name":"(?:Enterprise|Premium)"/g, '"name":"Basic"'),
    };
  };
  const subscription = { plan: 'Basic', when_canceled: 'subscribe' };
  const transport = new WatchedWire(untouched, namesakes);
  const { client, keeper } = await aSubscriber({ transport, subscription }, null);
  const { answered } = keeper.place({ kind: 'subscribe', plan: { kind: 'name', name: 'Basic' }, card: null });
  await keeper.live(HOUR_MS);
  expect(await answered).toMatchObject({ outcome: 'refused', reason: 'plan_unknown' });
  expect(keeper.context.view.accounts()[0]?.subscription).toMatchObject({ reason: 'plan_unknown' });
  expect(await posts(client)).toEqual([]);
});
