import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { expect, test } from 'vitest';
import { DAY_MS, HOUR_MS, MINUTE_MS } from '../../src/domain/time.ts';
import { startClient } from '../sandbox/sandbox-client.ts';
import { AKeeper } from './a-keeper.ts';
import { lower } from './a-low-wallet.ts';
import { charges } from './sandbox-record.ts';
import { WatchedWire } from './watched-wire.ts';

/** As at Stripe: the period begins at the renewal, paid or not. */
function withPeriodEnd(endsAtMs: () => number): WatchedWire {
  return new WatchedWire(
    (send) => send(),
    async (send, { url }) => {
      const reply = await send();
      if (!url.endsWith('/subscriptions') || reply.kind !== 'answered') return reply;
      const put = (key: string, value: unknown) =>
        key.includes('period_end') ? new Date(endsAtMs()).toISOString() : value;
      return { ...reply, bodyText: JSON.stringify(JSON.parse(reply.bodyText), put) };
    },
  );
}

/** As an earlier version settled it, or a person. */
function forgetPeriods({ folder }: AKeeper): void {
  const database = new DatabaseSync(join(folder, 'purser.db'));
  database.exec("UPDATE intent SET doc = json_remove(doc, '$.state.periodEnd')");
  database.close();
}

test.each([1, 3, 6])(
  'arrears that come back %d days after they were paid, in the same period, are for a person, and the wallet goes on',
  async (days) => {
    const client = await startClient();
    await client.patch({ subscription: { status: 'active', plan_id: 42 } });
    const transport = withPeriodEnd(() => Date.UTC(2026, 11, 20));
    const subscription = { plan: 42, when_past_due: 'fix_payment' };
    const keeper = await AKeeper.open(client, { poll: '5m', subscription, transport });
    await keeper.live(10 * MINUTE_MS);
    await client.patch({ subscription: { status: 'past_due' } });
    await keeper.live(HOUR_MS);
    await keeper.rest(days * DAY_MS);
    await client.patch({ subscription: { status: 'past_due' } });
    await keeper.live(4 * HOUR_MS);
    expect(await charges(client, 'fix_payment')).toHaveLength(1);
    expect(await keeper.told()).toContainEqual(expect.stringContaining('needs a person'));
    await lower(client);
    await keeper.live(HOUR_MS);
    expect(await charges(client)).toHaveLength(1);
  },
);

test('nor are arrears paid again that a late word of the failure brings back in the period that was paid for', async () => {
  const client = await startClient();
  await client.patch({ subscription: { status: 'active', plan_id: 42 } });
  const keeper = await AKeeper.open(client, { subscription: { plan: 42, when_past_due: 'fix_payment' } });
  await keeper.live(10 * MINUTE_MS);
  await client.patch({ subscription: { status: 'past_due', renews_in_s: -3_600 } });
  await keeper.live(10 * MINUTE_MS);
  for (let words = 0; words < 4; words += 1) {
    await client.patch({ subscription: { status: 'past_due', renews_in_s: (30 * DAY_MS) / 1_000 - words } });
    await keeper.live(2 * HOUR_MS);
  }
  expect(await charges(client, 'fix_payment')).toHaveLength(1);
  expect(await keeper.told()).toContainEqual(expect.stringContaining('needs a person'));
  await lower(client);
  await keeper.live(HOUR_MS);
  expect(await charges(client, 'fund')).toHaveLength(1);
});

test('arrears of the next renewals are paid', async () => {
  const client = await startClient();
  await client.patch({ subscription: { status: 'active', plan_id: 42 } });
  const caps = { per_charge: 100, day: 100, month: 1_000 };
  const subscription = { plan: 42, when_past_due: 'fix_payment' };
  const keeper = await AKeeper.open(client, { poll: '1h', wallet: null, caps, subscription });
  for (let renewals = 0; renewals < 3; renewals += 1) {
    await keeper.rest(30 * DAY_MS);
    await client.patch({ subscription: { status: 'past_due', renews_in_s: -3_600 } });
    await keeper.live(2 * HOUR_MS);
  }
  expect(await charges(client, 'fix_payment')).toHaveLength(3);
});

