import { expect, test } from 'vitest';
import { DAY_MS, HOUR_MS, MINUTE_MS } from '../../src/domain/time.ts';
import { startClient } from '../sandbox/sandbox-client.ts';
import { AKeeper } from './a-keeper.ts';
import { lower } from './a-low-wallet.ts';
import { charges } from './sandbox-record.ts';
import { withPeriodEnd } from './with-period-end.ts';

const SUBSCRIPTION = { plan: 42, when_past_due: 'fix_payment', when_canceled: 'subscribe' };
const CAPS = { per_charge: 100, day: 200, month: 1_000 };

/** A keeper that has just bought a subscription for its account, which had none. */
async function withBought(more: Parameters<typeof AKeeper.open>[1] = {}) {
  const client = await startClient();
  await client.patch({ subscription: null });
  const keeper = await AKeeper.open(client, { poll: '5m', caps: CAPS, subscription: SUBSCRIPTION, ...more });
  await keeper.live(HOUR_MS);
  expect(await charges(client, 'subscribe')).toHaveLength(1);
  return { client, keeper };
}

const renewsIn = (days: number) => ({ renews_in_s: (days * DAY_MS) / 1_000 });

test.each([0, 1, 6])('what was bought %d days ago, and is called past due, is for a person', async (days) => {
  const { client, keeper } = await withBought();
  await keeper.rest(days * DAY_MS);
  await client.patch({ subscription: { status: 'past_due', ...renewsIn(30 - days) } });
  await keeper.live(4 * HOUR_MS);
  expect(await charges(client, 'fix_payment')).toEqual([]);
  expect(await keeper.told()).toContainEqual(expect.stringContaining('needs a person'));
  await lower(client);
  await keeper.live(HOUR_MS);
  expect(await charges(client, 'fund')).toHaveLength(1);
});

test('the first renewal of what was bought is paid', async () => {
  const { client, keeper } = await withBought({ poll: '1h', wallet: null });
  await keeper.rest(30 * DAY_MS);
  await client.patch({ subscription: { status: 'past_due', renews_in_s: -3_600 } });
  await keeper.live(2 * HOUR_MS);
  expect(await charges(client, 'fix_payment')).toHaveLength(1);
});

test('so is the first period behind a trial of three days', async () => {
  const client = await startClient();
  await client.patch({ subscription: null });
  const shown = { endsAt: client.clock.now() + 3 * DAY_MS };
  const transport = withPeriodEnd(() => shown.endsAt);
  const keeper = await AKeeper.open(client, {
    poll: '5m',
    wallet: null,
    caps: CAPS,
    subscription: SUBSCRIPTION,
    transport,
  });
  await keeper.live(10 * MINUTE_MS);
  expect(await charges(client, 'subscribe')).toHaveLength(1);
  await keeper.rest(3 * DAY_MS);
  shown.endsAt += 30 * DAY_MS;
  await client.patch({ subscription: { status: 'past_due' } });
  await keeper.live(2 * HOUR_MS);
  expect(await charges(client, 'fix_payment')).toHaveLength(1);
});
