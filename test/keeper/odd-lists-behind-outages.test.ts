import { expect, test } from 'vitest';
import { HOUR_MS, MINUTE_MS } from '../../src/domain/time.ts';
import { startClient } from '../sandbox/sandbox-client.ts';
import { AKeeper, type Opening } from './a-keeper.ts';
import { lower } from './a-low-wallet.ts';
import { charges } from './sandbox-record.ts';
import { holdsOf, statesOf } from './standing-of.ts';
import { answer, WatchedWire } from './watched-wire.ts';

/** A provider where subscription calls, their list, and the list of plans can be down, or the list be empty. */
function anOutage() {
  const world = {
    isPostDown: true,
    isListDown: false,
    isListCut: false,
    arePlansDown: false,
    isWalletRefused: false,
  };
  const transport = new WatchedWire(
    (send, _o, { url }) =>
      world.isPostDown && url.includes('/subscriptions') ? Promise.resolve(answer(500, {})) : send(),
    async (send, { url }) => {
      if (world.isWalletRefused && url.includes('/wallet/')) return answer(401, {});
      if (world.arePlansDown && url.endsWith('/plans')) return answer(500, {});
      if (url.endsWith('/subscriptions') && world.isListDown) return answer(500, {});
      if (url.endsWith('/subscriptions') && world.isListCut) return answer(200, { data: [] });
      return await send();
    },
  );
  return { world, transport };
}

async function aDoubt(subscription: Record<string, unknown>, there: Record<string, unknown> | null) {
  const client = await startClient();
  await client.patch({ subscription: null });
  if (there !== null) await client.patch({ subscription: there });
  const { world, transport } = anOutage();
  const opening: Opening = { poll: '1m', transport, subscription };
  const keeper = await AKeeper.open(client, opening);
  await keeper.live(10 * MINUTE_MS);
  expect(await statesOf(keeper)).toEqual([expect.stringContaining('in_doubt')]);
  return { client, world, keeper, opening };
}

const CASES = [
  ['fix_payment', { plan: 42, when_past_due: 'fix_payment' }, { status: 'past_due', plan_id: 42 }],
  ['resume', { plan: 42, when_paused: 'resume' }, { status: 'paused', plan_id: 42 }],
] as const;

test.each(CASES)(
  '%s in doubt: an outage of three hours, then one cut list, freezes nothing',
  async (_, spec, there) => {
    const { client, world, keeper } = await aDoubt(spec, there);
    world.isListDown = true;
    await keeper.live(3 * HOUR_MS);
    world.isListDown = false;
    world.isListCut = true;
    await keeper.pass();
    world.isListCut = false;
    world.isPostDown = false;
    await keeper.live(HOUR_MS);
    expect([await statesOf(keeper), await holdsOf(keeper)]).toEqual([
      [expect.stringContaining('settled')],
      [],
    ]);
    await lower(client);
    await keeper.live(HOUR_MS);
    expect(await charges(client, 'fund')).toHaveLength(1);
  },
);

test.each(CASES)(
  '%s in doubt: purser off for three hours, then one cut list, freezes nothing',
  async (_, spec, there) => {
    const { client, world, keeper: old, opening } = await aDoubt(spec, there);
    old.close();
    client.clock.advance(3 * HOUR_MS);
    const keeper = await AKeeper.open(client, { ...opening, folder: old.folder });
    world.isPostDown = false;
    world.isListCut = true;
    await keeper.pass();
    world.isListCut = false;
    await keeper.live(HOUR_MS);
    expect([await statesOf(keeper), await holdsOf(keeper)]).toEqual([
      [expect.stringContaining('settled')],
      [],
    ]);
  },
);

