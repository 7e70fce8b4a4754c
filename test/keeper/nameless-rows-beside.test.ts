import { expect, test } from 'vitest';
import { HOUR_MS, MINUTE_MS } from '../../src/domain/time.ts';
import { startClient } from '../sandbox/sandbox-client.ts';
import { AKeeper } from './a-keeper.ts';
import { lower } from './a-low-wallet.ts';
import { LateMoney, newestRow } from './late-money.ts';
import { charges } from './sandbox-record.ts';
import { WatchedWire } from './watched-wire.ts';

/**
 * Money and row of purser's own $90 come 25 minutes late, as accepted; somebody else's payment of so much is shown at once,
 * and is used up.
 */
async function paidBeside(
  other: { readonly dollars: number; readonly areNamed?: boolean; readonly usecase?: string } | null,
) {
  const client = await startClient();
  const own = new LateMoney(client, { dollars: 90, lateMs: 25 * MINUTE_MS });
  const others = new Set<number>();
  const transport = new WatchedWire(
    async (send, _n, { url }) => {
      const reply = await send();
      if (url.endsWith('/wallet/fund') && own.row === null) await own.begin();
      return reply;
    },
    async (send, { url }) =>
      own.hide(await send(), url, {
        isHidden: ({ id }) => id === own.row,
        edit: (row) => ({
          ...row,
          ...(others.has(row.id) ? { usecase: other?.usecase ?? 'wallet_funding' } : {}),
          ...(other?.areNamed === true ? {} : { transaction_id: null }),
        }),
      }),
  );
  const wallet = { min_balance: 100, top_up: { amount: 90 }, foreign_credits: 'allow', cooldown: '10m' };
  const keeper = await AKeeper.open(client, { transport, wallet });
  await client.patch({ balance: 150 });
  await keeper.pass();
  await lower(client);
  await keeper.live(2 * MINUTE_MS);
  const made = async () => (await charges(client)).filter(({ key }) => key !== 'somebody-else');
  expect(await made()).toHaveLength(1);
  if (other !== null) {
    await client.fund(other.dollars, 'somebody-else');
    others.add(await newestRow(client));
    await keeper.live(2 * MINUTE_MS);
    await client.patch({ balance: 102 }); // $12 and purser's own $90, which are not shown yet
  }
  await keeper.live(HOUR_MS);
  return await made();
}

test.each([
  ['control: nobody else paid', null],
  ['control: rows name their payments', { dollars: 90, areNamed: true }],
  ['control: another amount', { dollars: 80 }],
  ["control: another amount, the provider's own recharge", { dollars: 80, usecase: 'auto_recharge' }],
  ['the same amount', { dollars: 90 }],
  ["the same amount, the provider's own recharge", { dollars: 90, usecase: 'auto_recharge' }],
])('it is not paid twice where somebody else paid meanwhile: %s', async (_, other) => {
  expect(await paidBeside(other)).toHaveLength(1);
});
