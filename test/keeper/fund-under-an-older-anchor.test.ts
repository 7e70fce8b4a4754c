import { expect, test } from 'vitest';
import { MINUTE_MS } from '../../src/domain/time.ts';
import { startClient } from '../sandbox/sandbox-client.ts';
import { AKeeper } from './a-keeper.ts';
import { lower } from './a-low-wallet.ts';
import { charges, faults } from './sandbox-record.ts';
import { WatchedWire } from './watched-wire.ts';

test('a top-up that the ledger does not show yet is not made again where another credit came before it', async () => {
  const client = await startClient();
  const transport = new WatchedWire(async (send, ordinal) => {
    if (ordinal === 0) await client.fund(10, 'a-person');
    const reply = await send();
    if (ordinal === 0) await faults(client, { stale_balance: 1 });
    return reply;
  });
  const keeper = await AKeeper.open(client, { transport, wallet: { foreign_credits: 'allow' } });
  await keeper.pass();
  await lower(client, 5);
  await keeper.live(60 * MINUTE_MS);
  expect((await charges(client)).map(({ key, amount_cents }) => [key === 'a-person', amount_cents])).toEqual([
    [true, 1_000],
    [false, 5_000],
  ]);
});
