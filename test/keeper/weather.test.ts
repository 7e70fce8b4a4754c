import { expect, test } from 'vitest';
import { HOUR_MS, MINUTE_MS } from '../../src/domain/time.ts';
import { type SandboxClient, startClient } from '../sandbox/sandbox-client.ts';
import { AKeeper } from './a-keeper.ts';
import { scratchFolder } from './fleet-config.ts';
import { charges, fairWeather, faults } from './sandbox-record.ts';

const BURN_USD_PER_HOUR = 60;
const MINIMUM_USD = 20;

const WEATHERS: readonly [string, Readonly<Record<string, unknown>>][] = [
  ['answers and requests get lost', { lost_response: 0.3, lost_request: 0.2 }],
  ['proxies fail', { error_before_effect: 0.25, error_after_effect: 0.25, garbage: 0.1 }],
  ['the ledger lags', { stale_balance: 0.3, delayed_ledger_rows: 0.7, ledger_delay_ms: 5 * MINUTE_MS }],
  [
    'everything at once',
    {
      lost_response: 0.15,
      lost_request: 0.1,
      error_before_effect: 0.1,
      error_after_effect: 0.1,
      garbage: 0.1,
      stale_balance: 0.1,
      delayed_ledger_rows: 0.5,
      torn_totals: true,
      rate_limited: 0.05,
    },
  ],
];

/** $60 an hour out of $50, with passes a minute apart and a restart every half hour. */
async function liveThrough(client: SandboxClient, hours: number): Promise<AKeeper> {
  const folder = scratchFolder();
  let keeper = await AKeeper.open(client, { folder, wallet: { cooldown: '1m' } });
  await keeper.pass();
  for (let turn = 0; turn < hours * 2; turn += 1) {
    await keeper.live(HOUR_MS / 2);
    keeper.close();
    keeper = await AKeeper.open(client, { folder, wallet: { cooldown: '1m' } });
  }
  return keeper;
}

/** I1 by the sandbox's own record: what the wallet held when a charge executed. */
async function balancesAtCharges(client: SandboxClient, startMs: number): Promise<readonly number[]> {
  let credited = 50;
  return (await charges(client)).map(({ at, amount_cents }) => {
    const hours = (Date.parse(at) - startMs) / HOUR_MS;
    const balance = credited - hours * BURN_USD_PER_HOUR;
    credited += amount_cents / 100;
    return balance;
  });
}

test.each(WEATHERS)('while %s, no charge is made that was not needed', async (_, weather) => {
  const client = await startClient();
  const startMs = client.clock.now();
  await client.patch({ burn: BURN_USD_PER_HOUR });
  await faults(client, weather);
  const keeper = await liveThrough(client, 4);
  const balances = await balancesAtCharges(client, startMs);
  expect(balances.filter((balance) => balance >= MINIMUM_USD)).toEqual([]);
  expect(balances.length).toBeGreaterThanOrEqual(3);
  await fairWeather(client);
  await client.patch({ burn: 0 });
  await keeper.live(4 * HOUR_MS);
  const made = await charges(client);
  const settled = (await keeper.intents()).filter(({ state }) => state === 'settled');
  expect(settled).toHaveLength(made.length);
  expect(new Set(made.map(({ key }) => key))).toEqual(new Set(settled.map(({ key }) => key)));
  expect(await client.balance()).toBeGreaterThanOrEqual(MINIMUM_USD);
});
