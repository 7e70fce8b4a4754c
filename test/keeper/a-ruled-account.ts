import { type SandboxClient, startClient } from '../sandbox/sandbox-client.ts';
import { AKeeper, type Opening } from './a-keeper.ts';

export type Scene = { readonly client: SandboxClient; readonly keeper: AKeeper };

/** Office hours in UTC; the sandbox's time begins on a Monday at noon. */
export const OFFICE = { from: '0 8 * * 1-5', for: '10h' };
export const EVENING = { from: '0 18 * * *', for: '4h' };

/** `agent-0001` on that plan of the sandbox, its period just begun, and a keeper that only looks after subscriptions. */
export async function aRuledAccount(
  planId: number | null,
  subscription: Readonly<Record<string, unknown>>,
  opening: Opening = {},
): Promise<Scene> {
  const client = await startClient();
  await client.patch({ subscription: null });
  if (planId !== null) await client.patch({ subscription: { status: 'active', plan_id: planId } });
  return { client, keeper: await openKeeper(client, subscription, opening) };
}

export function openKeeper(
  client: SandboxClient,
  subscription: Readonly<Record<string, unknown>>,
  opening: Opening = {},
): Promise<AKeeper> {
  return AKeeper.open(client, { poll: '10m', wallet: null, subscription, ...opening });
}

export async function subscriptionsOf(client: SandboxClient): Promise<readonly string[]> {
  const { body } = await client.ask('/subscriptions');
  const rows: readonly unknown[] = body.data;
  return (rows as readonly { plan_name: string; status: string }[]).map(
    ({ plan_name: plan, status }) => `${plan} ${status}`,
  ); // the wire form of `subscriptionOnTheWire`
}
