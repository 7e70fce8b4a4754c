import { expect, test } from 'vitest';
import { ensureOrder } from '../../src/domain/hand-order.ts';
import { cents } from '../../src/domain/money.ts';
import { MINUTE_MS } from '../../src/domain/time.ts';
import { amounts, TO, waitsForAnother } from './a-refused-charge.ts';

test('a job that asks for more while the wallet is below its own minimum waits with it', async () => {
  const { client, cache, one, other } = await waitsForAnother(TO);
  await client.patch({ balance: 40 });
  await one.live(40 * MINUTE_MS);
  await client.patch({ balance: 12 });
  await one.live(2 * MINUTE_MS); // both see the same need
  cache.isStill = true;
  await other.live(MINUTE_MS);
  const placed = one.place(ensureOrder(cents(8_000)));
  await one.live(3 * MINUTE_MS);
  placed.withdraw();
  cache.isStill = false;
  await one.live(40 * MINUTE_MS);
  expect(await amounts(client)).toEqual([5_800]);
});

test('refused credentials begin the wait anew: they end for both pursers at once', async () => {
  const { client, cache, one, other } = await waitsForAnother(TO);
  cache.out = 401;
  await one.live(40 * MINUTE_MS);
  cache.out = null;
  cache.isStill = true;
  await other.live(MINUTE_MS);
  await one.live(10 * MINUTE_MS);
  cache.isStill = false;
  await one.live(40 * MINUTE_MS);
  expect(await amounts(client)).toEqual([5_800]);
});
