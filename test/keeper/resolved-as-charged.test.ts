import { expect, test } from 'vitest';
import { onOperator } from '../../src/charge/step.ts';
import { HOUR_MS, MINUTE_MS } from '../../src/domain/time.ts';
import { startClient } from '../sandbox/sandbox-client.ts';
import { AKeeper } from './a-keeper.ts';
import { lower } from './a-low-wallet.ts';
import { LateMoney } from './late-money.ts';
import { charges } from './sandbox-record.ts';
import { WatchedWire } from './watched-wire.ts';

/** Money and row of a charge whose answers are lost come 28 minutes late; a person sees it in the dashboard, and says so. */
async function resolved(handDollars: number | null) {
  const client = await startClient();
  const own = new LateMoney(client, { dollars: 90, lateMs: 28 * MINUTE_MS });
  const lost = { isOn: true };
  const transport = new WatchedWire(
    async (send, _n, { url }) => {
      if (!url.endsWith('/wallet/fund')) return await send();
      if (own.row !== null && lost.isOn) return { kind: 'lost', reason: 'socket' };
      const reply = await send();
      if (own.row !== null) return reply;
      await own.begin();
      return { kind: 'lost', reason: 'socket' };
    },
    async (send, { url }) => own.hide(await send(), url, { isHidden: ({ id }) => id === own.row }),
  );
  const wallet = { min_balance: 100, top_up: { amount: 90 }, foreign_credits: 'allow', cooldown: '10m' };
  const keeper = await AKeeper.open(client, { transport, wallet });
  await client.patch({ balance: 150 });
  await keeper.pass();
  await lower(client);
  await keeper.live(2 * MINUTE_MS);
  if (handDollars !== null) {
    await client.fund(handDollars, 'a-person');
    await keeper.live(2 * MINUTE_MS);
    await client.patch({ balance: 102 });
  }
  const [intent] = await keeper.store.journal.intents({ limit: 1 });
  expect(intent?.state.kind).toBe('in_doubt');
  if (intent === undefined) throw new Error('nothing is open');
  const now = client.clock.now();
  const { intent: after } = onOperator(intent, 'charged', now);
  await keeper.store.journal.record({
    before: intent,
    after,
    now,
    why: 'operator',
    freeze: null,
    incidents: [],
  });
  lost.isOn = false;
  await keeper.live(HOUR_MS);
  return (await charges(client)).filter(({ key }) => key !== 'a-person');
}

test.each([
  ['control: nobody else paid', null],
  ['somebody else paid', 80],
])('a charge that a person called made is not made again: %s', async (_, dollars) => {
  const own = await resolved(dollars);
  expect(own).toHaveLength(1);
});
