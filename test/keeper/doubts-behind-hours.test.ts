import { expect, test } from 'vitest';
import { HOUR_MS, MINUTE_MS } from '../../src/domain/time.ts';
import { startClient } from '../sandbox/sandbox-client.ts';
import { AKeeper } from './a-keeper.ts';
import { lower } from './a-low-wallet.ts';
import { OFFICE } from './a-ruled-account.ts';
import { charges } from './sandbox-record.ts';
import { holdsOf } from './standing-of.ts';
import { answer, WatchedWire } from './watched-wire.ts';

test('office hours that end while a purchase is in doubt freeze no account', async () => {
  const client = await startClient();
  await client.patch({ subscription: null });
  await client.patch({ subscription: { status: 'active', plan_id: 41 } });
  let isDown = true;
  const transport = new WatchedWire((send, _o, { url }) =>
    isDown && url.endsWith('/subscriptions') ? Promise.resolve(answer(500, {})) : send(),
  );
  const keeper = await AKeeper.open(client, {
    poll: '5m',
    transport,
    subscription: {
      plan: 41,
      when_canceled: 'subscribe',
      pay_with: ['default'],
      pause: { hours: { ...OFFICE, ahead: '15m' } },
    },
  });
  await keeper.live(6 * HOUR_MS - 20 * MINUTE_MS);
  await client.patch({ subscription: { status: 'canceled' } });
  await keeper.live(19 * MINUTE_MS);
  expect((await keeper.intents()).map(({ kind, state }) => `${kind} ${state}`)).toEqual([
    'subscribe in_doubt',
  ]);
  await keeper.live(2 * MINUTE_MS);
  isDown = false;
  await keeper.live(5 * HOUR_MS);
  await lower(client);
  await keeper.live(HOUR_MS);
  expect(await holdsOf(keeper)).toEqual([]);
  expect(await charges(client, 'fund')).toHaveLength(1);
});
