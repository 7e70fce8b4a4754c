import { expect, test } from 'vitest';
import { DAY_MS } from '../../src/domain/time.ts';
import { type SandboxClient, startClient } from '../sandbox/sandbox-client.ts';
import { openKeeper } from './a-ruled-account.ts';
import { charges } from './sandbox-record.ts';
import { WatchedWire } from './watched-wire.ts';

type Row = Record<string, unknown>;

/** Lists and statuses as a provider might write them. */
async function scene(
  declared: Row,
  change: (row: Row) => Row,
  plans: (rows: Row[]) => Row[] | null = (rows) => rows,
) {
  const client: SandboxClient = await startClient();
  await client.patch({ subscription: null });
  const transport = new WatchedWire(
    (send) => send(),
    async (send, { url }) => {
      const reply = await send();
      if (reply.kind !== 'answered') return reply;
      if (url.endsWith('/subscriptions')) {
        const body = JSON.parse(reply.bodyText);
        body.data = body.data.map(change);
        return { ...reply, bodyText: JSON.stringify(body) };
      }
      if (/plans/.test(url)) {
        const body = JSON.parse(reply.bodyText);
        const key = Array.isArray(body.data) ? 'data' : null;
        if (key !== null) {
          const rows = plans(body.data);
          if (rows === null) return { ...reply, status: 500, bodyText: '{}' };
          body.data = rows;
        }
        return { ...reply, bodyText: JSON.stringify(body) };
      }
      return reply;
    },
  );
  const keeper = await openKeeper(client, declared, { transport, poll: '1m' });
  return { client, keeper };
}

const BUY = { plan: 42, when_canceled: 'subscribe' };
const cases: [string, Row, (row: Row) => Row][] = [
  ['as it is', BUY, (row) => row],
  ['by name only, declared by name', { ...BUY, plan: 'Standard' }, ({ plan_id: _, ...row }) => row],
  [
    'by name only, other case',
    { ...BUY, plan: 'standard' },
    ({ plan_id: _, ...row }) => ({ ...row, plan_name: 'STANDARD' }),
  ],
  ['by no name', { ...BUY, plan: 42 }, ({ plan_name: _, ...row }) => row],
  ['by name, under ids of another kind', { ...BUY, plan: 'Standard' }, (row) => ({ ...row, plan_id: 1_042 })],
];

test.each(cases)('a purchase is settled once, and freezes nothing: %s', async (_what, declared, change) => {
  const { client, keeper } = await scene(declared, change);
  await keeper.rest(DAY_MS);
  expect((await keeper.intents()).map(({ kind, state }) => `${kind} ${state}`)).toEqual([
    'subscribe settled',
  ]);
  expect(await charges(client, 'subscribe')).toHaveLength(1);
  expect(await keeper.store.journal.holds(keeper.account('agent-0001').name)).toEqual([]);
});
