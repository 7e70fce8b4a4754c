import { expect, onTestFinished, test } from 'vitest';
import { SECOND_MS } from '../../src/domain/time.ts';
import { Keeper } from '../../src/keeper/keeper.ts';
import { calmAccounts, startClient } from '../sandbox/sandbox-client.ts';
import { AKeeper } from './a-keeper.ts';
import { stepUntil } from './clock-steps.ts';
import { charges, requests } from './sandbox-record.ts';
import { WatchedWire } from './watched-wire.ts';

const noCron = { start: () => () => undefined };
const SWAPPED = { accounts: { 'agent-0001': { token: { env: 'TOKEN_AGENT_0002' } } } };

test.each([
  ['between two passes', false],
  ['in the middle of a pass', true],
])(
  'credentials of another account under a known name, by a reload %s, charge nothing',
  async (_, isInPass) => {
    const client = await startClient({ accounts: calmAccounts(2) });
    const hook: { now: (() => Promise<void>) | null } = { now: null };
    const transport = new WatchedWire(
      (send) => send(),
      async (send, { url }) => {
        const reply = await send();
        if (url.includes('/wallet/transactions') && hook.now !== null) {
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
    const swap = async () => {
      parts.respec(SWAPPED);
      await keeper.respec();
    };
    await client.ask('/wallet/fund', {
      body: { amount: 400, payment_method_id: 'pm_agent_0002_visa' },
      key: 'a-person',
      token: client.sandbox.accounts[1]?.token ?? null,
    });
    await client.patch({ balance: 5 }, 'agent-0002');
    if (isInPass) hook.now = swap;
    else await swap();
    // the hourly look
    for (let step = 0; step < 400; step += 1) {
      client.clock.advance(15 * SECOND_MS);
      await new Promise((resolve) => setTimeout(resolve, 3));
    }
    expect(await charges(client)).toHaveLength(1); // the person's own
  },
);
