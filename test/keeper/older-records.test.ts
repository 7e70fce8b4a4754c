import { expect, test } from 'vitest';
import type { AccountName } from '../../src/domain/ids.ts';
import { HOUR_MS, MINUTE_MS, SECOND_MS } from '../../src/domain/time.ts';
import { calmAccounts, startClient } from '../sandbox/sandbox-client.ts';
import type { AKeeper } from './a-keeper.ts';
import { runOn } from './a-running-keeper.ts';
import { stepUntil } from './clock-steps.ts';
import { charges } from './sandbox-record.ts';

const PURSER = 'purser' as AccountName;
const A = 'agent-0001' as AccountName;

/** Takes a field out of what is kept, as a purser wrote it that did not know of it yet. */
async function without(
  field: string,
  { store }: AKeeper,
  owner: AccountName,
  task: string,
  part: 'digest' | 'detail',
) {
  const record = store.upkeep.read(owner, task);
  if (record === null) throw new Error(`nothing is kept of ${task}`);
  const { [field]: _, ...older } = JSON.parse(record[part]);
  await store.upkeep.write(owner, task, { ...record, [part]: JSON.stringify(older) });
}

test.each([10 * SECOND_MS, HOUR_MS])(
  'a daemon goes on from a life sign that does not tell the time since boot, %d ms old',
  async (ageMs) => {
    const client = await startClient({ accounts: calmAccounts(2) });
    const wish = { fleetCaps: { day: 500 } };
    const first = await runOn(client, wish);
    const pass = async (durationMs: number) => {
      const endAt = client.clock.now() + durationMs;
      await stepUntil(client.clock, 5 * SECOND_MS, 'time went by', () => client.clock.now() >= endAt);
    };
    await pass(3 * MINUTE_MS);
    first.parts.stop.abort();
    await first.finished;
    await without('sinceBoot', first.parts, PURSER, 'alive', 'detail');
    first.parts.close();
    client.clock.advance(ageMs);
    await client.patch({ balance: 12 }, A);
    await runOn(client, { ...wish, folder: first.parts.folder });
    await pass(2 * MINUTE_MS);
    expect(await charges(client)).toHaveLength(1);
  },
);

test('a subscription whose list lacked it when purser was older is waited for and bought again', async () => {
  const client = await startClient({ accounts: calmAccounts(1) });
  await client.patch({ subscription: { status: 'active', plan_id: 42 } });
  const wish = { wallet: null, subscription: { plan: 'Standard', when_canceled: 'subscribe' } };
  const first = await runOn(client, wish);
  const pass = async (durationMs: number) => {
    const endAt = client.clock.now() + durationMs;
    await stepUntil(client.clock, 30 * SECOND_MS, 'time went by', () => client.clock.now() >= endAt);
  };
  await pass(3 * MINUTE_MS);
  await client.patch({ subscription: null });
  await pass(3 * MINUTE_MS);
  first.parts.stop.abort();
  await first.finished;
  await without('missing', first.parts, A, 'subscription_last_live', 'digest');
  first.parts.close();
  await runOn(client, { ...wish, folder: first.parts.folder });
  await pass(25 * MINUTE_MS);
  expect(await charges(client, 'subscribe')).toEqual([]);
  const isBought = async () => (await charges(client, 'subscribe')).length === 1;
  await stepUntil(client.clock, 30 * SECOND_MS, 'it is bought', isBought);
});
