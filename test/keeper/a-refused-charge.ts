import { expect } from 'vitest';
import { MINUTE_MS } from '../../src/domain/time.ts';
import type { TransportReply } from '../../src/modelslab/transport.ts';
import { type SandboxClient, startClient } from '../sandbox/sandbox-client.ts';
import { AKeeper, type Opening } from './a-keeper.ts';
import { lower } from './a-low-wallet.ts';
import { scratchFolder } from './fleet-config.ts';
import { charges } from './sandbox-record.ts';
import { statesOf } from './standing-of.ts';
import { answer, WatchedWire } from './watched-wire.ts';

const ONE = 'agent-0001';
/** So that the amount hangs on the balance. */
export const TO: Opening = { wallet: { top_up: { to: 70 } } };

export type Cache = {
  /** Every GET is answered as it was answered last. */
  isStill: boolean;
  /** What every GET is answered instead. */
  out: number | null;
};

/** The first `count` POSTs are answered 429, "nothing done". */
export function aWireBehindACache(client: SandboxClient, count: number) {
  const seen = new Map<string, TransportReply>();
  const cache: Cache = { isStill: false, out: null };
  const transport = new WatchedWire(
    async (send, ordinal) =>
      ordinal < count ? answer(429, { message: 'Too many requests' }, { 'retry-after': '5' }) : await send(),
    async (send, { url, headers }) => {
      if (cache.out !== null) return answer(cache.out, { message: 'x' });
      const key = `${url} ${headers['authorization']}`;
      const known = seen.get(key);
      const date = new Date(client.clock.now()).toUTCString(); // the provider's own cache: the clocks agree
      if (cache.isStill && known?.kind === 'answered')
        return { ...known, headers: { ...known.headers, date } };
      const reply = await send();
      if (!cache.isStill) seen.set(key, reply);
      return reply;
    },
  );
  return { transport, cache };
}

export async function pause(keeper: AKeeper): Promise<void> {
  const { name } = keeper.account(ONE);
  const since = keeper.client.clock.now();
  await keeper.store.journal.setHold({ account: name, kind: 'pause', reason: 'x', since, intent: null }, []);
}

export async function resume(keeper: AKeeper): Promise<void> {
  const { name } = keeper.account(ONE);
  await keeper.store.journal.liftHold(name, 'pause', [], keeper.client.clock.now());
}

export async function amounts(client: SandboxClient): Promise<readonly number[]> {
  return (await charges(client)).map(({ amount_cents }) => amount_cents);
}

/** One is refused and lets go; the wallet is a little fuller by then, so that another amount is wanted, which waits. */
export async function waitsForAnother(opening: Opening) {
  const client = await startClient();
  const { transport, cache } = aWireBehindACache(client, 1);
  const kept: Opening = { ...opening, transport, folder: scratchFolder(), beside: 'beside' };
  const one = await AKeeper.open(client, kept);
  const other = await AKeeper.open(client, opening);
  await one.live(2 * MINUTE_MS);
  await other.live(2 * MINUTE_MS);
  await lower(client, 11.5);
  await one.pass();
  await pause(one);
  client.clock.advance(10_000);
  await one.pass();
  expect(await statesOf(one)).toEqual(['fund released']);
  await client.patch({ balance: 12 });
  await resume(one);
  await one.live(MINUTE_MS);
  expect(await amounts(client)).toEqual([]);
  return { client, cache, one, other, kept };
}
