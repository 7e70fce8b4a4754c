import { expect, test } from 'vitest';
import { resumeAccount } from '../../src/cli/resume-account.ts';
import { addMs, DAY_MS, HOUR_MS, MINUTE_MS } from '../../src/domain/time.ts';
import type { TransportReply } from '../../src/modelslab/transport.ts';
import { startClient } from '../sandbox/sandbox-client.ts';
import { AKeeper } from './a-keeper.ts';
import { lower } from './a-low-wallet.ts';
import { charges } from './sandbox-record.ts';
import { WatchedWire } from './watched-wire.ts';

test.each([0, 2 * DAY_MS])(
  'a ledger that never shows a charge holds the next one back, by whatever clock a person had resumed (%i ms ahead)',
  async (aheadMs) => {
    const client = await startClient();
    const ledger = { isToStop: false, hasStopped: false, shown: new Map<string, TransportReply>() };
    const transport = new WatchedWire(
      async (send, _ordinal, { url }) => {
        if (url.includes('/fund')) ledger.hasStopped = ledger.isToStop;
        return await send();
      },
      async (send, { url }) => {
        if (!url.includes('/wallet/')) return await send();
        const page = url.replace(/limit=\d+/, '');
        const known = ledger.hasStopped ? ledger.shown.get(page) : undefined;
        const reply = known ?? (await send());
        ledger.shown.set(page, reply);
        return reply;
      },
    );
    const keeper = await AKeeper.open(client, { transport, wallet: { cooldown: '1m' } });
    await keeper.pass();
    const { name } = keeper.account('agent-0001');
    const hold = { account: name, kind: 'freeze', reason: 'for a test', intent: null } as const;
    await keeper.store.journal.setHold({ ...hold, since: client.clock.now() }, []);
    await keeper.pass();
    await resumeAccount(keeper.store, name, addMs(client.clock.now(), aheadMs));
    await keeper.live(10 * MINUTE_MS);
    await lower(client);
    ledger.isToStop = true;
    ledger.shown.clear();
    await keeper.live(10 * HOUR_MS);
    expect(await charges(client)).toHaveLength(1);
  },
);
