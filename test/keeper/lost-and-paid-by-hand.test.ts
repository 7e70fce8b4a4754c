import { expect, test } from 'vitest';
import { HOUR_MS, MINUTE_MS } from '../../src/domain/time.ts';
import { startClient } from '../sandbox/sandbox-client.ts';
import { AKeeper } from './a-keeper.ts';
import { lower } from './a-low-wallet.ts';
import { LateMoney } from './late-money.ts';
import { charges } from './sandbox-record.ts';
import { WatchedWire } from './watched-wire.ts';

/** Every answer to a charge is lost for five minutes; its row and money come 25 minutes late. */
async function lostAndPaidByHand(dollars: number | null) {
  const client = await startClient();
  const own = new LateMoney(client, { dollars: 90, lateMs: 25 * MINUTE_MS });
  const transport = new WatchedWire(
    async (send, _n, { url }) => {
      if (!url.endsWith('/wallet/fund')) return await send();
      if (own.row !== null && own.sinceMs < 5 * MINUTE_MS) return { kind: 'lost', reason: 'socket' };
      const reply = await send();
      if (own.row !== null) return reply;
      await own.begin();
      return { kind: 'lost', reason: 'socket' };
    },
    async (send, { url }) => own.hide(await send(), url, { isHidden: ({ id }) => id === own.row }),
  );
  const wallet = { min_balance: 100, top_up: { amount: 90 }, foreign_credits: 'allow', cooldown: '10m' };
  const keeper = await AKeeper.open(client, { transport, wallet });
  await client.patch({ balance: 150 });
  await keeper.pass();
  await lower(client);
  await keeper.live(2 * MINUTE_MS);
  if (dollars !== null) {
    await client.fund(dollars, 'a-person');
    await keeper.live(2 * MINUTE_MS);
    await client.patch({ balance: 102 }); // $12 and purser's own $90, which are not shown yet
  }
  await keeper.live(HOUR_MS);
  return (await charges(client)).filter(({ key }) => key !== 'a-person');
}

test.each([
  ['control: nobody else paid', null],
  ['control: another amount', 80],
  ['the same amount', 90],
])('a charge with lost answers is made once where a person paid by hand: %s', async (_, dollars) => {
  expect(await lostAndPaidByHand(dollars)).toHaveLength(1);
});
