import { expect, test } from 'vitest';
import { DAY_MS, HOUR_MS, MINUTE_MS } from '../../src/domain/time.ts';
import { startClient } from '../sandbox/sandbox-client.ts';
import { AKeeper } from './a-keeper.ts';
import { lower } from './a-low-wallet.ts';
import { charges } from './sandbox-record.ts';
import { WatchedWire } from './watched-wire.ts';

test.each([1, 3, 6])(
  'arrears that come back %d days after they were paid, in the same period, are for a person, and the wallet goes on',
  async (days) => {
    const client = await startClient();
    await client.patch({ subscription: { status: 'active', plan_id: 42 } });
    const transport = new WatchedWire(
      (send) => send(),
      async (send, { url }) => {
        const reply = await send();
        if (!url.endsWith('/subscriptions') || reply.kind !== 'answered') return reply;
        // As at Stripe: the period begins at the renewal, paid or not.
        const put = (key: string, value: unknown) =>
          key.includes('period_end') ? '2026-12-20T00:00:00Z' : value;
        return { ...reply, bodyText: JSON.stringify(JSON.parse(reply.bodyText), put) };
      },
    );
    const subscription = { plan: 42, when_past_due: 'fix_payment' };
    const keeper = await AKeeper.open(client, { poll: '5m', subscription, transport });
    await keeper.live(10 * MINUTE_MS);
    await client.patch({ subscription: { status: 'past_due' } });
    await keeper.live(HOUR_MS);
    await keeper.live(days * DAY_MS);
    await client.patch({ subscription: { status: 'past_due' } });
    await keeper.live(4 * HOUR_MS);
    expect(await charges(client, 'fix_payment')).toHaveLength(1);
    expect(await keeper.told()).toContainEqual(expect.stringContaining('needs a person'));
    await lower(client);
    await keeper.live(HOUR_MS);
    expect(await charges(client)).toHaveLength(1);
  },
);
