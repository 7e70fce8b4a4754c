import { expect, test } from 'vitest';
import { HOUR_MS, SECOND_MS } from '../../src/domain/time.ts';
import { startClient } from '../sandbox/sandbox-client.ts';
import { AKeeper } from './a-keeper.ts';
import { aLowWallet, lower } from './a-low-wallet.ts';
import { runOn } from './a-running-keeper.ts';
import type { Wish } from './fleet-config.ts';
import { InterruptedWire } from './interrupted-wire.ts';
import { charges, posts } from './sandbox-record.ts';
import { WatchedWire } from './watched-wire.ts';

/** Something happens, once, while a money call waits for room under the rate limit (30 s at most). */
function inTheWait({ context }: AKeeper, act: () => Promise<void>): void {
  const { client } = context;
  const ready = client.ready.bind(client);
  let isDue = true;
  client.ready = async (...call) => {
    if (isDue) await act();
    isDue = false;
    return await ready(...call);
  };
}

const CHANGES: readonly (readonly [string, Wish])[] = [
  ['mode observe', { mode: 'observe' }],
  ['a lower cap of the account', { caps: { per_charge: 50, day: 60, month: 20_000 } }],
  ['an account that is gone', { accounts: { 'agent-0002': {} } }],
  ['a policy that leaves the wallet alone', { wallet: null, subscription: { plan: 'Standard' } }],
  ['a lower cap of the fleet', { fleetCaps: { day: 60 } }],
];

test.each(CHANGES)(
  '%s, by a reload in the wait for the rate limit, holds the charge back',
  async (_, wish) => {
    const { client, keeper } = await aLowWallet();
    await keeper.live(HOUR_MS);
    expect(await charges(client)).toHaveLength(1);
    await lower(client);
    inTheWait(keeper, async () => keeper.respec(wish));
    await keeper.pass();
    expect(await charges(client)).toHaveLength(1);
  },
);

/** A charge whose answer was lost, with its replay due. */
async function aDueReplay() {
  const client = await startClient();
  const transport = new WatchedWire(async (send, ordinal) => {
    if (ordinal > 0) return await send();
    return { kind: 'lost', reason: 'timeout' };
  });
  const keeper = await AKeeper.open(client, { transport });
  await keeper.pass();
  await lower(client);
  await keeper.pass();
  client.clock.advance(3 * SECOND_MS);
  return { client, keeper };
}

test('nothing in the wait: the replay goes out', async () => {
  const { client, keeper } = await aDueReplay();
  inTheWait(keeper, async () => undefined);
  await keeper.pass();
  expect(await posts(client)).toHaveLength(1);
});

test.each(CHANGES.slice(0, 4))('%s, in the wait of a replay, holds the replay back', async (_, wish) => {
  const { client, keeper } = await aDueReplay();
  inTheWait(keeper, async () => keeper.respec(wish));
  await keeper.pass();
  expect(await posts(client)).toHaveLength(0);
});

test('a person who pauses the account in the wait of a replay holds it back', async () => {
  const { client, keeper } = await aDueReplay();
  const { name: account } = keeper.account('agent-0001');
  const since = client.clock.now();
  inTheWait(keeper, () =>
    keeper.store.journal.setHold({ account, kind: 'pause', reason: 'moving', since, intent: null }, []),
  );
  await keeper.pass();
  expect(await posts(client)).toHaveLength(0);
});

test('a charge that a reload held back is decided anew at once, by the new config', async () => {
  const client = await startClient();
  const wire = new InterruptedWire();
  const { parts, keeper } = await runOn(client, { transport: wire, poll: '1h' });
  await wire.pass(client.clock, 60 * SECOND_MS, SECOND_MS);
  await client.patch({ balance: 12 });
  inTheWait(parts, async () => {
    parts.respec({ poll: '1h', wallet: { top_up: { amount: 30 } } });
    await keeper.respec();
  });
  keeper.hurry(parts.account('agent-0001').name);
  await wire.pass(client.clock, 10 * SECOND_MS, SECOND_MS);
  expect((await charges(client)).map((row) => row.amount_cents)).toEqual([3_000]);
});

/** What the daemon does behind a sleep of its host. */
const wake = async ({ context }: AKeeper): Promise<void> =>
  context.firstRound.begin([], { leftMs: null, nowMs: context.clock.monotonicMs() });

test('what waited while the host slept is decided anew', async () => {
  const charge = await aLowWallet();
  await charge.keeper.live(HOUR_MS);
  await lower(charge.client);
  inTheWait(charge.keeper, () => wake(charge.keeper));
  await charge.keeper.pass();
  expect(await charges(charge.client)).toHaveLength(1);
  await charge.keeper.pass();
  expect(await charges(charge.client)).toHaveLength(2);
  const replay = await aDueReplay();
  inTheWait(replay.keeper, () => wake(replay.keeper));
  await replay.keeper.pass();
  expect(await posts(replay.client)).toHaveLength(0);
  await replay.keeper.live(5 * 60 * SECOND_MS);
  expect(await posts(replay.client)).toHaveLength(1);
});
