import { expect, test } from 'vitest';
import { MINUTE_MS } from '../../src/domain/time.ts';
import { startClient } from '../sandbox/sandbox-client.ts';
import { AKeeper } from './a-keeper.ts';
import { lower } from './a-low-wallet.ts';
import { charges } from './sandbox-record.ts';
import { WatchedWire } from './watched-wire.ts';

test('a payment that is paid back minutes after it came keeps no wallet unfunded', async () => {
  const client = await startClient();
  const state = { isRefunded: false };
  const transport = new WatchedWire(
    (send) => send(),
    async (send, { url }) => {
      const reply = await send();
      if (!url.includes('type=credit') || reply.kind !== 'answered') return reply;
      if (!state.isRefunded) return reply;
      const body = JSON.parse(reply.bodyText);
      for (const row of body.data.items) if (row.amount === 30) row.status = 'refunded';
      body.data.wallet.total_credited -= 30;
      body.data.wallet.amount_used -= 30;
      return { ...reply, bodyText: JSON.stringify(body) };
    },
  );
  const keeper = await AKeeper.open(client, { transport });
  await keeper.pass();
  client.clock.advance(MINUTE_MS);
  await client.fund(30, 'a-person');
  await keeper.live(5 * MINUTE_MS);
  state.isRefunded = true;
  await lower(client, 12);
  await keeper.live(10 * MINUTE_MS);
  expect((await charges(client)).filter(({ key }) => key !== 'a-person')).toHaveLength(1);
});
