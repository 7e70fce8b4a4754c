import { expect, test } from 'vitest';
import { HOUR_MS, MINUTE_MS } from '../../src/domain/time.ts';
import { startClient } from '../sandbox/sandbox-client.ts';
import { AKeeper } from './a-keeper.ts';
import { charges } from './sandbox-record.ts';
import { WatchedWire } from './watched-wire.ts';

test.each([
  ['control: one of four rows', 3],
  ['one of five rows', 4],
])('a wallet that lacks the newest row is not charged for: %s', async (_, before) => {
  const client = await startClient();
  const seen = { wallet: null as object | null, stillUntil: 0 };
  const transport = new WatchedWire(
    (send) => send(),
    async (send, { url }) => {
      const reply = await send();
      if (reply.kind !== 'answered' || client.clock.now() >= seen.stillUntil) return reply;
      if (!url.includes('/wallet/transactions') || !url.includes('type=credit')) return reply;
      const body = JSON.parse(reply.bodyText);
      body.data.wallet = seen.wallet;
      return { ...reply, bodyText: JSON.stringify(body) };
    },
  );
  const opening = { transport, wallet: { foreign_credits: 'allow' } };
  const friday = await AKeeper.open(client, opening);
  await friday.pass();
  friday.close();
  for (let count = 0; count < before; count += 1) {
    client.clock.advance(4 * HOUR_MS);
    await client.fund(50, `by-hand-${count}`);
    await client.patch({ balance: 30 }); // used
  }
  client.clock.advance(HOUR_MS);
  await client.patch({ balance: 12 });
  const { body } = await client.ask('/wallet/transactions?type=credit&limit=1');
  seen.wallet = body.data.wallet;
  seen.stillUntil = client.clock.now() + 5 * MINUTE_MS;
  await client.fund(50, 'by-hand-last'); // $62
  client.clock.advance(MINUTE_MS);
  const monday = await AKeeper.open(client, { ...opening, folder: friday.folder });
  await monday.live(HOUR_MS);
  expect((await charges(client)).filter(({ key }) => key?.startsWith('purser-'))).toEqual([]);
});
