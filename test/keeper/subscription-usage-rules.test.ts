import { expect, test } from 'vitest';
import { DAY_MS, HOUR_MS, MINUTE_MS } from '../../src/domain/time.ts';
import { aRuledAccount, subscriptionsOf } from './a-ruled-account.ts';
import { DeafWire } from './deaf-wire.ts';
import { charges, posts, requests } from './sandbox-record.ts';
import { answer, WatchedWire } from './watched-wire.ts';

/** Of Basic's 10,000 calls, at a fifth of a cent each, a tenth is left when $18 are used. */
const WHEN_LOW = { plan: 'Basic', rules: [{ plan: 'Standard', when_remaining_below: '10%' }] };

test('what remains falls below: upgraded once, and kept until shortly before the period ends', async () => {
  const { client, keeper } = await aRuledAccount(41, WHEN_LOW, { poll: '1h' });
  await client.patch({ burn: 17 });
  await keeper.live(HOUR_MS);
  await client.patch({ burn: 0 });
  await keeper.live(HOUR_MS);
  expect(await posts(client)).toEqual([]);
  await client.patch({ burn: 2 });
  await keeper.live(HOUR_MS);
  await keeper.live(9 * MINUTE_MS);
  expect(await posts(client)).toEqual([]); // one read alone says so
  await keeper.live(6 * MINUTE_MS);
  await client.patch({ burn: 0 });
  expect(await subscriptionsOf(client)).toEqual(['Standard active']);
  await keeper.rest(29 * DAY_MS);
  expect(await charges(client, 'plan_change')).toHaveLength(1);
  expect(await subscriptionsOf(client)).toEqual(['Standard active']);
  await keeper.rest(20 * HOUR_MS);
  expect(await subscriptionsOf(client)).toEqual(['Basic active']);
  await keeper.live(90 * MINUTE_MS);
  const renewals = await charges(client, 'renewal');
  expect(renewals.filter(({ account }) => account === 'agent-0001')).toMatchObject([{ amount_cents: 2_700 }]);
}, 60_000);

test('the plan goes back before the period ends, also where it was changed to the same one before', async () => {
  const { client, keeper } = await aRuledAccount(43, { ...WHEN_LOW, when_wrong_plan: 'change' });
  await client.patch({ subscription: { renews_in_s: 12 * 3_600 } });
  await keeper.live(HOUR_MS);
  expect(await subscriptionsOf(client)).toEqual(['Basic active']);
  await client.patch({ burn: 19 });
  await keeper.live(2 * HOUR_MS);
  await client.patch({ burn: 0 });
  expect(await subscriptionsOf(client)).toEqual(['Standard active']);
  await keeper.live(8 * HOUR_MS);
  expect(await subscriptionsOf(client)).toEqual(['Basic active']);
  expect((await keeper.intents()).map(({ state }) => state)).toEqual(['settled', 'settled', 'settled']);
  await keeper.live(3 * HOUR_MS);
  expect(keeper.context.view.accounts()[0]?.frozen).toBe(null);
});

test('usage is read every ten minutes at most, and only where rules ask for it', async () => {
  const { client, keeper } = await aRuledAccount(41, WHEN_LOW, { poll: '60s' });
  await keeper.live(HOUR_MS);
  const reads = (await requests(client)).filter(({ path }) => path.includes('/usage/'));
  expect(reads.length).toBeGreaterThan(4);
  expect(reads.length).toBeLessThanOrEqual(7);
  const other = await aRuledAccount(41, {
    plan: 'Basic',
    rules: [{ plan: 'Standard', last_days_of_month: 2 }],
  });
  await other.keeper.live(HOUR_MS);
  expect((await requests(other.client)).filter(({ path }) => path.includes('/usage/'))).toEqual([]);
});

test('usage that cannot be read changes nothing, says so, is told after an hour, and then acted on', async () => {
  const wire = new DeafWire('/usage/');
  const { client, keeper } = await aRuledAccount(41, WHEN_LOW, { transport: wire });
  await client.patch({ burn: 19 });
  client.clock.advance(HOUR_MS);
  await client.patch({ burn: 0 });
  await keeper.live(2 * HOUR_MS);
  expect(await posts(client)).toEqual([]);
  expect(keeper.context.view.accounts()[0]?.subscription).toMatchObject({
    reason: 'usage_unknown',
    sentence: expect.stringMatching(
      /^nothing is changed: rule 1 asks for what remains of the plan's calls: /,
    ),
  });
  expect(await keeper.told()).toEqual([
    'firing purser.degraded: agent-0001: subscription-rules is not as declared',
  ]);
  wire.isDeaf = false;
  await keeper.live(HOUR_MS);
  expect(await subscriptionsOf(client)).toEqual(['Standard active']);
  expect((await keeper.told())[1]).toMatch(/^resolved purser.degraded/);
  await wire.close();
});

