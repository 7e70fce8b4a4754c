import { expect, test } from 'vitest';
import { ensureOrder } from '../../src/domain/hand-order.ts';
import { cents } from '../../src/domain/money.ts';
import { MINUTE_MS } from '../../src/domain/time.ts';
import type { TransportReply } from '../../src/modelslab/transport.ts';
import { type SandboxClient, startClient } from '../sandbox/sandbox-client.ts';
import { AKeeper, type Opening } from './a-keeper.ts';
import { lower } from './a-low-wallet.ts';
import { scratchFolder } from './fleet-config.ts';
import { charges } from './sandbox-record.ts';
import { statesOf } from './standing-of.ts';
import { answer, WatchedWire } from './watched-wire.ts';

/** As in `refused-and-another-wanted`. `status`: what every request of both is answered while the provider is out. */
function aWire(client: SandboxClient, out: { status: number; path: string }, count: number) {
  const seen = new Map<string, TransportReply>();
  const cache = { isStill: false };
  const transport = new WatchedWire(
    async (send, ordinal) =>
      ordinal < count ? answer(429, { message: 'Too many requests' }, { 'retry-after': '5' }) : await send(),
    async (send, { url }) => {
      if (out.status !== 0 && url.includes(out.path)) return answer(out.status, { message: 'x' });
      const known = seen.get(url);
      const date = new Date(client.clock.now()).toUTCString();
      if (cache.isStill && known?.kind === 'answered')
        return { ...known, headers: { ...known.headers, date } };
      const reply = await send();
      if (!cache.isStill) seen.set(url, reply);
      return reply;
    },
  );
  return { transport, cache };
}

async function hold(keeper: AKeeper, client: SandboxClient, isOn: boolean): Promise<void> {
  const { name } = keeper.account('agent-0001');
  const now = client.clock.now();
  if (isOn)
    await keeper.store.journal.setHold(
      { account: name, kind: 'pause', reason: 'x', since: now, intent: null },
      [],
    );
  else await keeper.store.journal.liftHold(name, 'pause', [], now);
}

const TO: Opening = { wallet: { top_up: { to: 70 } } };

async function waitsForAnother() {
  const client = await startClient();
  const out = { status: 0, path: '' };
  const { transport, cache } = aWire(client, out, 1);
  const one = await AKeeper.open(client, { ...TO, transport, folder: scratchFolder(), beside: 'beside' });
  const other = await AKeeper.open(client, TO);
  await one.live(2 * MINUTE_MS);
  await other.live(2 * MINUTE_MS);
  await lower(client, 11.5);
  await one.pass();
  await hold(one, client, true);
  client.clock.advance(10_000);
  await one.pass();
  expect(await statesOf(one)).toEqual(['fund released']);
  await client.patch({ balance: 12 });
  await hold(one, client, false);
  await one.live(MINUTE_MS);
  expect(await charges(client)).toEqual([]);
  return { client, cache, one, other, out };
}

test('a job that asks for more while the wallet is below its own minimum waits with it', async () => {
  const { client, cache, one, other } = await waitsForAnother();
  await client.patch({ balance: 40 });
  await one.live(40 * MINUTE_MS);
  await client.patch({ balance: 12 });
  await one.live(2 * MINUTE_MS); // both see the same need
  cache.isStill = true;
  await other.live(MINUTE_MS);
  const placed = one.place(ensureOrder(cents(8_000)));
  await one.live(3 * MINUTE_MS);
  placed.withdraw();
  cache.isStill = false;
  await one.live(40 * MINUTE_MS);
  expect((await charges(client)).map(({ amount_cents }) => amount_cents)).toEqual([5_800]);
});

test.each([
  ['401 to everything', 401, ''],
  ['503 to who it is', 503, '/me'],
])('an outage (%s) ends for both pursers at once: the wait begins anew', async (_what, status, path) => {
  const { client, cache, one, other, out } = await waitsForAnother();
  out.status = status;
  out.path = path;
  await one.live(40 * MINUTE_MS);
  out.status = 0;
  cache.isStill = true;
  await other.live(MINUTE_MS);
  await one.live(10 * MINUTE_MS);
  cache.isStill = false;
  await one.live(40 * MINUTE_MS);
  expect((await charges(client)).map(({ amount_cents }) => amount_cents)).toEqual([5_800]);
});
