import { expect, test } from 'vitest';
import { HOUR_MS, MINUTE_MS, SECOND_MS } from '../../src/domain/time.ts';
import { startClient } from '../sandbox/sandbox-client.ts';
import { AKeeper, type Opening } from './a-keeper.ts';
import { lower } from './a-low-wallet.ts';
import { OFFICE } from './a-ruled-account.ts';
import { charges } from './sandbox-record.ts';
import { holdsOf } from './standing-of.ts';
import { answer, WatchedWire } from './watched-wire.ts';

const HOURS = { pause: { hours: OFFICE } };

/** Calls that end so are answered 500 while the switch is on; what was sent there. */
function aWire(isPath: (url: string) => boolean, status = 500, headers: Record<string, string> = {}) {
  const world = { isDown: true, posts: 0 };
  const transport = new WatchedWire((send, _o, { url }) => {
    if (!isPath(url)) return send();
    world.posts += 1;
    return world.isDown ? Promise.resolve(answer(status, {}, headers)) : send();
  });
  return { world, transport };
}

test.each(['alert', 'leave'])('a reload to %s while a repair is in doubt charges nothing', async (word) => {
  const client = await startClient();
  await client.patch({ subscription: { status: 'past_due', plan_id: 42 } });
  const { world, transport } = aWire((url) => url.endsWith('/fix-payment'));
  const subscription = { plan: 42, when_past_due: 'fix_payment', ...HOURS };
  const opening: Opening = { poll: '5m', wallet: null, transport, subscription };
  const keeper = await AKeeper.open(client, opening);
  await keeper.live(5 * MINUTE_MS);
  expect((await keeper.intents()).map(({ kind, state }) => `${kind} ${state}`)).toEqual([
    'fix_payment in_doubt',
  ]);
  keeper.respec({ ...opening, subscription: { ...subscription, when_past_due: word } });
  world.isDown = false;
  await keeper.live(2 * HOUR_MS);
  expect(await charges(client, 'fix_payment')).toEqual([]);
});

test('a reload to alert while a purchase is in doubt buys nothing', async () => {
  const client = await startClient();
  await client.patch({ subscription: null });
  const { world, transport } = aWire((url) => url.endsWith('/subscriptions'));
  const subscription = { plan: 41, when_canceled: 'subscribe', pay_with: ['default'], ...HOURS };
  const opening: Opening = { poll: '1m', wallet: null, transport, subscription };
  const keeper = await AKeeper.open(client, opening);
  await keeper.live(10 * MINUTE_MS);
  expect((await keeper.intents()).map(({ kind, state }) => `${kind} ${state}`)).toEqual([
    'subscribe in_doubt',
  ]);
  keeper.respec({ ...opening, subscription: { ...subscription, when_canceled: 'alert' } });
  world.isDown = false;
  await keeper.live(2 * HOUR_MS);
  expect(await charges(client, 'subscription')).toEqual([]);
  expect(await charges(client, 'subscribe')).toEqual([]);
});

test('a purchase in doubt when the hours end is not made outside them, and freezes no account', async () => {
  const client = await startClient();
  await client.patch({ subscription: null });
  await client.patch({ subscription: { status: 'active', plan_id: 41 } });
  const { world, transport } = aWire((url) => url.endsWith('/subscriptions'));
  const keeper = await AKeeper.open(client, {
    poll: '5m',
    transport,
    subscription: { plan: 41, when_canceled: 'subscribe', pay_with: ['default'], ...HOURS },
  });
  await keeper.live(6 * HOUR_MS - 20 * MINUTE_MS);
  await client.patch({ subscription: { status: 'canceled' } });
  await keeper.live(19 * MINUTE_MS);
  expect((await keeper.intents()).map(({ kind, state }) => `${kind} ${state}`)).toEqual([
    'subscribe in_doubt',
  ]);
  await keeper.live(2 * MINUTE_MS);
  world.isDown = false;
  await keeper.live(5 * HOUR_MS);
  const all: readonly unknown[] = (await client.control('/charges')).body;
  expect(all).toEqual([]);
  await lower(client);
  await keeper.live(HOUR_MS);
  expect(await holdsOf(keeper)).toEqual([]);
  expect(await charges(client, 'fund')).toHaveLength(1);
});

