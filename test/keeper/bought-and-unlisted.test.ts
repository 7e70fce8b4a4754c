import { expect, test } from 'vitest';
import { DAY_MS, HOUR_MS, MINUTE_MS } from '../../src/domain/time.ts';
import { startClient } from '../sandbox/sandbox-client.ts';
import { AKeeper, type Opening } from './a-keeper.ts';
import { aWorld, CHANGE, changes, states } from './a-late-list.ts';
import { resolve } from './an-operator.ts';

const EVENING = { from: '0 18 * * *', for: '4h' };

test.each(['challenge', 'link'] as const)(
  'what a person paid (%s), and resolved so, is not paid again by a change under rules while the list lacks it',
  async (means) => {
    const client = await startClient();
    await client.patch({ subscription: null });
    const { world, transport } = aWorld({ asks: means === 'challenge' });
    const pay_with = means === 'link' ? ['human'] : ['default'];
    const opening: Opening = {
      poll: '10m',
      wallet: null,
      subscription: { ...CHANGE, pay_with, rules: [{ plan: 42, ...EVENING }] },
      transport,
    };
    const keeper = await AKeeper.open(client, opening);
    await keeper.live(HOUR_MS);
    expect(await states(keeper)).toEqual([
      means === 'link' ? 'subscribe_link link_open' : 'subscribe action',
    ]);
    const body = { plan_id: 41, payment_method_id: 'pm_agent_0001_visa' };
    await client.ask('/subscriptions', { body, key: 'a-person' });
    world.lacks = [43];
    await keeper.live(HOUR_MS);
    world.payment = 'succeeded';
    if (means === 'link') await client.patch({ pay_link: true });
    await keeper.live(10 * MINUTE_MS);
    expect((await states(keeper))[0]).toMatch(/ (charged|action)$/);
    await resolve(keeper, 'charged');
    await keeper.live(HOUR_MS);
    expect(await changes(client)).toEqual([]);
  },
);

test('a purchase that is over holds back no change of the next subscription', async () => {
  const client = await startClient();
  await client.patch({ subscription: null });
  const { world, transport } = aWorld({ asks: false });
  const keeper = await AKeeper.open(client, { poll: '10m', wallet: null, subscription: CHANGE, transport });
  await keeper.live(HOUR_MS);
  expect(await states(keeper)).toEqual(['subscribe settled']);
  await keeper.rest(DAY_MS);
  // A person ends it, it leaves the list, and buys the cheaper one.
  await client.patch({ subscription: { status: 'canceled' } });
  world.lacksOver = true;
  const body = { plan_id: 41, payment_method_id: 'pm_agent_0001_visa' };
  await client.ask('/subscriptions', { body, key: 'p' });
  await keeper.live(5 * HOUR_MS);
  expect(keeper.store.firingIncidents().map(({ fact }) => `${fact.headline} | ${fact.detail}`)).toEqual([]);
  expect(await changes(client)).toHaveLength(1);
});

test('nor does one that a person bought a day ago and resolved, and that the list shows', async () => {
  const client = await startClient();
  await client.patch({ subscription: null });
  const { world, transport } = aWorld({ asks: true });
  const opening: Opening = { poll: '10m', wallet: null, subscription: CHANGE, transport };
  const keeper = await AKeeper.open(client, opening);
  await keeper.live(HOUR_MS);
  expect(await states(keeper)).toEqual(['subscribe action']);
  await resolve(keeper, 'charged');
  world.payment = 'succeeded';
  await client.ask('/subscriptions', {
    body: { plan_id: 43, payment_method_id: 'pm_agent_0001_visa' },
    key: 'p',
  });
  await keeper.rest(DAY_MS);
  // The very one that was bought is changed by a person; the policy says `when_wrong_plan: change`.
  await client.patch({ subscription: { status: 'active', plan_id: 41 } });
  await keeper.live(5 * HOUR_MS);
  expect(keeper.store.firingIncidents().map(({ fact }) => `${fact.headline} | ${fact.detail}`)).toEqual([]);
  expect(await changes(client)).toHaveLength(1);
});
