import { expect, test } from 'vitest';
import { ensureOrder } from '../../src/domain/hand-order.ts';
import { cents } from '../../src/domain/money.ts';
import { HOUR_MS, MINUTE_MS } from '../../src/domain/time.ts';
import { startClient } from '../sandbox/sandbox-client.ts';
import { AKeeper } from './a-keeper.ts';
import { charges, faults } from './sandbox-record.ts';
import { WatchedWire } from './watched-wire.ts';

async function scene(balance: number, isSent: boolean) {
  const client = await startClient();
  const transport = new WatchedWire(async (send, ordinal) => {
    if (ordinal >= 4) return await send();
    if (isSent) await send();
    return { kind: 'lost', reason: 'reset' };
  });
  const keeper = await AKeeper.open(client, { transport });
  await keeper.pass();
  await client.patch({ balance });
  if (isSent)
    await faults(client, { delayed_ledger_rows: 1, ledger_delay_ms: 3 * HOUR_MS, torn_totals: true });
  return { client, keeper };
}
const BALANCES = [
  ['control: below the minimum', 12],
  ['above the minimum', 30],
] as const;

test.each(BALANCES)(
  'an ensure whose POSTs never arrived is funded within the hour (%s)',
  async (_, balance) => {
    const { client, keeper } = await scene(balance, false);
    keeper.place(ensureOrder(cents(10_000)));
    await keeper.live(HOUR_MS);
    expect(await charges(client)).toHaveLength(1);
  },
  60_000,
);

test.each(BALANCES)(
  'an ensure whose answers were lost and whose row is three hours late is charged once (%s)',
  async (_, balance) => {
    const { client, keeper } = await scene(balance, true);
    const { withdraw } = keeper.place(ensureOrder(cents(10_000)));
    await keeper.live(5 * MINUTE_MS);
    withdraw(); // whoever asked has gone, and asks again later
    for (let hours = 0; hours < 5; hours += 1) {
      await keeper.live(30 * MINUTE_MS);
      await keeper.ask([ensureOrder(cents(10_000))]);
    }
    expect(await charges(client)).toHaveLength(1);
  },
  60_000,
);
