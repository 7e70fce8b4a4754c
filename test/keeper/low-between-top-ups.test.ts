import { expect, test } from 'vitest';
import { HOUR_MS, MINUTE_MS } from '../../src/domain/time.ts';
import { type SandboxClient, startClient } from '../sandbox/sandbox-client.ts';
import { AKeeper } from './a-keeper.ts';
import { lower } from './a-low-wallet.ts';
import { aLateLedger } from './a-page-beside-a-card.ts';
import { charges, faults } from './sandbox-record.ts';
import { WatchedWire } from './watched-wire.ts';

/**
 * With the default cooldown of ten minutes an agent that runs away uses up each $50 within minutes: the wallet is empty for
 * most of three hours, and never for ten minutes.
 */
test.each([
  ['in fair weather', 1_200, 'full', 0, '10m'],
  ['where answers name no payment and rows are late', 2_400, 'balance_only', 30_000, '10m'],
  ['where the next one is due in three minutes', 3_000, 'full', 0, '3m'],
  ['where no charge is proven before the next one is due', 2_400, 'balance_only', 5 * MINUTE_MS, '0s'],
])(
  'a wallet that is emptied behind each top-up is told as low, once, %s',
  async (_, burn, fund_answer, lateMs, cooldown) => {
    const client = await startClient();
    await client.patch({ balance: 60 });
    const keeper = await AKeeper.open(client, { wallet: { cooldown } });
    await keeper.live(2 * MINUTE_MS);
    await faults(client, {
      fund_answer,
      delayed_ledger_rows: lateMs > 0 ? 1 : 0,
      ledger_delay_ms: lateMs,
    });
    await client.patch({ burn });
    let lowMinutes = 0;
    for (let minute = 0; minute < (3 * HOUR_MS) / MINUTE_MS; minute += 1) {
      await keeper.live(MINUTE_MS);
      if ((await client.patch({})).balance < 20) lowMinutes += 1;
    }
    expect(lowMinutes).toBeGreaterThan(100);
    expect((await charges(client)).length).toBeGreaterThan(15);
    const lowTold = async () => (await keeper.told()).filter((one) => one.includes('wallet.low'));
    expect(await lowTold()).toEqual([expect.stringMatching(/^firing wallet\.low/)]);
    keeper.respec({ wallet: { cooldown }, poll: '6h' });
    await client.patch({ burn: 0 });
    const wellAt = client.clock.now();
    await keeper.live(3 * HOUR_MS);
    expect(await lowTold()).toHaveLength(2);
    const ends = (await keeper.messages()).filter((one) => one.status === 'resolved').map(({ at }) => at);
    expect(ends.map((at) => at - wellAt < 30 * MINUTE_MS)).toEqual([true]);
  },
);

/** Behind each top-up, but for the first ones. */
function pagesFromBeforeCharges(client: SandboxClient, minutes: number, spared = 0): WatchedWire {
  let lateUntil = 0;
  let funds = 0;
  return new WatchedWire(
    async (send, _, { url }) => {
      if (url.endsWith('/wallet/fund')) {
        funds += 1;
        if (funds > spared) lateUntil = client.clock.now() + minutes * MINUTE_MS;
      }
      return await send();
    },
    aLateLedger(client, () => client.clock.now() < lateUntil),
  );
}

test.each([
  [300, 5, '1m', 'not told'],
  [450, 4, '1m', 'not told'],
  [600, 5, '10m', 'told'],
  [600, 9, '10m', 'told'],
])(
  'a wallet of $%i an hour, whose pages are from before each charge for %i minutes, cooldown %s, is %s as low',
  async (burn, minutes, cooldown, what) => {
    const client = await startClient();
    await client.patch({ balance: 60 });
    const transport = pagesFromBeforeCharges(client, minutes);
    const keeper = await AKeeper.open(client, { wallet: { cooldown }, transport });
    await keeper.live(2 * MINUTE_MS);
    await client.patch({ burn });
    await keeper.live(2 * HOUR_MS);
    expect((await charges(client)).length).toBeGreaterThan(10);
    const isTold = (await keeper.told()).some((one) => one.includes('wallet.low'));
    expect(isTold).toBe(what === 'told');
  },
);

test('a wallet that was paid is not told as low by a purser that starts beside pages from before it', async () => {
  const client = await startClient();
  const transport = pagesFromBeforeCharges(client, 5, 1);
  const first = await AKeeper.open(client, { transport });
  await first.pass();
  await lower(client);
  await first.live(MINUTE_MS);
  await lower(client); // low until its cooldown is over
  while ((await charges(client)).length < 2) await first.passes(1);
  first.close();
  const second = await AKeeper.open(client, { transport, folder: first.folder });
  await second.live(20 * MINUTE_MS);
  expect((await second.told()).filter((one) => one.includes('wallet.low'))).toEqual([]);
});

test('pages from before each charge do not have a wallet looked at all the time', async () => {
  const client = await startClient();
  await client.patch({ balance: 60 });
  const transport = pagesFromBeforeCharges(client, 4);
  const keeper = await AKeeper.open(client, { wallet: { cooldown: '1m' }, transport, beside: 'beside' });
  await keeper.live(2 * MINUTE_MS);
  await client.patch({ burn: 3_000 });
  expect(await keeper.live(HOUR_MS)).toBeLessThan(300);
});
