import { expect, test } from 'vitest';
import { HOUR_MS, MINUTE_MS } from '../../src/domain/time.ts';
import { startClient } from '../sandbox/sandbox-client.ts';
import { AKeeper } from './a-keeper.ts';
import { lower } from './a-low-wallet.ts';
import { charges, faults } from './sandbox-record.ts';
import { WatchedWire } from './watched-wire.ts';

test("a charge that a total has shown is not made again where a person's money, which had no row either, went again", async () => {
  const client = await startClient();
  const pending = { extra: 0, taken: 0 };
  const transport = new WatchedWire(
    async (send) => {
      await send();
      return { kind: 'lost', reason: 'ECONNRESET' };
    },
    async (send, { url }) => {
      const reply = await send();
      if (reply.kind !== 'answered' || !url.includes('/wallet/')) return reply;
      const body = JSON.parse(reply.bodyText);
      const { data } = body;
      if (url.includes('/wallet/balance')) data.balance -= pending.taken;
      else {
        data.wallet.total_credited += pending.extra;
        data.wallet.balance -= pending.taken;
        data.wallet.amount_used = Math.round((data.wallet.total_credited - data.wallet.balance) * 100) / 100;
        const items = data.items.filter(({ id }: { readonly id: number }) => id <= 1001); // other rows are late
        if (url.includes('type=credit'))
          Object.assign(data, { items, count: items.length, total: items.length });
      }
      return { ...reply, bodyText: JSON.stringify(body) };
    },
  );
  const keeper = await AKeeper.open(client, { transport });
  await keeper.pass();
  pending.extra = 60;
  await keeper.live(4 * MINUTE_MS);
  await lower(client, 12);
  await faults(client, { key_retention_ms: 60_000 });
  await keeper.live(2 * MINUTE_MS);
  expect(await charges(client)).toHaveLength(1);
  Object.assign(pending, { extra: 0, taken: 60 }); // it failed after all
  await lower(client, 61);
  await keeper.rest(30 * HOUR_MS);
  expect(await charges(client)).toHaveLength(1);
});
