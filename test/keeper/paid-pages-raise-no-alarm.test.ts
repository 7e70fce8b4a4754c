import { expect, test } from 'vitest';
import { HOUR_MS, MINUTE_MS } from '../../src/domain/time.ts';
import { startClient } from '../sandbox/sandbox-client.ts';
import { AKeeper } from './a-keeper.ts';
import { lower } from './a-low-wallet.ts';
import { faults } from './sandbox-record.ts';

const lines = async (keeper: AKeeper) =>
  (await keeper.messages()).map(
    ({ status, fact }) => `${status} ${fact.type} ${fact.severity}: ${fact.headline} | ${fact.detail}`,
  );

/** Fair weather: a person pays the page so long after it was made. The money is there when purser hears of it. */
test.each([
  ['5 minutes', 5 * MINUTE_MS, 0],
  ['12 minutes', 12 * MINUTE_MS, 0],
  ['3 hours', 3 * HOUR_MS, 0],
  ['12 minutes, its row 90 s late', 12 * MINUTE_MS, 90_000],
])('a page that is paid after %s raises no "wallet low"', async (_, afterMs, lateMs) => {
  const client = await startClient();
  const keeper = await AKeeper.open(client, { wallet: { pay_with: ['human'] } });
  await keeper.live(5 * MINUTE_MS);
  await lower(client);
  await keeper.live(afterMs);
  if (lateMs > 0) await faults(client, { delayed_ledger_rows: 1, ledger_delay_ms: lateMs });
  await client.patch({ pay_link: true });
  await keeper.live(20 * MINUTE_MS);
  const told = await lines(keeper);
  expect(told.filter((one) => one.startsWith('firing wallet.low'))).toEqual([]);
});
