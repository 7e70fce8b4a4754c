import { expect, test } from 'vitest';
import { HOUR_MS, MINUTE_MS } from '../../src/domain/time.ts';
import { startClient } from '../sandbox/sandbox-client.ts';
import { AKeeper } from './a-keeper.ts';
import { charges, fairWeather, faults, posts } from './sandbox-record.ts';

/** `agent-0001` with $12, and a keeper that has seen it: the next pass funds it. */
async function lowWallet(...args: Parameters<typeof AKeeper.open> extends [unknown, ...infer Rest] ? Rest : never) {
  const client = await startClient();
  const keeper = await AKeeper.open(client, ...args);
  await keeper.pass();
  await client.patch({ balance: 12 });
  client.clock.advance(MINUTE_MS);
  return { client, keeper };
}

test('tops up a low wallet with one charge of the amount in the policy', async () => {
  const { client, keeper } = await lowWallet();
  await keeper.live(HOUR_MS);
  expect(await charges(client)).toMatchObject([
    { account: 'agent-0001', amount_cents: 5_000, card: 'pm_agent_0001_visa' },
  ]);
  expect(await client.balance()).toBe(62);
  expect(await keeper.intents()).toMatchObject([{ kind: 'fund', state: 'settled', settled_usd: 50, sends: 1 }]);
  expect(await keeper.told()).toEqual(['notice charge.succeeded: agent-0001 funded: $62.00']);
});
