import { expect, test } from 'vitest';
import { DAY_MS, HOUR_MS, MINUTE_MS } from '../../src/domain/time.ts';
import { startClient } from '../sandbox/sandbox-client.ts';
import type { AKeeper } from './a-keeper.ts';
import { EVENING, OFFICE, openKeeper, subscriptionsOf } from './a-ruled-account.ts';
import { posts } from './sandbox-record.ts';
import { WatchedWire } from './watched-wire.ts';

async function scene(subscription: Record<string, unknown>, status: string) {
  const client = await startClient();
  await client.patch({ subscription: null });
  await client.patch({ subscription: { status, plan_id: 42 } });
  const stale = { status: null as string | null, plan: null as number | null };
  const transport = new WatchedWire(
    (send) => send(),
    async (send, { url }) => {
      const reply = await send();
      if (
        !url.endsWith('/subscriptions') ||
        reply.kind !== 'answered' ||
        (stale.status ?? stale.plan) === null
      )
        return reply;
      const body = JSON.parse(reply.bodyText);
      for (const row of body.data) {
        row.status = stale.status ?? row.status;
        if (stale.plan !== null) Object.assign(row, { plan_id: stale.plan, plan_name: 'Standard' });
      }
      return { ...reply, bodyText: JSON.stringify(body) };
    },
  );
  const keeper = await openKeeper(client, subscription, { transport, poll: '1m' });
  return { client, keeper, stale };
}
const holds = (keeper: AKeeper) => keeper.store.journal.holds(keeper.account('agent-0001').name);

test('one stale list after a resume freezes nothing', async () => {
  const { client, keeper, stale } = await scene({ plan: 'Standard', when_paused: 'resume' }, 'paused');
  await keeper.live(30 * MINUTE_MS);
  expect(await subscriptionsOf(client)).toEqual(['Standard active']);
  stale.status = 'paused';
  await keeper.pass();
  stale.status = null;
  await keeper.live(3 * HOUR_MS);
  expect(await holds(keeper)).toEqual([]);
});

test('a list that lags behind a pause by rules freezes nothing', async () => {
  const { client, keeper, stale } = await scene(
    { plan: 'Standard', pause: { hours: OFFICE }, when_paused: 'resume' },
    'active',
  );
  await keeper.live(7 * HOUR_MS);
  expect(await subscriptionsOf(client)).toEqual(['Standard paused']);
  stale.status = 'active';
  await keeper.pass();
  client.clock.advance(MINUTE_MS);
  await keeper.pass();
  stale.status = null;
  await keeper.rest(20 * HOUR_MS);
  expect(await holds(keeper)).toEqual([]);
});

test('of two subscriptions a pause touches one', async () => {
  const { client, keeper } = await scene({ pause: { hours: OFFICE }, when_paused: 'resume' }, 'active');
  await client.ask('/subscriptions', {
    body: { plan_id: 41, payment_method_id: 'pm_agent_0001_visa' },
    key: 'a-person',
  });
  await keeper.rest(DAY_MS - HOUR_MS);
  expect((await subscriptionsOf(client)).filter((one) => one.endsWith('paused'))).toEqual([]);
});

test('a list that shows the old plan after a change by rules leads to no second change, enforced or not', async () => {
  for (const enforce of [true, false]) {
    const rules = [{ plan: 'Premium', ...EVENING }];
    const declared = { plan: 'Standard', when_wrong_plan: 'change', rules, enforce };
    const { client, keeper, stale } = await scene(declared, 'active');
    await keeper.live(6.5 * HOUR_MS);
    expect(await subscriptionsOf(client)).toEqual(['Premium active']);
    stale.plan = 42;
    await keeper.live(80 * MINUTE_MS);
    stale.plan = null;
    await keeper.live(HOUR_MS);
    expect(await posts(client)).toHaveLength(1);
    expect(await keeper.told()).not.toContainEqual(expect.stringContaining('changed by hand'));
  }
});
