import { expect, test } from 'vitest';
import { resumeAccount } from '../../src/cli/resume-account.ts';
import { HOUR_MS, MINUTE_MS } from '../../src/domain/time.ts';
import type { AKeeper } from './a-keeper.ts';
import { aLowWallet, lower } from './a-low-wallet.ts';
import { charges, faults } from './sandbox-record.ts';
import { WatchedWire } from './watched-wire.ts';

test('a row that names the payment of an earlier charge ends no later one of its amount', async () => {
  const state = { isDeaf: false };
  const transport = new WatchedWire(async (send) =>
    state.isDeaf ? { kind: 'lost', reason: 'timeout' } : await send(),
  );
  const { client, keeper } = await aLowWallet({ transport, poll: '5m' });
  await faults(client, { delayed_ledger_rows: 1, ledger_delay_ms: 4 * HOUR_MS });
  await keeper.live(10 * MINUTE_MS); // settled by its payment
  await lower(client);
  await keeper.live(3 * HOUR_MS);
  await resume(keeper);
  state.isDeaf = true;
  await keeper.live(30 * MINUTE_MS);
  expect(await keeper.intents()).toMatchObject([{ state: 'in_doubt' }, { state: 'settled' }]);
  await keeper.live(HOUR_MS);
  const [later, earlier] = await keeper.intents();
  expect([later?.state, earlier?.detail]).toEqual(['in_doubt', 'by payment_status']);
  state.isDeaf = false;
  await lower(client, 11); // in use, which shows that it is no wallet of before that row
  await keeper.live(2 * HOUR_MS);
  expect(await keeper.intents()).toMatchObject([{ state: 'settled' }, { state: 'settled' }]);
  expect(await charges(client)).toHaveLength(2);
});

/** A person lets the account go on, though the row of its charge is late. */
async function resume(keeper: AKeeper): Promise<void> {
  await resumeAccount(keeper.store, keeper.account('agent-0001').name, keeper.client.clock.now());
}
