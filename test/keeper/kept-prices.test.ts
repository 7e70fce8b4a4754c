import { expect, test } from 'vitest';
import { capScopes } from '../../src/domain/cap-scopes.ts';
import type { SubscriptionId } from '../../src/domain/ids.ts';
import { HOUR_MS, MINUTE_MS, SECOND_MS } from '../../src/domain/time.ts';
import { startClient } from '../sandbox/sandbox-client.ts';
import { AKeeper, type Opening } from './a-keeper.ts';
import { runOn } from './a-running-keeper.ts';
import { stepUntil } from './clock-steps.ts';
import { answer, WatchedWire } from './watched-wire.ts';

test('a free resume of an account that leaves the config lets its price go', async () => {
  const client = await startClient();
  await client.patch({ subscription: { status: 'paused', plan_id: 42 } });
  const wish: Opening = { fleetCaps: { day: 60, month: 1_000 } };
  const subscription = { plan: 42, when_paused: 'resume' };
  const { parts, keeper } = await runOn(client, { ...wish, subscription, poll: '1m' });
  const settled = async () => (await parts.intents()).some(({ state }) => state === 'settled');
  await stepUntil(client.clock, SECOND_MS, 'it is settled', settled);
  const scopes = capScopes(parts.context.spec(), parts.account('agent-0001'));
  const counted = async () => {
    const [fleet] = await parts.store.journal.usage(
      scopes.filter(({ kind }) => kind === 'fleet'),
      client.clock.now(),
    );
    return fleet?.usage.dayCents;
  };
  expect(await counted()).toBe(4_700);
  parts.respec({ ...wish, accounts: { 'agent-0002': {} } });
  await keeper.respec();
  const endAt = client.clock.now() + 15 * MINUTE_MS;
  await stepUntil(client.clock, SECOND_MS, 'a quarter of an hour', () => client.clock.now() >= endAt);
  expect(await counted()).toBe(0);
});

test('an account that left the config with such a price is let go after two hours, though its list cannot be read', async () => {
  const client = await startClient();
  await client.patch({ subscription: { status: 'paused', plan_id: 42 } });
  const list = { isDown: false };
  const transport = new WatchedWire(
    (send) => send(),
    async (send, { url }) => (list.isDown && !url.includes('/health') ? answer(401, {}) : await send()),
  );
  const subscription = { plan: 42, when_paused: 'resume' };
  const { parts, keeper } = await runOn(client, { subscription, poll: '1m', transport });
  const settled = async () => (await parts.intents()).some(({ state }) => state === 'settled');
  await stepUntil(client.clock, SECOND_MS, 'it is settled', settled);
  list.isDown = true;
  parts.respec({ accounts: { 'agent-0002': {} }, mode: 'observe' });
  await keeper.respec();
  const names = () => parts.context.view.accounts().map(({ account }) => account);
  expect(names()).toContain('agent-0001');
  const endAt = client.clock.now() + 3 * HOUR_MS;
  await stepUntil(client.clock, 10 * SECOND_MS, 'three hours', () => client.clock.now() >= endAt);
  expect(names()).not.toContain('agent-0001');
});

test('of five resumes by hand that were free none counts a day later', async () => {
  const client = await startClient();
  await client.patch({ subscription: null });
  await client.patch({ subscription: { status: 'active', plan_id: 41 } });
  for (let made = 0; made < 4; made += 1) {
    const body = { plan_id: 41, payment_method_id: 'pm_agent_0001_visa' };
    await client.ask('/subscriptions', { body, key: `a-person-${made}` });
  }
  const rows = (await client.ask('/subscriptions')).body.data as unknown as readonly { id: number }[];
  expect(rows).toHaveLength(5);
  for (const { id } of rows) await client.ask(`/subscriptions/${id}/pause`, { body: {}, key: `pause-${id}` });
  const caps = { per_charge: 500, day: 500, month: 1_000 };
  const keeper = await AKeeper.open(client, { poll: '5m', caps });
  await keeper.pass();
  for (const { id } of rows) {
    const [answer] = await keeper.ask([{ kind: 'resume', subscription: String(id) as SubscriptionId }]);
    expect(answer).toMatchObject({ outcome: 'done' });
    await keeper.live(MINUTE_MS);
  }
  await keeper.live(2 * HOUR_MS);
  const all = await keeper.intents();
  expect(all.map(({ kind, state, settled_usd: s }) => `${kind} ${state} ${s}`)).toEqual(
    rows.map(() => 'resume settled 0'),
  );
  const account = keeper.account('agent-0001');
  const usage = await keeper.store.journal.usage(
    capScopes(keeper.context.spec(), account).filter(({ kind }) => kind === 'account'),
    client.clock.now(),
  );
  expect(usage).toMatchObject([{ usage: { dayCents: 0, chargesToday: 0 } }]);
});