test('a repair that was answered 429 only, and is left to people by a reload, holds no order of a person back', async () => {
  const client = await startClient();
  await client.patch({ subscription: { status: 'past_due', plan_id: 42 } });
  const { world, transport } = aWire((url) => url.endsWith('/fix-payment'), 429, { 'retry-after': '120' });
  const subscription = { plan: 42, when_past_due: 'fix_payment' };
  const opening: Opening = { poll: '5m', wallet: null, transport, subscription };
  const keeper = await AKeeper.open(client, opening);
  await keeper.live(3 * MINUTE_MS);
  expect((await keeper.intents()).map(({ kind, state }) => `${kind} ${state}`)).toEqual([
    'fix_payment armed',
  ]);
  keeper.respec({ ...opening, subscription: { ...subscription, when_past_due: 'alert' } });
  world.isDown = false;
  await keeper.live(4 * HOUR_MS);
  const [answered] = await keeper.ask([{ kind: 'fix_payment', subscription: null }]);
  expect(answered).toMatchObject({ outcome: 'done' });
});

test('a repair that was answered 429 is not sent after a reload to alert within the minute', async () => {
  const client = await startClient();
  await client.patch({ subscription: { status: 'past_due', plan_id: 42 } });
  const { world, transport } = aWire((url) => url.endsWith('/fix-payment'), 429, { 'retry-after': '20' });
  const subscription = { plan: 42, when_past_due: 'fix_payment' };
  const opening: Opening = { poll: '1m', wallet: null, transport, subscription };
  const keeper = await AKeeper.open(client, opening);
  await keeper.live(5 * SECOND_MS);
  expect((await keeper.intents()).map(({ kind, state }) => `${kind} ${state}`)).toEqual([
    'fix_payment armed',
  ]);
  keeper.respec({ ...opening, subscription: { ...subscription, when_past_due: 'alert' } });
  world.isDown = false;
  await keeper.live(HOUR_MS);
  expect(await charges(client, 'fix_payment')).toEqual([]);
});

test('a pause in doubt when the hours begin again freezes no wallet', async () => {
  const client = await startClient();
  await client.patch({ subscription: { status: 'active', plan_id: 42 } });
  const { transport } = aWire((url) => url.endsWith('/pause'));
  const keeper = await AKeeper.open(client, {
    poll: '5m',
    transport,
    // by night for two hours: the sandbox begins at noon
    subscription: { plan: 42, pause: { hours: { from: '0 14 * * *', for: '22h' } } },
  });
  await keeper.live(6 * HOUR_MS);
  const holds = await keeper.store.journal.holds(keeper.account('agent-0001').name);
  expect((await keeper.intents()).map(({ kind }) => kind)).toEqual(['pause']);
  expect(holds).toEqual([]);
  await lower(client);
  await keeper.live(HOUR_MS);
  expect(await charges(client, 'fund')).toHaveLength(1);
});

test('a pause in doubt behind a reload that drops the hours freezes no wallet', async () => {
  const client = await startClient();
  await client.patch({ subscription: { status: 'active', plan_id: 42 } });
  const { transport } = aWire((url) => url.endsWith('/pause'));
  const opening: Opening = { poll: '5m', transport, subscription: { plan: 42, ...HOURS } };
  const keeper = await AKeeper.open(client, opening);
  await keeper.live(6 * HOUR_MS + 10 * MINUTE_MS);
  expect((await keeper.intents()).map(({ kind, state }) => `${kind} ${state}`)).toEqual(['pause in_doubt']);
  keeper.respec({ ...opening, subscription: { plan: 42 } });
  await keeper.live(4 * HOUR_MS);
  const holds = await keeper.store.journal.holds(keeper.account('agent-0001').name);
  expect(holds).toEqual([]);
});

test('what the hours want is sent again, whatever the policy says of those that people paused', async () => {
  const client = await startClient();
  await client.patch({ subscription: { status: 'active', plan_id: 42 } });
  const { world, transport } = aWire((url) => url.endsWith('/resume'));
  // Paused by two hours a night.
  const subscription = {
    plan: 42,
    when_paused: 'alert',
    pause: { hours: { from: '0 14 * * *', for: '22h' } },
  };
  const keeper = await AKeeper.open(client, { poll: '5m', wallet: null, transport, subscription });
  await keeper.live(2 * HOUR_MS + 10 * MINUTE_MS);
  const states = async () => (await keeper.intents()).map(({ kind, state }) => `${kind} ${state}`);
  expect(await states()).toEqual(['resume in_doubt', 'pause settled']);
  world.isDown = false;
  await keeper.live(HOUR_MS);
  expect(await states()).toEqual(['resume settled', 'pause settled']);
});
