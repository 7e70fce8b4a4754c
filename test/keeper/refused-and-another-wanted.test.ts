import { expect, test } from 'vitest';
import { HOUR_MS, MINUTE_MS } from '../../src/domain/time.ts';
import type { TransportReply } from '../../src/modelslab/transport.ts';
import { type SandboxClient, startClient } from '../sandbox/sandbox-client.ts';
import { AKeeper, type Opening } from './a-keeper.ts';
import { lower } from './a-low-wallet.ts';
import { scratchFolder } from './fleet-config.ts';
import { charges } from './sandbox-record.ts';
import { statesOf } from './standing-of.ts';
import { answer, WatchedWire } from './watched-wire.ts';

/** The first `count` POSTs are answered 429; every GET can be answered as it was answered last before a cache stood still. */
function aWireBehindACache(client: SandboxClient, count: number) {
  const seen = new Map<string, TransportReply>();
  const cache = { isStill: false };
  const transport = new WatchedWire(
    async (send, ordinal) =>
      ordinal < count ? answer(429, { message: 'Too many requests' }, { 'retry-after': '5' }) : await send(),
    async (send, { url }) => {
      const known = seen.get(url);
      const date = new Date(client.clock.now()).toUTCString(); // the provider's own cache: the clocks agree
      if (cache.isStill && known?.kind === 'answered')
        return { ...known, headers: { ...known.headers, date } };
      const reply = await send();
      if (!cache.isStill) seen.set(url, reply);
      return reply;
    },
  );
  return { transport, cache };
}

async function pause(keeper: AKeeper, client: SandboxClient): Promise<void> {
  const { name } = keeper.account('agent-0001');
  const hold = {
    account: name,
    kind: 'pause',
    reason: 'x',
    since: client.clock.now(),
    intent: null,
  } as const;
  await keeper.store.journal.setHold(hold, []);
}

async function resume(keeper: AKeeper, client: SandboxClient): Promise<void> {
  const { name } = keeper.account('agent-0001');
  await keeper.store.journal.liftHold(name, 'pause', [], client.clock.now());
}

async function amounts(client: SandboxClient): Promise<readonly number[]> {
  return (await charges(client)).map(({ amount_cents }) => amount_cents);
}

const TO: Opening = { wallet: { top_up: { to: 70 } } };

/** One is refused and lets go; the wallet is a little fuller by then, so that another amount is wanted, which waits. */
async function waitsForAnother(opening: Opening) {
  const client = await startClient();
  const { transport, cache } = aWireBehindACache(client, 1);
  const kept = { ...opening, transport, folder: scratchFolder() };
  const one = await AKeeper.open(client, kept);
  const other = await AKeeper.open(client, opening);
  await one.live(2 * MINUTE_MS);
  await other.live(2 * MINUTE_MS);
  await lower(client, 11.5);
  await one.pass();
  await pause(one, client);
  client.clock.advance(10_000);
  await one.pass();
  expect(await statesOf(one)).toEqual(['fund released']);
  await client.patch({ balance: 12 });
  await resume(one, client);
  await one.live(MINUTE_MS);
  expect(await amounts(client)).toEqual([]);
  return { client, cache, one, other, kept };
}

type Break = (one: AKeeper, client: SandboxClient) => Promise<void>;

const isPaused: Break = async (one, client) => {
  await pause(one, client);
  await one.live(27 * MINUTE_MS);
};
const isDown: Break = async (one, client) => {
  one.close();
  client.clock.advance(40 * MINUTE_MS);
};
const isWithoutPolicy: Break = async (one) => {
  one.respec({ wallet: null, subscription: {} });
  await one.live(27 * MINUTE_MS);
};

test.each<[string, Break]>([
  ['paused', isPaused],
  ['down', isDown],
  ['without that policy', isWithoutPolicy],
])('who waited, and was %s for a while, waits anew: its twin has charged meanwhile', async (what, breaks) => {
  const { client, cache, one, other, kept } = await waitsForAnother(TO);
  await breaks(one, client);
  cache.isStill = true;
  await other.live(MINUTE_MS);
  expect(await amounts(client)).toEqual([5_800]);
  let back = one;
  if (what === 'down') back = await AKeeper.open(client, kept);
  if (what === 'paused') await resume(one, client);
  if (what === 'without that policy') one.respec(TO);
  await back.live(3 * MINUTE_MS);
  cache.isStill = false;
  await back.live(40 * MINUTE_MS);
  expect(await amounts(client)).toEqual([5_800]);
});

test('where no twin has charged, what is wanted now is charged half an hour later, whole', async () => {
  const { client, one } = await waitsForAnother(TO);
  await one.live(28 * MINUTE_MS);
  expect(one.context.view.account(one.account('agent-0001').name)?.wallet).toMatchObject({
    reason: 'pacing',
    sentence: expect.stringContaining('was refused and let go'),
  });
  expect(await amounts(client)).toEqual([]);
  await one.live(2 * MINUTE_MS);
  expect(await amounts(client)).toEqual([5_800]);
});

test('runs that are hours apart put it off by no more than two of them', async () => {
  const { client, one, kept } = await waitsForAnother(TO);
  one.close();
  const made: number[] = [];
  for (let run = 0; run < 3; run += 1) {
    client.clock.advance(3 * HOUR_MS);
    const again = await AKeeper.open(client, kept);
    await again.live(5_000);
    made.push((await amounts(client)).length);
    again.close();
  }
  expect(made).toEqual([0, 1, 1]);
});

test('a key that was refused so often that it is given up is followed by no other at once', async () => {
  const client = await startClient();
  const { transport, cache } = aWireBehindACache(client, 3);
  const one = await AKeeper.open(client, { transport });
  const other = await AKeeper.open(client);
  await one.live(2 * MINUTE_MS);
  await other.live(2 * MINUTE_MS);
  await lower(client);
  for (let times = 0; times < 3; times += 1) {
    await one.pass();
    await pause(one, client);
    client.clock.advance(10_000);
    await one.pass();
    await resume(one, client);
  }
  expect(await statesOf(one)).toEqual(['fund released', 'fund released', 'fund released']);
  cache.isStill = true;
  await other.live(MINUTE_MS);
  expect(await amounts(client)).toEqual([5_000]);
  await one.live(3 * MINUTE_MS);
  expect(await amounts(client)).toEqual([5_000]);
});
