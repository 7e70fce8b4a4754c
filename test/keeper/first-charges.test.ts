import { expect, test } from 'vitest';
import { cents } from '../../src/domain/money.ts';
import { HOUR_MS, MINUTE_MS } from '../../src/domain/time.ts';
import { startClient } from '../sandbox/sandbox-client.ts';
import { AKeeper } from './a-keeper.ts';
import { charges, faults } from './sandbox-record.ts';
import { WatchedWire } from './watched-wire.ts';

type Row = { readonly id: number };
type Data = { wallet: Record<'total_credited' | 'amount_used', number>; items: readonly Row[] };

const dataOf = (text: string): Data => JSON.parse(text).data;

/** An account that is empty and has no row; the answer to its first charge is lost, and the row of that one is late. */
async function scene() {
  const client = await startClient();
  await client.patch({ balance: 0 });
  const then = dataOf(JSON.stringify((await client.ask('/wallet/transactions?type=credit')).body));
  const state = { isLost: true, isLate: true };
  const isNew = ({ id }: Row) => !state.isLate && then.items.every((row) => row.id !== id);
  const transport = new WatchedWire(
    async (send) => {
      const reply = await send();
      return state.isLost ? { kind: 'lost', reason: 'ECONNRESET' } : reply;
    },
    async (send, { url }) => {
      const reply = await send();
      if (reply.kind !== 'answered' || !url.includes('/wallet/transactions')) return reply;
      const body = JSON.parse(reply.bodyText);
      const { wallet } = body.data;
      wallet.total_credited -= then.wallet.total_credited;
      wallet.amount_used -= then.wallet.amount_used;
      const items = body.data.items.filter(isNew);
      Object.assign(body.data, { items, count: items.length, total: items.length });
      return { ...reply, bodyText: JSON.stringify(body) };
    },
  );
  const subscription = { when_past_due: 'alert' };
  const keeper = await AKeeper.open(client, { transport, wallet: null, subscription });
  return { client, keeper, state };
}

test('the first charge of a new account is not made again while its money is there and its row is not', async () => {
  const { client, keeper, state } = await scene();
  await faults(client, { key_retention_ms: MINUTE_MS });
  keeper.place({ kind: 'fund', amountCents: cents(5_000), card: null, coupon: null });
  await keeper.pass();
  client.clock.advance(6 * MINUTE_MS); // nothing gets through
  state.isLost = false;
  await keeper.live(20 * MINUTE_MS);
  state.isLate = false;
  await keeper.live(HOUR_MS);
  expect(await charges(client)).toHaveLength(1);
  expect(await keeper.intents()).toMatchObject([{ state: 'settled' }]);
});
