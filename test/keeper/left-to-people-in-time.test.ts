import { expect, test } from 'vitest';
import { DAY_MS, HOUR_MS, SECOND_MS } from '../../src/domain/time.ts';
import { startClient } from '../sandbox/sandbox-client.ts';
import { AKeeper, type Opening } from './a-keeper.ts';
import { charges } from './sandbox-record.ts';
import { never, WatchedWire } from './watched-wire.ts';

test('what was armed before a crash is not sent by a restart with a config that leaves it to people, within the minute', async () => {
  const client = await startClient();
  await client.patch({ subscription: { status: 'past_due', plan_id: 42 } });
  const wire = new WatchedWire((send, _o, { url }) => (url.endsWith('/fix-payment') ? never() : send()));
  const subscription = { plan: 42, when_past_due: 'fix_payment' };
  const opening: Opening = { poll: '5m', wallet: null, subscription };
  const old = await AKeeper.open(client, { ...opening, transport: wire });
  const pass = old.pass();
  for (let n = 0; n < 100 && (await old.intents()).length === 0; n += 1)
    await new Promise((done) => setTimeout(done, 20));
  old.close();
  void pass.catch(() => undefined);
  client.clock.advance(20 * SECOND_MS);
  const keeper = await AKeeper.open(client, {
    ...opening,
    folder: old.folder,
    subscription: { ...subscription, when_past_due: 'alert' },
  });
  await keeper.live(HOUR_MS);
  expect(await charges(client, 'fix_payment')).toEqual([]);
});

test('nor behind a reload that drops the policy of the subscription', async () => {
  const client = await startClient();
  await client.patch({ subscription: { status: 'past_due', plan_id: 42 } });
  const world = { isDown: true };
  const transport = new WatchedWire((send, _o, { url }) =>
    world.isDown && url.endsWith('/fix-payment')
      ? Promise.resolve({ kind: 'lost', reason: 'timeout' } as const)
      : send(),
  );
  const opening: Opening = {
    poll: '5m',
    transport,
    subscription: { plan: 42, when_past_due: 'fix_payment' },
  };
  const keeper = await AKeeper.open(client, opening);
  await keeper.pass();
  keeper.respec({ poll: '5m' });
  world.isDown = false;
  await keeper.rest(DAY_MS / 12);
  expect(await charges(client, 'fix_payment')).toEqual([]);
});
