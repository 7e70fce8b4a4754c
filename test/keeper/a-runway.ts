import { HOUR_MS, MINUTE_MS } from '../../src/domain/time.ts';
import { type SandboxClient, startClient } from '../sandbox/sandbox-client.ts';
import { AKeeper, type Opening } from './a-keeper.ts';
import { charges } from './sandbox-record.ts';
import { answer, WatchedWire } from './watched-wire.ts';

/** A day of what is used; at least $20. */
export const RUNWAY = { wallet: { top_up: { runway: '24h', minimum: 20 } } };

/** $2 an hour are used, of which two hours were watched: a runway of a day is $48. */
export async function aRunway(balance: number, opening: Opening = {}) {
  const client = await startClient();
  await client.patch({ reseller: true });
  await client.patch({ balance, burn: 2 });
  const keeper = await AKeeper.open(client, { ...RUNWAY, ...opening });
  await keeper.live(2 * HOUR_MS);
  return { client, keeper };
}

/** The real wire, where a word of the test may change what is answered to a read. */
export function aWire(change: (url: string, body: Body) => unknown): WatchedWire {
  return new WatchedWire(
    (send) => send(),
    async (send, { url }) => {
      const reply = await send();
      if (reply.kind !== 'answered' || !url.includes('/wallet/')) return reply;
      const body = JSON.parse(reply.bodyText) as Body; // what the sandbox answers, docs/sandbox.md
      return change(url, body) === 'refuse' ? answer(403, {}) : answer(reply.status, body, reply.headers);
    },
  );
}
type Row = { id: number | string; created_at: string; usecase: string };
type Wallet = { balance: number; total_credited?: number; amount_used?: number };
export type Body = { data: { balance: number; items: Row[]; wallet: Wallet } };

export async function withdrawOnTheWeb(
  client: SandboxClient,
  amount = 200,
  key = 'by-a-person',
): Promise<void> {
  client.clock.advance(MINUTE_MS);
  await client.ask('/wallet/withdraw', { body: { amount }, key });
}

/** What purser charged. */
export async function ownCents(client: SandboxClient): Promise<readonly number[]> {
  return (await charges(client))
    .filter(({ key }) => key !== 'by-a-person')
    .map(({ amount_cents }) => amount_cents);
}
