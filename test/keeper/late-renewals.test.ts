import { expect, test } from 'vitest';
import { DAY_MS, HOUR_MS, MINUTE_MS } from '../../src/domain/time.ts';
import { startClient } from '../sandbox/sandbox-client.ts';
import { AKeeper } from './a-keeper.ts';
import { lower } from './a-low-wallet.ts';
import { charges } from './sandbox-record.ts';
import { WatchedWire } from './watched-wire.ts';

function withPeriodEnd(endsAtMs: () => number): WatchedWire {
  return new WatchedWire(
    (send) => send(),
    async (send, { url }) => {
      const reply = await send();
      if (!url.endsWith('/subscriptions') || reply.kind !== 'answered') return reply;
      const put = (key: string, value: unknown) =>
        key.includes('period_end') || key === 'next_billing_date'
          ? new Date(endsAtMs()).toISOString()
          : value;
      return { ...reply, bodyText: JSON.stringify(JSON.parse(reply.bodyText), put) };
    },
  );
}

test('a renewal by itself, an hour after a free resume, is no charge of the resume', async () => {
  const client = await startClient();
  await client.patch({ subscription: { status: 'paused', plan_id: 42 } });
  const from = client.clock.now() + HOUR_MS;
  const endsAt = () => (client.clock.now() < from ? from : from + 30 * DAY_MS);
  const transport = withPeriodEnd(endsAt);
  const caps = { per_charge: 60, day: 60, month: 1_000 };
  const subscription = { plan: 42, when_paused: 'resume' };
  const keeper = await AKeeper.open(client, { poll: '5m', subscription, transport, caps });
  await keeper.live(30 * MINUTE_MS);
  await keeper.live(HOUR_MS);
  const all = await keeper.intents();
  expect(all.map(({ kind, state, settled_usd: settled }) => `${kind} ${state} ${settled}`)).toEqual([
    'resume settled 0',
  ]);
  await lower(client);
  await keeper.live(HOUR_MS);
  expect(await charges(client, 'fund')).toHaveLength(1);
});

test.each([1, 3])(
  'arrears of the renewal that comes %i h after the last were paid are paid',
  async (hours) => {
    const client = await startClient();
    await client.patch({ subscription: { status: 'active', plan_id: 42 } });
    const from = client.clock.now() + DAY_MS;
    const endsAt = () => (client.clock.now() < from ? from : from + 30 * DAY_MS);
    const transport = withPeriodEnd(endsAt);
    const subscription = { plan: 42, when_past_due: 'fix_payment' };
    const keeper = await AKeeper.open(client, { poll: '5m', wallet: null, subscription, transport });
    await keeper.rest(DAY_MS - hours * HOUR_MS);
    await client.patch({ subscription: { status: 'past_due' } });
    await keeper.live(hours * HOUR_MS - MINUTE_MS);
    expect(await charges(client, 'fix_payment')).toHaveLength(1);
    await keeper.live(2 * MINUTE_MS);
    await client.patch({ subscription: { status: 'past_due' } });
    await keeper.live(5 * HOUR_MS);
    expect(await charges(client, 'fix_payment')).toHaveLength(2);
  },
);
