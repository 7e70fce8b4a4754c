import { expect, test } from 'vitest';
import { cents } from '../../src/domain/money.ts';
import { HOUR_MS } from '../../src/domain/time.ts';
import { startClient } from '../sandbox/sandbox-client.ts';
import { AKeeper } from './a-keeper.ts';
import { charges } from './sandbox-record.ts';

/** $2 an hour are used; a runway of a day is $48. */
async function scene(balance: number) {
  const client = await startClient();
  await client.patch({ reseller: true });
  await client.patch({ balance, burn: 2 });
  const keeper = await AKeeper.open(client, { wallet: { top_up: { runway: '24h', minimum: 20 } } });
  await keeper.live(2 * HOUR_MS);
  return { client, keeper };
}

test('a withdrawal is no use of the wallet: the top-up after it is for a day', async () => {
  const { client, keeper } = await scene(220);
  const [answer] = await keeper.ask([{ kind: 'withdraw', amountCents: cents(19_500), keepCents: null }]);
  expect(answer).toMatchObject({ outcome: 'done' });
  await keeper.live(2 * HOUR_MS);
  expect((await charges(client))[0]?.amount_cents).toBeLessThan(10_000);
});
