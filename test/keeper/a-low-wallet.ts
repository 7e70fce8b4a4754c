import { MINUTE_MS } from '../../src/domain/time.ts';
import { type SandboxClient, startClient } from '../sandbox/sandbox-client.ts';
import { AKeeper, type Opening } from './a-keeper.ts';
import { fairWeather, faults } from './sandbox-record.ts';
import { type AroundPost, WatchedWire } from './watched-wire.ts';

type Scene = { readonly client: SandboxClient; readonly keeper: AKeeper };

/** `agent-0001` with $12 and a keeper that has seen it before: the next pass charges $50. */
export async function aLowWallet(opening: Opening = {}): Promise<Scene> {
  const client = await startClient();
  const keeper = await AKeeper.open(client, opening);
  await keeper.pass();
  await lower(client);
  return { client, keeper };
}

/** The same, where the first `count` requests that are no GET meet bad weather. */
export async function aLowWalletInBadWeather(
  weather: Readonly<Record<string, unknown>>,
  count: number,
  opening: Opening = {},
): Promise<Scene> {
  const client = await startClient();
  const keeper = await AKeeper.open(client, { ...opening, transport: badPosts(client, weather, count) });
  await keeper.pass();
  await lower(client);
  return { client, keeper };
}

export async function lower(client: SandboxClient, balance = 12): Promise<void> {
  await client.patch({ balance });
  client.clock.advance(MINUTE_MS);
}

export function badPosts(
  client: SandboxClient,
  weather: Readonly<Record<string, unknown>>,
  count: number,
): WatchedWire {
  const around: AroundPost = async (send, ordinal) => {
    if (ordinal >= count) return await send();
    await faults(client, weather);
    const reply = await send();
    await fairWeather(client);
    return reply;
  };
  return new WatchedWire(around);
}
