import { expect, test } from 'vitest';
import { HOUR_MS, MINUTE_MS } from '../../src/domain/time.ts';
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

type Item = Readonly<Record<string, unknown>> & { readonly amount: number };

/** A keeper that charges $50 which no ledger shows; then a credit of $45 comes, as `shown`, and is used up. */
async function chargedUnseen(shown: (row: Item) => Item) {
  const client = await startClient();
  const transport = new WatchedWire(
    (send) => send(),
    async (send, { url }) => {
      const reply = await send();
      if (!url.includes('/wallet/transactions') || reply.kind !== 'answered') return reply;
      const { data, ...rest } = JSON.parse(reply.bodyText);
      const items = data.items.filter(
        (row: Item, index: number) => row.amount !== 50 || isFirst(data, index),
      );
      const hidden = 50 * (data.items.length - items.length);
      const wallet = { ...data.wallet };
      wallet.balance -= hidden;
      wallet.total_credited -= hidden;
      const body = { ...rest, data: { ...data, items: items.map(shown), wallet } };
      return { ...reply, bodyText: JSON.stringify(body) };
    },
  );
  const keeper = await AKeeper.open(client, { transport, wallet: { foreign_credits: 'allow' } });
  await keeper.pass();
  await lower(client, 12);
  await keeper.live(10 * MINUTE_MS);
  await client.fund(45, 'another');
  await client.patch({ balance: 62 });
  await keeper.live(HOUR_MS);
  const own = (await charges(client)).filter(({ key }) => key !== 'another');
  return { own, keeper, client };
}

/** The newest stands first: the last row is that of before. */
function isFirst(data: { readonly items: readonly Item[] }, index: number): boolean {
  return index === data.items.length - 1;
}

test("a person's payment of about its amount does not stand for a top-up that no ledger shows", async () => {
  const { own } = await chargedUnseen((row) => row);
  expect(own).toHaveLength(1);
});

test('a row that names no payment and is about its amount does', async () => {
  const { own } = await chargedUnseen((row) => ({ ...row, transaction_id: null }));
  expect(own).toHaveLength(2);
});

test('nor does the native recharge of the provider', async () => {
  const { own } = await chargedUnseen((row) =>
    row.amount === 45 ? { ...row, transaction_id: null, source: 'auto_recharge' } : row,
  );
  expect(own).toHaveLength(1);
});

test('nor does one such row stand for two top-ups', async () => {
  const { client, keeper } = await chargedUnseen((row) => ({ ...row, transaction_id: null }));
  await client.fund(10, 'a-third');
  await lower(client, 112);
  await keeper.live(HOUR_MS);
  const own = (await charges(client)).filter(({ key }) => key !== 'another' && key !== 'a-third');
  expect(own).toHaveLength(2);
});
