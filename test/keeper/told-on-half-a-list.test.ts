import { expect, test } from 'vitest';
import { DAY_MS, HOUR_MS, MINUTE_MS } from '../../src/domain/time.ts';
import { startClient } from '../sandbox/sandbox-client.ts';
import { AKeeper } from './a-keeper.ts';
import { scratchFolder } from './fleet-config.ts';
import { aCutList } from './standing-of.ts';

test.each([
  ['alert', { status: 'past_due', plan_id: 42 }, { when_past_due: 'alert' }],
  ['fix, no card', { status: 'past_due', plan_id: 42 }, { when_past_due: 'fix_payment' }],
  ['paused', { status: 'paused', plan_id: 42 }, { when_paused: 'alert' }],
] as const)('one cut list ends nothing that was told of a subscription: %s', async (_, there, words) => {
  const client = await startClient();
  const { list, transport } = aCutList();
  await client.patch({ subscription: { status: 'active', plan_id: 42 } });
  await client.patch({ cards: [{ id: 'pm_agent_0001_visa', behaviour: 'lost_card' }] });
  const keeper = await AKeeper.open(client, {
    poll: '5m',
    wallet: null,
    transport,
    subscription: { plan: 42, ...words },
  });
  await keeper.live(HOUR_MS);
  await client.patch({ subscription: there });
  await keeper.live(HOUR_MS);
  const before = (await keeper.told()).length;
  list.isCut = true;
  await keeper.pass();
  client.clock.advance(5 * MINUTE_MS);
  list.isCut = false;
  await keeper.live(10 * MINUTE_MS);
  expect((await keeper.told()).slice(before)).toEqual([]);
});

test('one that ended and is listed no more is told by the second run of a daily `purser once`', async () => {
  const client = await startClient();
  await client.patch({ subscription: { status: 'active', plan_id: 42 } });
  const opening = { wallet: null, subscription: { plan: 42 }, folder: scratchFolder() };
  const once = async () => {
    const keeper = await AKeeper.open(client, opening);
    await keeper.pass();
    const told = await keeper.told();
    keeper.close();
    client.clock.advance(DAY_MS);
    return told;
  };
  expect(await once()).toEqual([]);
  await client.patch({ subscription: null });
  expect(await once()).toEqual([]);
  expect(await once()).toEqual([expect.stringContaining('needs a person')]);
});