test('subscribe in doubt: purser off for three hours, then plans that cannot be read once, freezes nothing', async () => {
  const {
    client,
    world,
    keeper: old,
    opening,
  } = await aDoubt({ plan: 41, when_canceled: 'subscribe', pay_with: ['default'] }, null);
  old.close();
  client.clock.advance(3 * HOUR_MS);
  const keeper = await AKeeper.open(client, { ...opening, folder: old.folder });
  world.isPostDown = false;
  world.arePlansDown = true;
  await keeper.pass();
  world.arePlansDown = false;
  await keeper.live(HOUR_MS);
  expect([await statesOf(keeper), await holdsOf(keeper)]).toEqual([['subscribe settled'], []]);
});

test('change_plan in doubt: an outage of three hours whose list of plans ends last', async () => {
  const {
    client,
    world,
    keeper: old,
    opening,
  } = await aDoubt({ plan: 42, when_wrong_plan: 'change' }, { status: 'active', plan_id: 41 });
  old.close();
  client.clock.advance(3 * HOUR_MS);
  const keeper = await AKeeper.open(client, { ...opening, folder: old.folder });
  world.arePlansDown = true;
  await keeper.live(5 * MINUTE_MS);
  world.arePlansDown = false;
  world.isPostDown = false;
  await keeper.live(HOUR_MS);
  expect([await statesOf(keeper), await holdsOf(keeper)]).toEqual([['change_plan settled'], []]);
});

test('subscribe in doubt while the list of plans alone is down for four hours', async () => {
  const { world, keeper } = await aDoubt(
    { plan: 41, when_canceled: 'subscribe', pay_with: ['default'] },
    null,
  );
  world.arePlansDown = true;
  await keeper.live(4 * HOUR_MS);
  world.arePlansDown = false;
  world.isPostDown = false;
  await keeper.live(HOUR_MS);
  expect([await statesOf(keeper), await holdsOf(keeper)]).toEqual([['subscribe settled'], []]);
});

test('a change in doubt while usage cannot be read for four hours', async () => {
  const client = await startClient();
  await client.patch({ subscription: null });
  await client.patch({ subscription: { status: 'active', plan_id: 41 } });
  const { world, transport } = anOutage();
  const usage = { isDown: false };
  const around = new WatchedWire(
    (send, _o, { url }) =>
      world.isPostDown && url.includes('/subscriptions') ? Promise.resolve(answer(500, {})) : send(),
    async (send, { url }) => (usage.isDown && url.includes('/usage') ? answer(500, {}) : await send()),
  );
  void transport;
  const keeper = await AKeeper.open(client, {
    poll: '5m',
    transport: around,
    subscription: { plan: 42, when_wrong_plan: 'change', rules: [{ plan: 43, when_remaining_below: '10%' }] },
  });
  await keeper.live(10 * MINUTE_MS);
  expect(await statesOf(keeper)).toEqual(['change_plan in_doubt']);
  usage.isDown = true;
  await keeper.live(4 * HOUR_MS);
  usage.isDown = false;
  world.isPostDown = false;
  await keeper.live(HOUR_MS);
  expect([await statesOf(keeper), await holdsOf(keeper)]).toEqual([['change_plan settled'], []]);
});

test.each([
  ['the first one', false, 'active'],
  ['one at rest', false, 'paused'],
  ['one that took the place of another', true, 'active'],
])(
  'what lists showed beside a refused token, %s, is not bought again where all others are empty',
  async (_, isSecond, status) => {
    const client = await startClient();
    const { world, transport } = anOutage();
    Object.assign(world, { isPostDown: false, isListCut: true });
    const subscription = { plan: 42, when_canceled: 'subscribe' };
    const keeper = await AKeeper.open(client, { poll: '1m', transport, subscription });
    if (isSecond) {
      world.isListCut = false;
      await client.patch({ subscription: { status: 'active', plan_id: 42 } });
      await keeper.pass();
    }
    await client.patch({ subscription: null });
    await client.patch({ subscription: { status, plan_id: 42 } });
    await keeper.pass();
    Object.assign(world, { isListCut: false, isWalletRefused: true });
    await keeper.live(HOUR_MS);
    Object.assign(world, { isListCut: true, isWalletRefused: false });
    await keeper.live(6 * HOUR_MS);
    expect(await charges(client, 'subscribe')).toEqual([]);
  },
);
