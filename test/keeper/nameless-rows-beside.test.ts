import { expect, test } from 'vitest';
import { HOUR_MS, MINUTE_MS } from '../../src/domain/time.ts';
import { type SandboxClient, startClient } from '../sandbox/sandbox-client.ts';
import { AKeeper } from './a-keeper.ts';
import { lower } from './a-low-wallet.ts';
import { charges } from './sandbox-record.ts';
import { WatchedWire } from './watched-wire.ts';

const LATE_MS = 25 * MINUTE_MS;

async function newestRow(client: SandboxClient): Promise<number> {
  const { body } = await client.ask('/wallet/transactions?type=credit&limit=1');
  return Number(body.data.items[0]?.id);
}

/**
 * Money and row of purser's own $90 come 25 minutes late, as accepted; somebody else's payment of so much is shown at once,
 * and is used up.
 */
async function paidBeside(
  other: { readonly dollars: number; readonly areNamed?: boolean; readonly usecase?: string } | null,
) {
  const client = await startClient();
  const own = { row: -1, at: Number.POSITIVE_INFINITY };
  const others = new Set<number>();
  const transport = new WatchedWire(
    async (send, _n, { url }) => {
      const reply = await send();
      if (url.endsWith('/wallet/fund') && own.row === -1) {
        own.row = await newestRow(client);
        own.at = client.clock.now();
      }
      return reply;
    },
    async (send, { url }) => {
      const reply = await send();
      if (reply.kind !== 'answered') return reply;
      const body = JSON.parse(reply.bodyText);
      const lateDollars = client.clock.now() - own.at >= 0 && client.clock.now() - own.at < LATE_MS ? 90 : 0;
      if (url.includes('/wallet/balance')) body.data.balance -= lateDollars;
      else if (url.includes('/wallet/transactions')) {
        const { data } = body;
        const items = data.items
          .filter(({ id }: { id: number }) => lateDollars === 0 || id !== own.row)
          .map((row: { id: number }) =>
            others.has(row.id) ? { ...row, usecase: other?.usecase ?? 'wallet_funding' } : row,
          )
          .map((row: object) => (other?.areNamed === true ? row : { ...row, transaction_id: null }));
        data.wallet.balance -= lateDollars;
        data.wallet.total_credited -= lateDollars;
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
