import { expect, test } from 'vitest';
import { HOUR_MS } from '../../src/domain/time.ts';
import type { TransportReply } from '../../src/modelslab/transport.ts';
import { type SandboxClient, startClient } from '../sandbox/sandbox-client.ts';
import { openKeeper } from './a-ruled-account.ts';
import { posts } from './sandbox-record.ts';
import { answer, WatchedWire } from './watched-wire.ts';

type Rows = readonly { readonly id: number; readonly status: string }[];
type Declared = Readonly<Record<string, unknown>>;

const CHANGE = { plan: 42, when_wrong_plan: 'change', when_paused: 'leave', when_canceled: 'subscribe' };
const REPAIR = { ...CHANGE, when_past_due: 'fix_payment', when_paused: 'resume' };

/**
 * Two subscriptions, of which the control API of the sandbox changes the second, seen for an hour; lists that a test can
 * cut, and answers to the question for a status that it can choose.
 */
async function scene(declared: Declared, [first, second]: readonly [number, number], otherStatus = 'active') {
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

async function idOf(client: SandboxClient, ordinal: number): Promise<number> {
  const rows: readonly unknown[] = (await client.ask('/subscriptions')).body.data;
  return (rows as Rows)[ordinal]?.id ?? 0; // the wire form of `subscriptionOnTheWire`
}

/** The next one, in arrears, is the only one on the list; the one before has ended long ago, and is on no list. */
async function arrearsBesideAnOldOne(odd: TransportReply) {
  const one = await scene(REPAIR, [42, 42]);
  const { client, wire, keeper } = one;
  const id = await idOf(client, 0);
  // The first one, which was followed, ends, and leaves the list.
  await client.ask(`/subscriptions/${id}`, { method: 'DELETE', key: 'x' });
  wire.cut = (rows) => rows.filter((row) => row.id !== id);
  wire.odd = odd;
  await keeper.live(2 * HOUR_MS);
  await client.patch({ subscription: { status: 'past_due' } });
  await keeper.live(24 * HOUR_MS);
  return one;
}

test.each([400, 403, 422, 500])(
  'arrears are paid, or a person is told, though the status of an older one that is over cannot be read (%i)',
  async (status) => {
    const { done } = await arrearsBesideAnOldOne(answer(status, {}));
    expect((await done()).slice(1)).toEqual(['fix-payment']);
  },
);

test.each(['expired', 'ended', 'incomplete_expired', 'inactive', 'cancelled'])(
  'arrears are paid, though the status of an older one that is over is a word that is not documented (%s)',
  async (status) => {
    const { done } = await arrearsBesideAnOldOne(answer(200, { data: { id: 501, status } }));
    expect((await done()).slice(1)).toEqual(['fix-payment']);
  },
);
