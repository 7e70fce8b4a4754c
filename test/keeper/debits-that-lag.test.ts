import { expect, test } from 'vitest';
import { HOUR_MS, MINUTE_MS } from '../../src/domain/time.ts';
import { startClient } from '../sandbox/sandbox-client.ts';
import { AKeeper } from './a-keeper.ts';
import { lower } from './a-low-wallet.ts';
import { charges } from './sandbox-record.ts';
import { WatchedWire } from './watched-wire.ts';

const LAG_MINUTES = 5;

test('where earnings trickle in and pages of debits are minutes late for ever, a low wallet is funded all the same', async () => {
  const client = await startClient();
  const startAt = client.clock.now();
  const transport = new WatchedWire(
    async (send) => await send(),
    async (send, { url }) => {
      const reply = await send();
      if (reply.kind !== 'answered' || !url.includes('/wallet/transactions')) return reply;
      const body = JSON.parse(reply.bodyText);
      const { wallet } = body.data;
      const lagMinutes = url.includes('type=credit') ? 0 : LAG_MINUTES;
      // Used up as they come.
      const earned = ((client.clock.now() - startAt) / MINUTE_MS - lagMinutes) * 0.05;
      wallet.total_credited = Math.round((wallet.total_credited + earned) * 100) / 100;
      wallet.amount_used = Math.round((wallet.amount_used + earned) * 100) / 100;
      return { ...reply, bodyText: JSON.stringify(body) };
    },
  );
  const keeper = await AKeeper.open(client, { transport, wallet: { cooldown: '1m' } });
  await keeper.live(10 * MINUTE_MS);
  await lower(client);
  await keeper.live(3 * HOUR_MS);
  expect(await charges(client)).toHaveLength(1);
  await lower(client);
  await keeper.live(2 * HOUR_MS);
  expect(await charges(client)).toHaveLength(2);
});
