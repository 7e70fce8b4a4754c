import { expect, test } from 'vitest';
import { HOUR_MS, MINUTE_MS } from '../../src/domain/time.ts';
import type { TransportReply } from '../../src/modelslab/transport.ts';
import { startClient } from '../sandbox/sandbox-client.ts';
import { AKeeper } from './a-keeper.ts';
import { lower } from './a-low-wallet.ts';
import { resolve } from './an-operator.ts';
import { charges } from './sandbox-record.ts';
import { holdsOf, statesOf } from './standing-of.ts';
import { WatchedWire } from './watched-wire.ts';

const LOST = { kind: 'lost', reason: 'timeout' } as const;

test('a row of a later charge is not that of one that a person called made hours before', async () => {
  const client = await startClient();
  await client.control('/faults', { key_retention_ms: 1_000 });
  let cache: TransportReply | null = null;
  let isOld = false;
  const transport = new WatchedWire(
    async (send, ordinal) => {
      isOld = ordinal % 2 === 0; // the page behind a first POST is of before it
      client.clock.advance(2_000); // the key is forgotten
      if (ordinal === 3) {
        await client.patch({ cards: [{ id: 'pm_agent_0001_visa', behaviour: 'insufficient_funds' }] });
        return await send();
      }
      await send();
      return LOST;
    },
    async (send, { url }) => {
      if (!url.includes('/wallet/transactions')) return await send();
      if (!isOld || cache === null) cache = await send();
      return cache;
    },
  );
  const keeper = await AKeeper.open(client, { transport });
  await keeper.live(5 * MINUTE_MS);
  await lower(client);
  await keeper.live(MINUTE_MS);
  expect(await charges(client)).toHaveLength(2); // one key, forgotten in between
  await keeper.live(3 * HOUR_MS);
  await resolve(keeper, 'charged');
  await lower(client);
  await keeper.live(8 * HOUR_MS);
  expect(await statesOf(keeper)).toEqual(['fund declined', 'fund settled']);
  expect(await holdsOf(keeper)).toEqual(['a credit appeared that may or may not be this charge']);
  expect(await charges(client)).toHaveLength(3);
});
