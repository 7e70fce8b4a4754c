import { expect, test } from 'vitest';
import { HOUR_MS, MINUTE_MS } from '../../src/domain/time.ts';
import { acceptName } from '../../src/keeper/new-name.ts';
import { startClient } from '../sandbox/sandbox-client.ts';
import { AKeeper } from './a-keeper.ts';
import { lower } from './a-low-wallet.ts';
import { charges } from './sandbox-record.ts';
import { WatchedWire } from './watched-wire.ts';

test('who was asked about one new name has said nothing of a third that came while the account was frozen', async () => {
  const client = await startClient();
  const me = { email: 'agent-0001@sandbox.purser.test' };
  const transport = new WatchedWire(
    (send) => send(),
    async (send, { url }) => {
      const reply = await send();
      if (!url.endsWith('/me') || reply.kind !== 'answered') return reply;
      return { ...reply, bodyText: reply.bodyText.replaceAll('agent-0001@sandbox.purser.test', me.email) };
    },
  );
  let keeper = await AKeeper.open(client, { transport });
  await keeper.pass();
  await lower(client);
  await keeper.live(10 * MINUTE_MS);
  expect(await charges(client)).toHaveLength(1);
  const renamed = async (email: string) => {
    me.email = email;
    keeper.close();
    keeper = await AKeeper.open(client, { transport, folder: keeper.folder });
    await lower(client);
    await keeper.live(5 * MINUTE_MS);
  };
  await renamed('new@name.test');
  const told = (await keeper.messages()).length;
  await renamed('somebody-else@name.test');
  expect((await keeper.messages()).length).toBe(told); // nobody heard of the third name
  const { name } = keeper.account('agent-0001');
  await acceptName(keeper.store.upkeep, name, client.clock.now()); // as `purser resume`
  await keeper.store.journal.liftHold(name, 'freeze', [], client.clock.now());
  await keeper.live(HOUR_MS);
  expect(await charges(client)).toHaveLength(1);
});
