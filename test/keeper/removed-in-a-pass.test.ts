import { expect, onTestFinished, test } from 'vitest';
import { SECOND_MS } from '../../src/domain/time.ts';
import { Keeper } from '../../src/keeper/keeper.ts';
import { calmAccounts, startClient } from '../sandbox/sandbox-client.ts';
import { AKeeper } from './a-keeper.ts';
import { stepUntil } from './clock-steps.ts';
import { charges, requests } from './sandbox-record.ts';
import { WatchedWire } from './watched-wire.ts';

const noCron = { start: () => () => undefined };

test.each([
  [
    'an account that leaves the config in the middle of a pass has its doubt resolved',
    { accounts: { 'agent-0002': {} } },
  ],
  [
    'mode observe in the middle of a pass charges nothing',
    { mode: 'observe' as const, accounts: { 'agent-0001': {} } },
  ],
])('%s', async (title, next) => {
  const client = await startClient({ accounts: calmAccounts(2) });
  const hook: { now: (() => Promise<void>) | null } = { now: null };
  const transport = new WatchedWire(
    async (send, ordinal) => {
      const reply = await send();
      return ordinal === 1 ? { kind: 'lost', reason: 'reset' } : reply;
    },
    async (send, { url }) => {
      const reply = await send();
      if (url.includes('/payment-methods') && hook.now !== null) {
        const swap = hook.now;
        hook.now = null;
        await swap();
      }
      return reply;
    },
  );
  const parts = await AKeeper.open(client, {
    clock: client.clock,
    transport,
    accounts: { 'agent-0001': {} },
  });
  const keeper = new Keeper(parts.context, { cron: noCron, onToken: () => undefined });
  const finished = keeper.run();
  onTestFinished(async () => {
    parts.stop.abort();
    await finished;
  });
  const count = async () => (await requests(client)).length;
  await stepUntil(client.clock, 500, 'it was seen', async () => (await count()) >= 3);
  // a charge of the past, so that debits are read
  await client.patch({ balance: 5 });
  await stepUntil(client.clock, 5_000, 'a first charge', async () => (await charges(client)).length === 1);
  await stepUntil(
    client.clock,
    5_000,
    'it is settled',
    async () => (await parts.intents())[0]?.state === 'settled',
  );
  for (let step = 0; step < 80; step += 1) {
    client.clock.advance(15 * SECOND_MS);
    await new Promise((resolve) => setTimeout(resolve, 3));
  }
  await client.patch({ balance: 5 });
  hook.now = async () => {
    parts.respec(next);
    await keeper.respec();
  };
  for (let step = 0; step < 1200; step += 1) {
    client.clock.advance(15 * SECOND_MS);
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
  if (title.startsWith('mode')) expect(await charges(client)).toHaveLength(1);
  else expect((await parts.intents()).map(({ state }) => state)).toEqual(['settled', 'settled']);
});
