import { expect, test } from 'vitest';
import { cents } from '../../src/domain/money.ts';
import { DAY_MS, HOUR_MS, MINUTE_MS } from '../../src/domain/time.ts';
import type { TransportReply } from '../../src/modelslab/transport.ts';
import { startClient } from '../sandbox/sandbox-client.ts';
import { AKeeper, type Opening } from './a-keeper.ts';
import { aWorld, CHANGE, changes, states } from './a-late-list.ts';
import { lower } from './a-low-wallet.ts';
import { resolve } from './an-operator.ts';
import { WatchedWire } from './watched-wire.ts';

const heldBy = (keeper: AKeeper) => keeper.store.journal.holds(keeper.account('agent-0001').name);
const firing = (keeper: AKeeper) =>
  keeper.store.firingIncidents().map(({ fact }) => `${fact.headline} | ${fact.detail}`);

test('a challenge that was not answered is not charged around after two reloads', async () => {
  const client = await startClient();
  await client.patch({ subscription: null });
  const { world, transport } = aWorld({ asks: true });
  const opening: Opening = { poll: '10m', wallet: null, subscription: CHANGE, transport };
  const keeper = await AKeeper.open(client, opening);
  await keeper.live(HOUR_MS);
  expect(await states(keeper)).toEqual(['subscribe action']);
  await client.patch({ subscription: { status: 'active', plan_id: 41 } });
  keeper.respec({ ...opening, subscription: { ...CHANGE, plan: 41 } });
  await keeper.live(HOUR_MS);
  keeper.respec(opening);
  await keeper.live(HOUR_MS);
  expect(world.payment).toBe('requires_action');
  expect(await changes(client)).toEqual([]);
  expect((await states(keeper)).filter((line) => line.startsWith('change_plan'))).toEqual([]);
});

test.each(['challenge', 'link'] as const)(
  'what a person paid (%s), and resolved so, is not paid again by a change while the list lacks it',
  async (means) => {
    const client = await startClient();
    await client.patch({ subscription: null });
    const { world, transport } = aWorld({ asks: means === 'challenge' });
    const pay_with = means === 'link' ? ['human'] : ['default'];
    const opening: Opening = {
      poll: '10m',
      wallet: null,
      subscription: { ...CHANGE, pay_with },
      transport,
    };
    const keeper = await AKeeper.open(client, opening);
    await keeper.live(HOUR_MS);
    expect(await states(keeper)).toEqual([
      means === 'link' ? 'subscribe_link link_open' : 'subscribe action',
    ]);
    // Somebody bought another plan meanwhile, and then the holder pays all the same.
    const body = { plan_id: 41, payment_method_id: 'pm_agent_0001_visa' };
    await client.ask('/subscriptions', { body, key: 'a-person' });
    world.lacks = [43];
    await keeper.live(HOUR_MS);
    world.payment = 'succeeded';
    if (means === 'link') await client.patch({ pay_link: true });
    await keeper.live(10 * MINUTE_MS);
    expect((await states(keeper))[0]).toMatch(/ (charged|action)$/);
    expect(await heldBy(keeper)).toEqual([]);
    await resolve(keeper, 'charged');
    await keeper.live(HOUR_MS);
    expect(await changes(client)).toEqual([]);
    expect((await states(keeper)).filter((line) => line.startsWith('change_plan'))).toEqual([]);
  },
);

test('a purchase that was settled is not paid again by a change where the list is old for an hour', async () => {
  const client = await startClient();
  await client.patch({ subscription: null });
  const { world, transport } = aWorld({ asks: false });
  const keeper = await AKeeper.open(client, { poll: '10m', wallet: null, subscription: CHANGE, transport });
  await keeper.live(HOUR_MS);
  expect(await states(keeper)).toEqual(['subscribe settled']);
  await client.ask('/subscriptions', {
    body: { plan_id: 41, payment_method_id: 'pm_agent_0001_visa' },
    key: 'p',
  });
  await keeper.live(HOUR_MS);
  world.lacks = [43];
  await keeper.live(HOUR_MS);
  expect(await changes(client)).toEqual([]);
  expect((await states(keeper)).filter((line) => line.startsWith('change_plan'))).toEqual([]);
});

