import { expect, test } from 'vitest';
import { HOUR_MS, MINUTE_MS } from '../../src/domain/time.ts';
import { startClient } from '../sandbox/sandbox-client.ts';
import { AKeeper, type Opening } from './a-keeper.ts';
import { lower } from './a-low-wallet.ts';
import { charges } from './sandbox-record.ts';
import { answer, WatchedWire } from './watched-wire.ts';

test('a reload to alert while a payment is in doubt freezes no wallet for good', async () => {
  const client = await startClient();
  await client.patch({ subscription: { status: 'past_due', plan_id: 42 } });
  let isDown = true;
  const transport = new WatchedWire((send, _o, { url }) =>
    isDown && url.endsWith('/fix-payment') ? Promise.resolve(answer(500, {})) : send(),
  );
  const opening: Opening = {
    poll: '5m',
    transport,
    subscription: { plan: 42, when_past_due: 'fix_payment' },
  };
  const keeper = await AKeeper.open(client, opening);
  await keeper.live(5 * MINUTE_MS);
  expect((await keeper.intents()).map(({ kind, state }) => `${kind} ${state}`)).toEqual([
    'fix_payment in_doubt',
  ]);
  keeper.respec({ ...opening, subscription: { plan: 42, when_past_due: 'alert' } });
  isDown = false;
  await keeper.live(5 * HOUR_MS);
  await lower(client);
  await keeper.live(HOUR_MS);
  expect(await charges(client, 'fund')).toHaveLength(1);
});
