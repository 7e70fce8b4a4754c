import { expect, test } from 'vitest';
import type { HandOrder } from '../../src/domain/hand-order.ts';
import type { PlanId } from '../../src/domain/ids.ts';
import { HOUR_MS, MINUTE_MS } from '../../src/domain/time.ts';
import { startClient } from '../sandbox/sandbox-client.ts';
import { AKeeper, type Opening } from './a-keeper.ts';
import { charges } from './sandbox-record.ts';
import { holdsOf, statesOf } from './standing-of.ts';
import { answer, WatchedWire } from './watched-wire.ts';

/** Rows that name their plan, under ids that the list of plans does not know. */
async function aKeeperOn(there: Record<string, unknown> | null, opening: Opening) {
  const client = await startClient();
  await client.patch({ subscription: null });
  if (there !== null) await client.patch({ subscription: there });
  const transport = new WatchedWire(
    (send) => send(),
    async (send, { url }) => {
      const reply = await send();
      if (!url.endsWith('/subscriptions') || reply.kind !== 'answered') return reply;
      const put = (key: string, value: unknown) => (key === 'plan_id' ? Number(value) + 1_000 : value);
      return { ...reply, bodyText: JSON.stringify(JSON.parse(reply.bodyText), put) };
    },
  );
  return { client, keeper: await AKeeper.open(client, { poll: '5m', transport, ...opening }) };
}

test('a change by policy is seen to be made', async () => {
  const { keeper } = await aKeeperOn(
    { status: 'active', plan_id: 41 },
    {
      subscription: { plan: 'Standard', when_wrong_plan: 'change' },
    },
  );
  await keeper.live(5 * HOUR_MS);
  expect([await statesOf(keeper), await holdsOf(keeper)]).toEqual([['change_plan settled'], []]);
});

test('a purchase under rules is seen to be made', async () => {
  const { keeper } = await aKeeperOn(null, {
    subscription: {
      plan: 'Standard',
      when_canceled: 'subscribe',
      pay_with: ['default'],
      pause: { hours: { from: '0 8 * * *', for: '23h' } },
    },
  });
  await keeper.live(5 * HOUR_MS);
  expect([await statesOf(keeper), await holdsOf(keeper)]).toEqual([['subscribe settled'], []]);
});

test.each(['subscribe', 'change_plan'] as const)('%s by hand is seen to be made', async (kind) => {
  const { keeper } = await aKeeperOn(kind === 'subscribe' ? null : { status: 'active', plan_id: 41 }, {});
  await keeper.pass();
  const plan = { kind: 'id', id: '42' as PlanId } as const;
  const order = (
    kind === 'subscribe' ? { kind, plan, card: null } : { kind, plan, subscription: null }
  ) as HandOrder;
  const { withdraw } = keeper.place(order);
  await keeper.live(MINUTE_MS);
  withdraw();
  await keeper.live(5 * HOUR_MS);
  expect([await statesOf(keeper), await holdsOf(keeper)]).toEqual([[`${kind} settled`], []]);
});

test.each([
  ['shifted', 1000],
  ['as it is', 0],
])(
  'a change that was lost, between two plans of one name (by the month, by the year), is not told as made: ids %s',
  async (_, shift) => {
    const client = await startClient();
    await client.patch({ subscription: null });
    await client.patch({ subscription: { status: 'active', plan_id: 41 } });
    const transport = new WatchedWire(
      (send, _o, { method }) => (method === 'PUT' ? Promise.resolve(answer(500, {})) : send()),
      async (send, { url }) => {
        const reply = await send();
        if (reply.kind !== 'answered') return reply;
        const put = (key: string, value: unknown) => {
          if (key === 'plan_id' && url.endsWith('/subscriptions')) return Number(value) + Number(shift);
          if ((key === 'name' || key === 'plan_name') && (value === 'Basic' || value === 'Standard'))
            return 'Pro';
          return value;
        };
        return { ...reply, bodyText: JSON.stringify(JSON.parse(reply.bodyText), put) };
      },
    );
    const keeper = await AKeeper.open(client, { poll: '5m', transport });
    await keeper.pass();
    const order = {
      kind: 'change_plan',
      plan: { kind: 'id', id: '42' as PlanId },
      subscription: null,
    } as HandOrder;
    const { withdraw } = keeper.place(order);
    await keeper.live(5 * MINUTE_MS);
    withdraw();
    await keeper.live(HOUR_MS);
    expect(await charges(client, 'plan_change')).toEqual([]);
    expect((await keeper.intents()).map(({ state }) => state)).not.toContain('settled');
  },
);