test.each(['shown', 'forgotten'])(
  'nor two days later, when the period that the repair ended would be over (%s)',
  async (periods) => {
    const client = await startClient();
    await client.patch({ subscription: { status: 'past_due', plan_id: 42, renews_in_s: DAY_MS / 1_000 } });
    const subscription = { plan: 42, when_past_due: 'fix_payment' };
    const keeper = await AKeeper.open(client, { poll: '10m', wallet: null, subscription });
    const renewsIn = (days: number) => ({ renews_in_s: (days * DAY_MS) / 1_000 });
    await keeper.pass();
    await client.patch({ subscription: { status: 'active', ...renewsIn(30) } }); // as its answer says
    await keeper.rest(2 * DAY_MS);
    if (periods === 'forgotten') forgetPeriods(keeper);
    await client.patch({ subscription: { status: 'past_due', ...renewsIn(28) } });
    await keeper.live(3 * HOUR_MS);
    expect(await charges(client, 'fix_payment')).toHaveLength(1);
  },
);

test.each([
  ['ten minutes later, before the end of the last', '10m', 10 * MINUTE_MS],
  ['on the next day, before the end of the last', '1d', DAY_MS],
])('nor where the list shows the new period %s', async (_when, poll, lateMs) => {
  const client = await startClient();
  await client.patch({ subscription: { status: 'active', plan_id: 42 } });
  const shown = { endsAt: client.clock.now() + 2 * DAY_MS };
  const transport = withPeriodEnd(() => shown.endsAt);
  const subscription = { plan: 42, when_past_due: 'fix_payment' };
  const keeper = await AKeeper.open(client, { poll, wallet: null, subscription, transport });
  await client.patch({ subscription: { status: 'past_due' } });
  await keeper.live(lateMs);
  expect(await charges(client, 'fix_payment')).toHaveLength(1);
  shown.endsAt += 30 * DAY_MS;
  await keeper.rest(3 * DAY_MS);
  await client.patch({ subscription: { status: 'past_due' } });
  await keeper.rest(2 * DAY_MS);
  expect(await charges(client, 'fix_payment')).toHaveLength(1);
});

test('nor where the list shows the period that the repair began a minute after it is active', async () => {
  const client = await startClient();
  await client.patch({ subscription: { status: 'active', plan_id: 42 } });
  const shown = { endsAt: client.clock.now() - HOUR_MS };
  const transport = withPeriodEnd(() => shown.endsAt);
  const subscription = { plan: 42, when_past_due: 'fix_payment' };
  const keeper = await AKeeper.open(client, { poll: '1m', wallet: null, subscription, transport });
  await client.patch({ subscription: { status: 'past_due' } });
  await keeper.live(5 * MINUTE_MS);
  shown.endsAt += 30 * DAY_MS;
  await keeper.live(HOUR_MS);
  await client.patch({ subscription: { status: 'past_due' } });
  await keeper.live(2 * HOUR_MS);
  expect(await charges(client, 'fix_payment')).toHaveLength(1);
});

test('who changes a plan back, where a change begins a new period, is not fought', async () => {
  const client = await startClient();
  const paid = { status: 'active', plan_id: 42 };
  await client.patch({ subscription: { ...paid, renews_in_s: (20 * DAY_MS) / 1_000 } });
  const subscription = { plan: 43, when_wrong_plan: 'change' };
  const keeper = await AKeeper.open(client, { poll: '10m', wallet: null, subscription });
  await keeper.live(HOUR_MS);
  for (let changes = 0; changes < 3; changes += 1) {
    await client.patch({ subscription: { ...paid, renews_in_s: (30 * DAY_MS) / 1_000 } });
    await keeper.live(3 * HOUR_MS);
  }
  expect(await charges(client, 'plan_change')).toHaveLength(1);
  expect(await keeper.told()).toContainEqual(expect.stringContaining('needs a person'));
});

test.each([
  [30, 25],
  [7, 5],
])(
  'arrears of a period of %d days are paid, though those of the last were on its day %d',
  async (days, late) => {
    const client = await startClient();
    await client.patch({ subscription: { status: 'active', plan_id: 42 } });
    const from = client.clock.now();
    const endsAt = () =>
      from + (Math.floor((client.clock.now() - from) / (days * DAY_MS)) + 1) * days * DAY_MS;
    const transport = withPeriodEnd(endsAt);
    const subscription = { plan: 42, when_past_due: 'fix_payment' };
    const keeper = await AKeeper.open(client, { poll: '1h', wallet: null, subscription, transport });
    await keeper.rest(late * DAY_MS);
    for (const payments of [1, 2]) {
      await client.patch({ subscription: { status: 'past_due' } });
      await keeper.live(2 * HOUR_MS);
      expect(await charges(client, 'fix_payment')).toHaveLength(payments);
      await keeper.live(endsAt() - client.clock.now() + MINUTE_MS);
    }
  },
);
