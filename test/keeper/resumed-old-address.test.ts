import { expect, test } from 'vitest';
import { resumeAccount } from '../../src/cli/resume-account.ts';
import { HOUR_MS, MINUTE_MS } from '../../src/domain/time.ts';
import { calmAccounts, startClient } from '../sandbox/sandbox-client.ts';
import { changingAddresses } from './a-changing-address.ts';
import { AKeeper } from './a-keeper.ts';
import { charges } from './sandbox-record.ts';

/** agent-0001 gets a new address, and agent-0002 the one that it had: a person accepts both. */
test.each([false, true])(
  'nothing that another account was charged is let go with whoever has its old address now (resumed: %s)',
  async (isResumed) => {
    const client = await startClient({ accounts: calmAccounts(2) });
    const { ledger, mails, transport } = changingAddresses(client.sandbox.accounts[0]?.token ?? '-');
    const opening = { transport, wallet: { cooldown: '1m' } };
    let keeper = await AKeeper.open(client, opening);
    await keeper.pass('agent-0001');
    await keeper.pass('agent-0002');
    client.clock.advance(MINUTE_MS);
    await client.patch({ balance: 12 });
    ledger.isToStop = true;
    ledger.shown.clear();
    await keeper.live(3 * MINUTE_MS, 'agent-0001');
    expect(await charges(client)).toHaveLength(1);
    expect((await keeper.intents())[0]?.state).toBe('settled');
    const restart = async () => {
      keeper.close();
      keeper = await AKeeper.open(client, { ...opening, folder: keeper.folder });
    };
    const accept = async (name: string) => {
      await keeper.live(2 * MINUTE_MS, name);
      expect((await keeper.store.journal.holds(keeper.account(name).name)).length).toBe(1);
      await resumeAccount(keeper.store, keeper.account(name).name, client.clock.now());
      await keeper.live(2 * MINUTE_MS, name);
      expect(await keeper.store.journal.holds(keeper.account(name).name)).toEqual([]);
    };
    mails['agent-0001@sandbox.purser.test'] = 'new@name.test';
    await restart();
    await accept('agent-0001');
    mails['agent-0002@sandbox.purser.test'] = 'agent-0001@sandbox.purser.test';
    await restart();
    await accept('agent-0002');
    await keeper.live(2 * MINUTE_MS, 'agent-0001');
    expect(await charges(client)).toHaveLength(1);
    const { name } = keeper.account('agent-0002');
    if (isResumed) {
      const hold = { account: name, kind: 'freeze', reason: 'for a test', intent: null } as const;
      await keeper.store.journal.setHold({ ...hold, since: client.clock.now() }, []);
      await resumeAccount(keeper.store, name, client.clock.now());
    }
    await keeper.live(HOUR_MS, 'agent-0001');
    expect((await charges(client)).map(({ account }) => account)).toEqual(['agent-0001']);
  },
);
