import { expect, test } from 'vitest';
import { HOUR_MS, MINUTE_MS } from '../../src/domain/time.ts';
import { startClient } from '../sandbox/sandbox-client.ts';
import { AKeeper } from './a-keeper.ts';
import { charges } from './sandbox-record.ts';
import { holdsOf, statesOf } from './standing-of.ts';
import { answer, WatchedWire } from './watched-wire.ts';

/** A low wallet whose one POST was certainly refused, in a ledger that lacks the rows that a test takes out. */
async function refusedOnce(isLeftOut: (row: { usecase: string }) => boolean = () => false) {
  const client = await startClient();
  let refused = 0;
  const transport = new WatchedWire(
    async (send, _ordinal, { url }) => {
      if (!url.includes('/wallet/fund') || refused > 0) return await send();
      refused += 1;
      return answer(429, { message: 'Too many requests' }, { 'retry-after': '600' });
    },
    async (send, { url }) => {
      const reply = await send();
      if (reply.kind !== 'answered' || !url.includes('type=credit')) return reply;
      const body = JSON.parse(reply.bodyText);
      const items = body.data.items.filter((row: { usecase: string }) => !isLeftOut(row));
      const data = { ...body.data, items, count: items.length, total: items.length };
      return answer(200, { ...body, data }, reply.headers);
    },
  );
  const keeper = await AKeeper.open(client, { transport });
  await client.fund(10, 'by-a-person'); // a ledger with a row
  client.clock.advance(MINUTE_MS);
  await keeper.live(HOUR_MS);
  await client.patch({ balance: 12 });
  client.clock.advance(MINUTE_MS);
  await keeper.pass();
  expect(await statesOf(keeper)).toEqual(['fund armed']);
  return { client, keeper };
}

test('a charge that was certainly refused, and two people who pay the same, freeze nothing', async () => {
  const { client, keeper } = await refusedOnce();
  await client.fund(50, 'by-one');
  await client.fund(50, 'by-another');
  client.clock.advance(MINUTE_MS);
  await keeper.live(4 * HOUR_MS);
  expect(await statesOf(keeper)).toEqual(['fund released']);
  expect(await holdsOf(keeper)).toEqual([]);
});

test('money without a row behind such a charge keeps no wallet low', async () => {
  const { client, keeper } = await refusedOnce(({ usecase }) => usecase === 'adjustment');
  await client.patch({ balance: 62 }); // the provider's support gives $50
  await keeper.live(3 * HOUR_MS);
  await client.patch({ balance: 12 });
  client.clock.advance(MINUTE_MS);
  await keeper.live(5 * HOUR_MS);
  expect((await charges(client)).filter(({ key }) => !key?.startsWith('by-'))).toHaveLength(1);
});
