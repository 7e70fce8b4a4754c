import { expect, test } from 'vitest';
import { HOUR_MS, MINUTE_MS } from '../../src/domain/time.ts';
import { startClient } from '../sandbox/sandbox-client.ts';
import { AKeeper } from './a-keeper.ts';
import { lower } from './a-low-wallet.ts';
import { resolve } from './an-operator.ts';
import { charges } from './sandbox-record.ts';
import { holdsOf } from './standing-of.ts';
import { answer, WatchedWire } from './watched-wire.ts';

const VISA = 'pm_agent_0001_visa';

test('a charge that the provider took back freezes, whatever other charge the account was frozen over', async () => {
  const client = await startClient();
  const transport = new WatchedWire(
    (send) => send(),
    async (send, { url }) => {
      const reply = await send();
      if (reply.kind !== 'answered' || !/payments\/.*\/status/.test(url)) return reply;
      const { data } = JSON.parse(reply.bodyText);
      const status = data.status === 'failed' ? 'pending' : data.status; // the provider goes on saying so
      return answer(200, { data: { ...data, status } }, reply.headers);
    },
  );
  const keeper = await AKeeper.open(client, { transport });
  await keeper.live(5 * MINUTE_MS);
  await lower(client);
  await keeper.live(2 * HOUR_MS);
  const [first] = await keeper.intents();
  expect(first).toMatchObject({ state: 'settled' });
  await client.patch({ cards: [{ id: VISA, behaviour: 'insufficient_funds' }] });
  await lower(client);
  await keeper.live(3 * HOUR_MS);
  const STUCK = 'declined, but the provider does not say that it failed';
  expect(await holdsOf(keeper)).toEqual([STUCK]);
  await client.patch({ cards: [{ id: VISA, behaviour: 'succeed' }] });
  await client.patch({ refund: first?.payment_intent });
  await keeper.live(90 * MINUTE_MS);
  // What ends that one alone may be done still.
  expect(await holdsOf(keeper)).toEqual([expect.stringMatching(new RegExp(`^${STUCK}; and .* took back`))]);
  await resolve(keeper, 'not_charged');
  expect(await holdsOf(keeper)).toEqual([
    expect.stringMatching(/^the provider took back a charge of purser's/),
  ]);
  await keeper.live(5 * HOUR_MS);
  await lower(client);
  await keeper.live(HOUR_MS);
  expect(await charges(client)).toHaveLength(1);
  expect(await holdsOf(keeper)).toHaveLength(1);
});
