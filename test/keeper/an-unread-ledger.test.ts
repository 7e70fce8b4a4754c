import { expect, test } from 'vitest';
import { DAY_MS, HOUR_MS, MINUTE_MS } from '../../src/domain/time.ts';
import { startClient } from '../sandbox/sandbox-client.ts';
import { AKeeper } from './a-keeper.ts';
import { WatchedWire } from './watched-wire.ts';

test('behind a lost journal no subscription is paid before the ledger of its own account was read', async () => {
  const client = await startClient();
  await client.fund(54, 'charged-before-the-journal-was-lost');
  const its = { isTorn: true, looks: 0 };
  const transport = new WatchedWire(
    (send) => send(),
    async (send, { url }) => {
      const reply = await send();
      if (!its.isTorn || !url.includes('type=credit') || reply.kind !== 'answered') return reply;
      its.looks += 1;
      const body = JSON.parse(reply.bodyText);
      const items = body.data.items.filter(({ amount }: { amount: number }) => amount !== 54);
      Object.assign(body.data, { items, count: items.length, total: items.length });
      body.data.wallet.balance += its.looks; // no two of them agree
      return { ...reply, bodyText: JSON.stringify(body) };
    },
  );
  const caps = { per_charge: 60, day: 81 };
  const subscription = { plan: 42, when_past_due: 'fix_payment' };
  const keeper = await AKeeper.open(client, { transport, caps, subscription, quarantine: '30m' });
  await keeper.live(40 * MINUTE_MS);
  await client.patch({ subscription: { status: 'past_due', plan_id: 42 } });
  await keeper.live(HOUR_MS);
  expect((await keeper.intents()).map(({ kind }) => kind)).toEqual([]);
  const held = keeper.lines
    .filter(({ event }) => event === 'decision')
    .map(({ fields }) => JSON.stringify(fields));
  expect(held.join()).not.toContain('frozen');
  expect((await keeper.told()).join('\n')).toContain('past due');
  its.isTorn = false;
  await keeper.live(HOUR_MS);
  expect((await keeper.intents()).map(({ kind }) => kind)).toEqual([]); // the day cap, as it is known by now
  await keeper.live(DAY_MS);
  expect((await keeper.intents()).map(({ kind, state }) => `${kind} ${state}`)).toEqual([
    'fix_payment settled',
  ]);
});
