import { expect, test } from 'vitest';
import { HOUR_MS, MINUTE_MS } from '../../src/domain/time.ts';
import { startClient } from '../sandbox/sandbox-client.ts';
import { AKeeper } from './a-keeper.ts';
import { aLowWallet, lower } from './a-low-wallet.ts';
import { charges } from './sandbox-record.ts';

test.each([
  ['up to the target', { to: 100 }, 12.34, 8_766],
  ['at least the provider’s minimum of $10', { to: 25 }, 19.5, 1_000],
  ['an amount with cents', { amount: 50.1 }, 12, 5_010],
  ['the minimum of a runway while the burn is unknown', { runway: '48h', minimum: 25 }, 12, 2_500],
])('charges %s', async (_, topUp, balance, amount) => {
  const client = await startClient();
  const keeper = await AKeeper.open(client, { wallet: { top_up: topUp } });
  await client.patch({ balance });
  await keeper.live(10 * MINUTE_MS);
  expect(await charges(client)).toMatchObject([{ amount_cents: amount }]);
});

test('charges for so many hours at the observed burn', async () => {
  const client = await startClient();
  const keeper = await AKeeper.open(client, { wallet: { top_up: { runway: '48h' } } });
  await client.patch({ burn: 3 });
  await keeper.rest(12 * HOUR_MS);
  const [first] = await charges(client);
  // 48 h at $3 an hour, less the almost $20 that are left.
  expect((first?.amount_cents ?? 0) / 100).toBeGreaterThan(48 * 3 - 20);
  expect((first?.amount_cents ?? 0) / 100).toBeLessThan(48 * 3 - 19);
});

test('a target is cut to the per-charge cap', async () => {
  const client = await startClient();
  const keeper = await AKeeper.open(client, {
    wallet: { top_up: { to: 70 } },
    caps: { per_charge: 50, day: 300 },
  });
  await client.patch({ balance: 5 });
  await keeper.live(5 * MINUTE_MS);
  expect(await charges(client)).toMatchObject([{ amount_cents: 5_000 }]);
});

test('leaves a wallet alone that holds exactly the minimum', async () => {
  const { client, keeper } = await aLowWallet();
  await client.patch({ balance: 20 });
  await keeper.live(HOUR_MS);
  expect(await charges(client)).toEqual([]);
});

test('cools down between two top-ups', async () => {
  const { client, keeper } = await aLowWallet({ wallet: { cooldown: '30m' } });
  await keeper.live(MINUTE_MS);
  await lower(client, 5);
  await keeper.live(25 * MINUTE_MS);
  expect(await charges(client)).toHaveLength(1);
  expect(keeper.context.view.accounts()[0]?.wallet).toMatchObject({ reason: 'cooling_down' });
  await keeper.live(10 * MINUTE_MS);
  const [first, second] = (await charges(client)).map(({ at }) => Date.parse(at));
  expect((second ?? 0) - (first ?? 0)).toBeGreaterThanOrEqual(30 * MINUTE_MS);
});

test('an idle fleet costs one read a poll and no charge', async () => {
  const client = await startClient();
  const keeper = await AKeeper.open(client);
  await keeper.pass();
  const before = (await client.control('/requests')).body.length;
  await keeper.live(30 * MINUTE_MS);
  expect((await client.control('/requests')).body.length - before).toBe(31);
  expect(await charges(client)).toEqual([]);
});
