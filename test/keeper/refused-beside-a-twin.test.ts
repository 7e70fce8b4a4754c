import { expect, test } from 'vitest';
import { MINUTE_MS } from '../../src/domain/time.ts';
import type { TransportReply } from '../../src/modelslab/transport.ts';
import { type SandboxClient, startClient } from '../sandbox/sandbox-client.ts';
import { AKeeper, type Opening } from './a-keeper.ts';
import { lower } from './a-low-wallet.ts';
import { charges } from './sandbox-record.ts';
import { statesOf } from './standing-of.ts';
import { answer, WatchedWire } from './watched-wire.ts';

/** The first POST is answered 429; every GET can be answered as it was answered last before a cache stood still. */
function aWireBehindACache() {
  const seen = new Map<string, TransportReply>();
  const cache = { isStill: false };
  const transport = new WatchedWire(
    async (send, ordinal) =>
      ordinal === 0 ? answer(429, { message: 'Too many requests' }, { 'retry-after': '5' }) : await send(),
    async (send, { url }) => {
      const known = seen.get(url);
      if (cache.isStill && known !== undefined) return known;
      const reply = await send();
      if (!cache.isStill) seen.set(url, reply);
      return reply;
    },
  );
  return { transport, cache };
}

type Way = 'pause' | 'reload';

/** One is refused and paused or reloaded before it could ask again; the other pays; the first goes on behind its cache. */
async function paysBesideARefused(
  client: SandboxClient,
  need: () => Promise<void>,
  opening: Opening,
  way: Way,
) {
  const { transport, cache } = aWireBehindACache();
  const one = await AKeeper.open(client, { ...opening, transport });
  const other = await AKeeper.open(client, opening);
  await one.live(2 * MINUTE_MS);
  await other.live(2 * MINUTE_MS);
  await need();
  await one.pass();
  const { name } = one.account('agent-0001');
  const hold = {
    account: name,
    kind: 'pause',
    reason: 'x',
    since: client.clock.now(),
    intent: null,
  } as const;
  if (way === 'pause') await one.store.journal.setHold(hold, []);
  else one.respec({ ...opening, wallet: null, subscription: {} });
  client.clock.advance(10_000);
  await one.pass();
  const states = await statesOf(one);
  cache.isStill = true;
  await other.live(2 * MINUTE_MS);
  if (way === 'pause') await one.store.journal.liftHold(name, 'pause', [], client.clock.now());
  else one.respec(opening);
  await one.live(3 * MINUTE_MS);
  cache.isStill = false;
  return { one, other, states };
}

const WAYS: readonly Way[] = ['pause', 'reload'];

test.each(WAYS)('a top-up that was refused and let go (%s) is charged once beside a twin', async (way) => {
  const client = await startClient();
  const { one, states } = await paysBesideARefused(client, () => lower(client), {}, way);
  expect(states).toEqual(['fund released']);
  expect(await charges(client)).toHaveLength(1);
  await one.live(5 * MINUTE_MS);
  expect(await statesOf(one)).toEqual(['fund settled', 'fund released']);
});

test.each(WAYS)('so is a subscription (%s)', async (way) => {
  const client = await startClient();
  await client.patch({ subscription: { status: 'active', plan_id: 42 } });
  const need = async () => {
    await client.patch({ subscription: { status: 'canceled' } });
    client.clock.advance(MINUTE_MS);
  };
  const opening: Opening = { subscription: { plan: 'Standard', when_canceled: 'subscribe' } };
  const { states } = await paysBesideARefused(client, need, opening, way);
  expect(states).toEqual(['subscribe released']);
  expect(await charges(client, 'subscribe')).toHaveLength(1);
});
