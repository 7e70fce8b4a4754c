import { expect, test } from 'vitest';
import { HOUR_MS, MINUTE_MS } from '../../src/domain/time.ts';
import { startClient } from '../sandbox/sandbox-client.ts';
import { AKeeper, type Opening } from './a-keeper.ts';
import { holdsOf, statesOf } from './standing-of.ts';
import { answer, WatchedWire } from './watched-wire.ts';

test('a doubt of an account that a person pauses for three hours is no freeze', async () => {
  const client = await startClient();
  await client.patch({ subscription: { status: 'past_due', plan_id: 42 } });
  const world = { isDown: true };
  const transport = new WatchedWire((send, _o, { url }) =>
    world.isDown && url.endsWith('/fix-payment') ? Promise.resolve(answer(500, {})) : send(),
  );
  const keeper = await AKeeper.open(client, {
    poll: '5m',
    transport,
    subscription: { plan: 42, when_past_due: 'fix_payment' },
  });
  await keeper.live(5 * MINUTE_MS);
  const { name } = keeper.account('agent-0001');
  await keeper.store.journal.setHold(
    { account: name, kind: 'pause', reason: 'x', since: client.clock.now(), intent: null },
    [],
  );
  world.isDown = false;
  await keeper.live(3 * HOUR_MS);
  expect(await holdsOf(keeper)).toEqual(['x']);
});

test('a reload in the middle of the first pass behind three hours freezes nothing', async () => {
  const client = await startClient();
  await client.patch({ subscription: { status: 'past_due', plan_id: 42 } });
  const world = { isDown: true, atList: (): undefined => undefined };
  const transport = new WatchedWire(
    (send, _o, { url }) =>
      world.isDown && url.endsWith('/fix-payment') ? Promise.resolve(answer(500, {})) : send(),
    async (send, { url }) => {
      if (url.endsWith('/subscriptions')) world.atList();
      return await send();
    },
  );
  const opening: Opening = {
    poll: '5m',
    transport,
    subscription: { plan: 42, when_past_due: 'fix_payment' },
  };
  const old = await AKeeper.open(client, opening);
  await old.live(10 * MINUTE_MS);
  old.close();
  client.clock.advance(3 * HOUR_MS);
  const keeper = await AKeeper.open(client, { ...opening, folder: old.folder });
  world.isDown = false;
  world.atList = () => {
    keeper.respec(opening);
    world.atList = () => undefined;
  };
  await keeper.live(HOUR_MS);
  expect([await statesOf(keeper), await holdsOf(keeper)]).toEqual([['fix_payment settled'], []]);
});
