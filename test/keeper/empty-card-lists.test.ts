import { expect, test } from 'vitest';
import { HOUR_MS, MINUTE_MS } from '../../src/domain/time.ts';
import { startClient } from '../sandbox/sandbox-client.ts';
import { AKeeper } from './a-keeper.ts';
import { lower } from './a-low-wallet.ts';
import { charges, requests } from './sandbox-record.ts';
import { answer, WatchedWire } from './watched-wire.ts';

/** A keeper whose ladder ends with a person; the next answers about cards are what a test puts into `next`. */
async function scene() {
  const client = await startClient();
  const next: ('empty' | 'failed')[] = [];
  const transport = new WatchedWire(
    (send) => send(),
    async (send, { url }) => {
      const odd = url.endsWith('/billing/payment-methods') ? next.shift() : undefined;
      if (odd === undefined) return await send();
      return odd === 'empty'
        ? answer(200, { data: [], error: null, meta: {} })
        : answer(403, { message: 'no' });
    },
  );
  const keeper = await AKeeper.open(client, { transport, wallet: { pay_with: ['default', 'human'] } });
  const kinds = async () => (await keeper.intents()).map(({ kind }) => kind);
  return { client, keeper, next, kinds };
}

test('one list without cards asks no person: the card is charged', async () => {
  const { client, keeper, next, kinds } = await scene();
  await keeper.pass();
  await lower(client);
  next.push('empty');
  await keeper.live(10 * MINUTE_MS);
  expect(next).toEqual([]);
  expect(await kinds()).toEqual(['fund']);
  expect(await charges(client)).toHaveLength(1);
  expect(await keeper.told()).not.toContainEqual(expect.stringContaining('card'));
});

test('neither does the first list after a start', async () => {
  const { client, keeper, next, kinds } = await scene();
  await lower(client);
  next.push('empty');
  await keeper.live(10 * MINUTE_MS);
  expect(await kinds()).toEqual(['fund']);
});

test('a second list without cards, seconds later, is believed', async () => {
  const { client, keeper, next, kinds } = await scene();
  await keeper.pass();
  await lower(client);
  next.push('empty', 'empty');
  const { until } = await keeper.pass();
  expect(await kinds()).toEqual([]);
  expect((until ?? 0) - client.clock.now()).toBeLessThanOrEqual(2_000);
  client.clock.advance(2_000);
  await keeper.pass();
  expect(await kinds()).toEqual(['fund_link']);
});

test('a list that fails in between makes no storm, and the count begins anew', async () => {
  const { client, keeper, next, kinds } = await scene();
  await keeper.pass();
  await lower(client);
  next.push('empty', 'failed', 'empty');
  await keeper.live(10 * MINUTE_MS);
  expect(await kinds()).toEqual(['fund']);
  next.push('empty', ...Array.from({ length: 20 }, () => 'failed' as const));
  await keeper.live(HOUR_MS + 10 * MINUTE_MS);
  const reads = (await requests(client)).filter(({ path }) => path.endsWith('/billing/payment-methods'));
  expect(reads.length).toBeLessThan(10);
});

test('a doubt about cards that nothing asks for any more ends with the next list', async () => {
  const { client, keeper, next } = await scene();
  await keeper.pass();
  await lower(client);
  next.push('empty');
  await keeper.pass();
  await client.patch({ balance: 100 });
  expect(await keeper.live(10 * MINUTE_MS)).toBeLessThan(30);
});
