import { expect, test } from 'vitest';
import { resumeAccount } from '../../src/cli/resume-account.ts';
import { MINUTE_MS } from '../../src/domain/time.ts';
import { startClient } from '../sandbox/sandbox-client.ts';
import { AKeeper } from './a-keeper.ts';
import { lower } from './a-low-wallet.ts';
import { charges } from './sandbox-record.ts';
import { WatchedWire } from './watched-wire.ts';

test('resuming an account that was frozen for another reason does not charge on the wallet from before the last charge', async () => {
  const client = await startClient();
  let last: Record<string, number> | null = null;
  let old: Record<string, number> | null = null;
  const transport = new WatchedWire(
    async (send, _n, { url }) => {
      if (url.endsWith('/wallet/fund')) old = last;
      return await send();
    },
    async (send, { url }) => {
      const reply = await send();
      if (reply.kind !== 'answered') return reply;
      const body = JSON.parse(reply.bodyText);
      if (url.includes('/wallet/balance') && old !== null) body.data.balance = old['balance'];
      else if (url.includes('/wallet/transactions') && url.includes('type=credit')) {
        last = body.data.wallet;
        if (old !== null) body.data.wallet = old;
      } else return reply;
      return { ...reply, bodyText: JSON.stringify(body) };
    },
  );
  const keeper = await AKeeper.open(client, { transport, wallet: { cooldown: '1m' } });
  await keeper.live(MINUTE_MS);
  await lower(client);
  await keeper.live(3 * MINUTE_MS);
  expect(await charges(client)).toHaveLength(1);
  const { name } = keeper.account('agent-0001');
  const { journal } = keeper.store;
  const hold = { account: name, kind: 'freeze', reason: 'for a test', intent: null } as const;
  await journal.setHold({ ...hold, since: client.clock.now() }, []);
  await keeper.live(3 * MINUTE_MS);
  await resumeAccount(keeper.store, name, client.clock.now());
  await keeper.live(15 * MINUTE_MS); // old for less than 25 minutes in all
  expect(await charges(client)).toHaveLength(1);
});
