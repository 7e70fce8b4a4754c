import { expect, test } from 'vitest';
import { HOUR_MS, MINUTE_MS } from '../../src/domain/time.ts';
import { startClient } from '../sandbox/sandbox-client.ts';
import { AKeeper } from './a-keeper.ts';
import { lower } from './a-low-wallet.ts';
import { charges } from './sandbox-record.ts';
import { WatchedWire } from './watched-wire.ts';

const LATE_MS = 25 * MINUTE_MS;

/**
 * Rows name no payment. The money and the row of purser's own $90 come 25 minutes late, as accepted; a person's payment of
 * so much is shown at once. $12 + $90 is enough, whatever the person paid.
 */
async function paidBeside(dollars: number | null, areNamed = false) {
  const client = await startClient();
  const sentAt: number[] = [];
  const hidden = () => sentAt.filter((at) => client.clock.now() - at < LATE_MS).length;
  const transport = new WatchedWire(
    async (send, _n, { url }) => {
      if (url.endsWith('/wallet/fund')) sentAt.push(client.clock.now());
      return await send();
    },
    async (send, { url }) => {
      const reply = await send();
      if (reply.kind !== 'answered') return reply;
      const body = JSON.parse(reply.bodyText);
      const missing = hidden();
      if (url.includes('/wallet/balance')) body.data.balance -= 90 * missing;
      else if (url.includes('/wallet/transactions')) {
        const { data } = body;
        const own = data.items.filter((row: { amount: number }) => row.amount === 90).slice(0, missing);
        const items = data.items
          .filter((row: unknown) => !own.includes(row))
          .map((row: object) => (areNamed ? row : { ...row, transaction_id: null }));
        data.wallet.balance -= 90 * missing;
        data.wallet.total_credited -= 90 * missing;
        Object.assign(data, { items, count: items.length, total: items.length });
      } else return reply;
      return { ...reply, bodyText: JSON.stringify(body) };
    },
  );
  const wallet = { min_balance: 100, top_up: { amount: 90 }, foreign_credits: 'allow', cooldown: '10m' };
  const keeper = await AKeeper.open(client, { transport, wallet });
  await client.patch({ balance: 150 });
  await keeper.pass();
  await lower(client);
  await keeper.live(2 * MINUTE_MS);
  const own = async () => (await charges(client)).filter(({ key }) => key !== 'a-person');
  expect(await own()).toHaveLength(1);
  if (dollars !== null) await client.fund(dollars, 'a-person');
  await keeper.live(HOUR_MS);
  return {
    own: (await own()).length,
    intents: await keeper.intents(),
    holds: await keeper.store.journal.holds(keeper.account('agent-0001').name),
  };
}

test('control: money that comes 25 minutes late is not paid twice', async () => {
  expect((await paidBeside(null)).own).toBe(1);
});

test('control: nor where a person paid about as much, and rows name their payments', async () => {
  expect((await paidBeside(80, true)).own).toBe(1);
});

test('it is not paid twice where a person paid about as much meanwhile', async () => {
  expect((await paidBeside(80)).own).toBe(1);
});
