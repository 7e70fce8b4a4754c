import { expect, test } from 'vitest';
import type { HandOrder } from '../../src/domain/hand-order.ts';
import type { PlanId } from '../../src/domain/ids.ts';
import { HOUR_MS, MINUTE_MS } from '../../src/domain/time.ts';
import { startClient } from '../sandbox/sandbox-client.ts';
import { AKeeper } from './a-keeper.ts';
import { charges } from './sandbox-record.ts';
import { aCutList } from './standing-of.ts';

const CASES = [
  ['paused', { when_paused: 'leave' }],
  ['paused', { when_paused: 'alert' }],
  ['past_due', { when_past_due: 'alert' }],
  ['paused', { when_paused: 'leave', pause: { hours: { from: '0 8 * * *', for: '23h' } } }],
] as const;

test('on one cut list nobody is told that there is no subscription, and who orders one gets none beside it', async () => {
  const client = await startClient();
  const { list, transport } = aCutList();
  await client.patch({ subscription: { status: 'active', plan_id: 42 } });
  const keeper = await AKeeper.open(client, {
    poll: '5m',
    wallet: null,
    transport,
    subscription: { plan: 42 },
  });
  await keeper.live(HOUR_MS);
  const before = await keeper.told();
  list.isCut = true;
  await keeper.pass();
  const order = { kind: 'subscribe', plan: { kind: 'id', id: '42' as PlanId }, card: null } as HandOrder;
  expect(await keeper.told()).toEqual(before);
  const { withdraw } = keeper.place(order);
  await keeper.live(MINUTE_MS);
  withdraw();
  expect(await charges(client, 'subscribe')).toEqual([]);
});

test.each(CASES)(
  'beside one that was only ever seen %s (%o) none is bought on lists that lack it for ten minutes',
  async (status, words) => {
    const client = await startClient();
    const { list, transport } = aCutList();
    await client.patch({ subscription: { status, plan_id: 42 } });
    const keeper = await AKeeper.open(client, {
      poll: '5m',
      wallet: null,
      transport,
      subscription: { plan: 42, when_canceled: 'subscribe', pay_with: ['default'], ...words },
    });
    await keeper.live(5 * HOUR_MS);
    list.isCut = true;
    await keeper.live(10 * MINUTE_MS);
    list.isCut = false;
    await keeper.live(HOUR_MS);
    expect(await charges(client, 'subscribe')).toEqual([]);
  },
);
