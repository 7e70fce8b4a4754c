import { HOUR_MS } from '../../src/domain/time.ts';
import type { TransportReply } from '../../src/modelslab/transport.ts';
import { type SandboxClient, startClient } from '../sandbox/sandbox-client.ts';
import { openKeeper } from './a-ruled-account.ts';
import { posts } from './sandbox-record.ts';
import { WatchedWire } from './watched-wire.ts';

type Rows = readonly { readonly id: number; readonly status: string }[];
type Declared = Readonly<Record<string, unknown>>;

export const CHANGE = {
  plan: 42,
  when_wrong_plan: 'change',
  when_paused: 'leave',
  when_canceled: 'subscribe',
};
export const REPAIR = { ...CHANGE, when_past_due: 'fix_payment', when_paused: 'resume' };

/**
 * Two subscriptions, of which the control API of the sandbox changes the second, seen for an hour; lists that a test can
 * cut, and answers to the question for a status that it can choose.
 */
export async function scene(
  declared: Declared,
  [first, second]: readonly [number, number],
  otherStatus = 'active',
) {
  const client = await startClient();
  await client.patch({ subscription: null });
  await client.patch({ subscription: { status: otherStatus, plan_id: first } });
  const body = { plan_id: second, payment_method_id: 'pm_agent_0001_visa' };
  await client.ask('/subscriptions', { body, key: 'a-person' });
  const wire = {
    cut: (rows: Rows): Rows => rows,
    odd: null as TransportReply | null,
    asked: 0,
  };
  const transport = new WatchedWire(
    (send) => send(),
    async (send, { url }) => {
      if (url.endsWith('/status')) wire.asked += 1;
      if (url.endsWith('/status') && wire.odd !== null) return wire.odd;
      const reply = await send();
      if (!url.endsWith('/subscriptions') || reply.kind !== 'answered') return reply;
      const told = JSON.parse(reply.bodyText) as { data: Rows }; // the wire form of `subscriptionOnTheWire`
      return { ...reply, bodyText: JSON.stringify({ ...told, data: wire.cut(told.data) }) };
    },
  );
  const opening = { transport, poll: '1m' };
  const keeper = await openKeeper(client, declared, opening);
  await keeper.live(HOUR_MS);
  const before = (await posts(client)).length;
  const id = await idOf(client, 1);
  return {
    client,
    keeper,
    wire,
    /** It comes to rest, and the list leaves it out. */
    rest: async (status: string) => {
      await client.patch({ subscription: { status } });
      wire.cut = (rows) => rows.filter((row) => row.id !== id);
    },
    done: async () =>
      (await posts(client))
        .slice(before)
        .map(({ method, path }) => (method === 'PUT' ? 'change' : path.split('/').at(-1))),
    reopen: () => {
      keeper.close();
      return openKeeper(client, declared, { ...opening, folder: keeper.folder });
    },
  };
}

export async function idOf(client: SandboxClient, ordinal: number): Promise<number> {
  const rows: readonly unknown[] = (await client.ask('/subscriptions')).body.data;
  return (rows as Rows)[ordinal]?.id ?? 0; // the wire form of `subscriptionOnTheWire`
}
