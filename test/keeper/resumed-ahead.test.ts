import { expect, test } from 'vitest';
import { resumeAccount } from '../../src/cli/resume-account.ts';
import { addMs, DAY_MS, HOUR_MS, MINUTE_MS, SECOND_MS } from '../../src/domain/time.ts';
import type { TransportReply } from '../../src/modelslab/transport.ts';
import { startClient } from '../sandbox/sandbox-client.ts';
import { AKeeper } from './a-keeper.ts';
import { lower } from './a-low-wallet.ts';
import { stoppingLedger } from './a-stopping-ledger.ts';
import { OffClock } from './off-clock.ts';
import { charges } from './sandbox-record.ts';
import { WatchedWire } from './watched-wire.ts';

test.each([0, 4 * MINUTE_MS + 50 * SECOND_MS, 2 * DAY_MS])(
  'a ledger that never shows a charge holds the next one back, by whatever clock a person had resumed (%i ms ahead)',
  async (aheadMs) => {
    const client = await startClient();
    const { ledger, transport } = stoppingLedger();
    const keeper = await AKeeper.open(client, { transport, wallet: { cooldown: '1m' } });
    await keeper.pass();
    const { name } = keeper.account('agent-0001');
    const hold = { account: name, kind: 'freeze', reason: 'for a test', intent: null } as const;
    await keeper.store.journal.setHold({ ...hold, since: client.clock.now() }, []);
    await keeper.pass();
    await client.patch({ balance: 12 });
    await resumeAccount(keeper.store, name, addMs(client.clock.now(), aheadMs));
    ledger.isToStop = true;
    ledger.shown.clear();
    await keeper.live(10 * HOUR_MS);
    expect(await charges(client)).toHaveLength(1);
  },
);

test('a disk that does not keep when an account was resumed keeps nobody from observing', async () => {
  const client = await startClient();
  const keeper = await AKeeper.open(client);
  await keeper.pass();
  const { name } = keeper.account('agent-0001');
  const { journal } = keeper.store;
  await journal.remember(name, { letGoAt: addMs(client.clock.now(), 2 * DAY_MS) });
  journal.remember = () => Promise.reject(new Error('the disk is full'));
  expect(await keeper.pass()).toMatchObject({ sawProvider: true });
});

test.each([false, true])(
  'a host clock that is a day behind at the first pass undoes no resume (the provider is down then: %s)',
  async (isDownAtFirst) => {
    const client = await startClient();
    const wire = { isDown: false };
    const down: TransportReply = { kind: 'not_sent', reason: 'down' };
    const transport = new WatchedWire(
      async (send) => (wire.isDown ? down : await send()),
      async (send) => (wire.isDown ? down : await send()),
    );
    const keeper = await AKeeper.open(client, { transport });
    await keeper.pass();
    await lower(client);
    const { name } = keeper.account('agent-0001');
    const letGoAt = client.clock.now();
    await keeper.store.journal.remember(name, { letGoAt });
    keeper.close();
    const clock = new OffClock(client.clock);
    clock.offMs = -DAY_MS;
    const next = await AKeeper.open(client, { folder: keeper.folder, transport, clock });
    wire.isDown = isDownAtFirst;
    await next.pass();
    wire.isDown = false;
    await next.pass();
    expect((await next.store.journal.memory(name)).letGoAt).toBe(letGoAt);
  },
);