test('an idle subscription is paused, and resumed when something is used', async () => {
  const { client, keeper } = await aRuledAccount(41, { pause: { idle_for: '6h' } });
  await keeper.live(5 * HOUR_MS);
  expect(await subscriptionsOf(client)).toEqual(['Basic active']);
  await client.patch({ burn: 1 });
  await keeper.live(5 * MINUTE_MS);
  await client.patch({ burn: 0 });
  await keeper.live(5.5 * HOUR_MS);
  expect(await subscriptionsOf(client)).toEqual(['Basic active']);
  await keeper.live(HOUR_MS);
  expect(await subscriptionsOf(client)).toEqual(['Basic paused']);
  await keeper.rest(DAY_MS);
  expect(await subscriptionsOf(client)).toEqual(['Basic paused']);
  await client.patch({ burn: 1 });
  await keeper.live(30 * MINUTE_MS);
  expect(await subscriptionsOf(client)).toEqual(['Basic active']);
  expect((await posts(client)).map(({ path }) => path.split('/').at(-1))).toEqual(['pause', 'resume']);
  expect(await keeper.told()).not.toContainEqual(expect.stringContaining('by hand'));
}, 30_000);

test('an idle subscription that a person resumed is in use again', async () => {
  const { client, keeper } = await aRuledAccount(41, { pause: { idle_for: '6h' } });
  await keeper.live(7 * HOUR_MS);
  expect(await subscriptionsOf(client)).toEqual(['Basic paused']);
  await client.patch({ subscription: { status: 'active' } });
  await keeper.live(5 * HOUR_MS);
  expect(await subscriptionsOf(client)).toEqual(['Basic active']);
  expect(await keeper.told()).not.toContainEqual(expect.stringContaining('by hand'));
  await keeper.live(2 * HOUR_MS);
  expect(await subscriptionsOf(client)).toEqual(['Basic paused']);
  expect((await keeper.intents()).map(({ state }) => state)).toEqual(['settled', 'settled']);
});

test('what was used a moment ago, after the last read, keeps it from being paused', async () => {
  const { client, keeper } = await aRuledAccount(41, { pause: { idle_for: '6h5m' } }, { poll: '5m' });
  await keeper.live(6 * HOUR_MS);
  await client.patch({ burn: 10 });
  client.clock.advance(2 * MINUTE_MS);
  await client.patch({ burn: 0 });
  await keeper.live(30 * MINUTE_MS);
  expect(await subscriptionsOf(client)).toEqual(['Basic active']);
  expect(await posts(client)).toEqual([]);
});

test('one odd answer about what remains changes no plan, and spoils no later rule', async () => {
  const odd = { isNext: false };
  const transport = new WatchedWire(
    (send) => send(),
    async (send, { url }) => {
      const reply = await send();
      if (!url.includes('/usage/products') || reply.kind !== 'answered' || !odd.isNext) return reply;
      odd.isNext = false;
      return { ...reply, bodyText: reply.bodyText.replace(/"remaining":\d+/, '"remaining":0') };
    },
  );
  const { client, keeper } = await aRuledAccount(41, WHEN_LOW, { transport, poll: '1m' });
  await keeper.live(HOUR_MS);
  odd.isNext = true;
  await keeper.live(6 * HOUR_MS);
  expect(odd.isNext).toBe(false);
  expect(await posts(client)).toEqual([]);
  await client.patch({ burn: 19 });
  await keeper.live(HOUR_MS);
  await client.patch({ burn: 0 });
  await keeper.live(HOUR_MS);
  expect(await subscriptionsOf(client)).toEqual(['Standard active']);
});

test('one odd answer that tells of no use pauses nothing that was in use', async () => {
  const odd = { isNext: false };
  const transport = new WatchedWire(
    (send) => send(),
    async (send, { url }) => {
      if (!url.includes('/usage/history') || !odd.isNext) return await send();
      odd.isNext = false;
      return answer(200, { data: { items: [] } });
    },
  );
  const { client, keeper } = await aRuledAccount(41, { pause: { idle_for: '6h' } }, { transport });
  await client.patch({ burn: 1 });
  await keeper.live(8 * HOUR_MS);
  odd.isNext = true;
  await keeper.live(HOUR_MS);
  expect(odd.isNext).toBe(false);
  expect(await posts(client)).toEqual([]);
});
