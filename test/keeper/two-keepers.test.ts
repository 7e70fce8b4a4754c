import { expect, test } from 'vitest';
import { HOUR_MS, MINUTE_MS } from '../../src/domain/time.ts';
import { type SandboxClient, startClient } from '../sandbox/sandbox-client.ts';
import { AKeeper, type Opening } from './a-keeper.ts';
import { badPosts, lower } from './a-low-wallet.ts';
import { charges } from './sandbox-record.ts';

/** Two keepers, each with a journal of its own, that by mistake keep the same account. */
async function twoKeepers(
  openings: readonly [Opening, Opening] = [{}, {}],
): Promise<{ readonly client: SandboxClient; readonly one: AKeeper; readonly other: AKeeper }> {
  const client = await startClient();
  const one = await AKeeper.open(client, openings[0]);
  const other = await AKeeper.open(client, openings[1]);
  await one.pass();
  await other.pass();
  await lower(client);
  return { client, one, other };
}

async function together(client: SandboxClient, keepers: readonly AKeeper[], hours: number): Promise<void> {
  for (let minute = 0; minute < hours * 60; minute += 1) {
    await Promise.all(keepers.map((keeper) => keeper.pass()));
    client.clock.advance(MINUTE_MS);
  }
}

test('two keepers of one account charge as one would', async () => {
  const { client, one, other } = await twoKeepers();
  await together(client, [one, other], 2);
  expect(await charges(client)).toHaveLength(1);
  const [mine] = await one.intents();
  const [theirs] = await other.intents();
  expect([mine?.key, theirs?.key].filter((key) => key === undefined || key === mine?.key)).toHaveLength(2);
});

test('the keeper that comes second to the same key is told that another makes its charges', async () => {
  const { client, one, other } = await twoKeepers();
  await one.pass();
  await client.control('/faults', { stale_balance: 1 });
  await other.pass();
  await client.control('/faults', { stale_balance: 0 });
  await together(client, [one, other], 1);
  expect(await charges(client)).toHaveLength(1);
  expect(await other.told()).toContainEqual(
    expect.stringContaining('agent-0001: another purser makes the same charges'),
  );
});

test('a keeper tells the credit that another made, and counts it against its caps', async () => {
  const { client, one, other } = await twoKeepers([{}, { caps: { per_charge: 50, day: 60 } }]);
  await one.live(5 * MINUTE_MS);
  await other.live(HOUR_MS);
  expect(await other.told()).toEqual([
    'notice purser.degraded: agent-0001: a credit of $50.00 that purser did not make',
  ]);
  await lower(client, 5);
  await other.live(HOUR_MS);
  expect(await charges(client)).toHaveLength(1);
  expect(other.context.view.accounts()[0]?.wallet).toMatchObject({ reason: 'cap_day' });
});

test('two keepers with different amounts cannot charge twice: the amount is not in the key', async () => {
  const { client, one, other } = await twoKeepers([{}, { wallet: { top_up: { amount: 80 } } }]);
  await one.pass();
  await client.control('/faults', { stale_balance: 1 });
  await other.pass();
  await client.control('/faults', { stale_balance: 0 });
  await together(client, [one, other], 3);
  expect(await charges(client)).toHaveLength(1);
  expect(await other.intents()).toMatchObject([{ state: 'settled', amount_usd: 80, settled_usd: 50 }]);
});

test('two keepers in bad weather charge as one would', async () => {
  const client = await startClient();
  const one = await AKeeper.open(client, { transport: badPosts(client, { lost_response: 1 }, 2) });
  const other = await AKeeper.open(client, { transport: badPosts(client, { error_after_effect: 1 }, 3) });
  await one.pass();
  await other.pass();
  for (let need = 0; need < 5; need += 1) {
    await lower(client, 10 + need);
    await together(client, [one, other], 1);
    expect(await charges(client)).toHaveLength(need + 1);
  }
});