test('a page for a plan that was paid is not asked for while the list lacks what it paid for', async () => {
  const client = await startClient();
  await client.patch({ subscription: null });
  const { world, transport } = aWorld({ asks: false });
  const subscription = { plan: 43, when_canceled: 'subscribe', pay_with: ['human'] };
  const keeper = await AKeeper.open(client, { poll: '10m', wallet: null, subscription, transport });
  await keeper.live(HOUR_MS);
  world.lacks = [43];
  await client.patch({ pay_link: true });
  await keeper.live(90 * MINUTE_MS);
  expect(await states(keeper)).toEqual(['subscribe_link charged']);
  expect(firing(keeper).filter((line) => line.includes('to pay $147'))).toEqual([]);
});

test('nor after it was resolved as charged', async () => {
  const client = await startClient();
  await client.patch({ subscription: null });
  const { world, transport } = aWorld({ asks: false });
  const subscription = { plan: 43, when_canceled: 'subscribe', pay_with: ['human'] };
  const keeper = await AKeeper.open(client, { poll: '10m', wallet: null, subscription, transport });
  await keeper.live(HOUR_MS);
  world.lacks = [43];
  await client.patch({ pay_link: true });
  await keeper.live(4 * HOUR_MS);
  await resolve(keeper, 'charged');
  await keeper.rest(DAY_MS);
  expect(await states(keeper)).toEqual(['subscribe_link settled']);
  expect(firing(keeper).filter((line) => line.includes('to pay $147'))).toEqual([]);
});

test('a page for a wallet that was paid is not asked for while the ledger lacks it', async () => {
  const client = await startClient();
  const books = { isLate: false };
  let old: TransportReply | null = null;
  const transport = new WatchedWire(
    (send) => send(),
    async (send, { url }) => {
      const reply = await send();
      if (!url.includes('/wallet/transactions') && !url.endsWith('/wallet/balance')) return reply;
      if (url.endsWith('/wallet/balance') && books.isLate && reply.kind === 'answered')
        return { ...reply, bodyText: reply.bodyText.replaceAll('62', '12') };
      if (!url.includes('/wallet/transactions')) return reply;
      if (books.isLate && old !== null) return old;
      old = reply;
      return reply;
    },
  );
  const keeper = await AKeeper.open(client, { wallet: { pay_with: ['human'] }, transport });
  await keeper.pass();
  await lower(client);
  await keeper.live(10 * MINUTE_MS);
  expect(await states(keeper)).toEqual(['fund_link link_open']);
  books.isLate = true;
  await client.patch({ pay_link: true });
  await keeper.live(90 * MINUTE_MS);
  expect((await states(keeper))[0]).toMatch(/^fund_link (charged|settled)$/);
  expect(firing(keeper).filter((line) => line.includes('to pay $50'))).toEqual([]);
});

test('an ended page is no answer to who asks for one', async () => {
  const client = await startClient();
  const transport = new WatchedWire((send, _o, { url }) =>
    url.endsWith('/confirm-checkout')
      ? Promise.resolve({ kind: 'lost', reason: 'timeout' } as const)
      : send(),
  );
  const keeper = await AKeeper.open(client, { transport });
  await keeper.pass();
  const order = { kind: 'fund_link', amountCents: cents(5_000) } as const;
  await keeper.ask([order]);
  client.clock.advance(25 * HOUR_MS);
  await keeper.live(20 * MINUTE_MS);
  const [answered] = await keeper.ask([order]);
  const endsAt = answered?.link?.expiresAt ?? Number.POSITIVE_INFINITY;
  expect(endsAt).toBeGreaterThan(client.clock.now());
});
