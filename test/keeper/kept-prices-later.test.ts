import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { expect, test } from 'vitest';
import { capScopes } from '../../src/domain/cap-scopes.ts';
import { DAY_MS, HOUR_MS, MINUTE_MS, SECOND_MS } from '../../src/domain/time.ts';
import { startClient } from '../sandbox/sandbox-client.ts';
import { AKeeper } from './a-keeper.ts';
import { lower } from './a-low-wallet.ts';
import { charges } from './sandbox-record.ts';
import { aDownList } from './standing-of.ts';
import { WatchedWire } from './watched-wire.ts';

const RESUMED = { plan: 42, when_paused: 'resume' };

async function usageOf(keeper: AKeeper, name = 'agent-0001') {
  const scopes = capScopes(keeper.context.spec(), keeper.account(name));
  const usage = await keeper.store.journal.usage(scopes, keeper.client.clock.now());
  return usage.map(({ scope, usage: used }) => [scope.kind, used.dayCents]);
}

test('a renamed account lets the price of its free resume go', async () => {
  const client = await startClient();
  await client.patch({ subscription: { status: 'paused', plan_id: 42 } });
  const wish = { poll: '5m', subscription: RESUMED, fleetCaps: { month: 1_000, day: 500 } };
  const old = await AKeeper.open(client, { ...wish, accounts: { 'agent-0001': {} } });
  await old.live(MINUTE_MS);
  expect((await usageOf(old))[0]).toEqual(['account', 4_700]);
  old.close();
  const accounts = { 'render-eu': { token: { env: 'TOKEN_AGENT_0001' } } };
  const keeper = await AKeeper.open(client, { ...wish, folder: old.folder, accounts });
  await keeper.live(HOUR_MS, 'render-eu');
  expect(await usageOf(keeper, 'render-eu')).toEqual([
    ['account', 0],
    ['fleet', 0],
  ]);
});

test('a frozen, a paused and an observed account let it go', async () => {
  for (const how of ['freeze', 'pause', 'observe'] as const) {
    const client = await startClient();
    await client.patch({ subscription: { status: 'paused', plan_id: 42 } });
    const wish = { poll: '5m', subscription: RESUMED };
    const old = await AKeeper.open(client, wish);
    await old.live(MINUTE_MS);
    old.close();
    const keeper = await AKeeper.open(client, {
      ...wish,
      folder: old.folder,
      ...(how === 'observe' ? { mode: 'observe' as const } : {}),
    });
    const { name } = keeper.account('agent-0001');
    if (how !== 'observe')
      await keeper.store.journal.setHold(
        { account: name, kind: how, reason: 'x', since: client.clock.now(), intent: null } as never,
        [],
      );
    await keeper.live(HOUR_MS);
    expect([how, (await usageOf(keeper))[0]]).toEqual([how, ['account', 0]]);
  }
});

test('charged_usd is the same after a restart', async () => {
  const client = await startClient();
  await client.patch({ subscription: { status: 'paused', plan_id: 42 } });
  let lateBy = 0;
  const transport = new WatchedWire(
    (send) => send(),
    async (send, { url }) => {
      const reply = await send();
      if (!url.endsWith('/subscriptions') || reply.kind !== 'answered') return reply;
      const put = (key: string, value: unknown) =>
        key.includes('period_end') ? new Date(Date.parse(String(value)) + lateBy).toISOString() : value;
      return { ...reply, bodyText: JSON.stringify(JSON.parse(reply.bodyText), put) };
    },
  );
  const keeper = await AKeeper.open(client, { poll: '5m', subscription: RESUMED, transport });
  await keeper.live(30 * MINUTE_MS);
  lateBy = 10 * DAY_MS;
  await keeper.live(HOUR_MS);
  const line = (text: string) =>
    text.split('\n').filter((one) => one.startsWith('purser_charged_usd_total') && !one.endsWith(' 0'));
  const before = line(await keeper.context.metrics.text());
  expect(before).toHaveLength(1);
  const totals = await keeper.store.journal.totals();
  expect(totals).toMatchObject([{ kind: 'resume', amountCents: 4_700 }]);
  expect(before[0]).toMatch(/ 47$/);
});

test('a kept price does not come back, nor is a period moved, on old rows', async () => {
  const client = await startClient();
  await client.patch({ subscription: { status: 'paused', plan_id: 42 } });
  const keeper = await AKeeper.open(client, { poll: '5m', subscription: RESUMED });
  await keeper.live(MINUTE_MS);
  // As 34ead27 settled it: at $0, nothing kept, no period.
  const database = new DatabaseSync(join(keeper.folder, 'purser.db'));
  database.exec(
    "UPDATE intent SET doc = json_remove(doc, '$.state.periodEnd', '$.state.isPriceKept'); UPDATE exposure SET amount_cents = 0",
  );
  database.close();
  await keeper.live(HOUR_MS);
  expect((await keeper.intents()).map(({ kind, state, settled_usd: s }) => `${kind} ${state} ${s}`)).toEqual([
    'resume settled 0',
  ]);
  await lower(client);
  await keeper.live(HOUR_MS);
  expect(await charges(client, 'fund')).toHaveLength(1);
});

test('an outage of lists for two hours after a free resume books no charge', async () => {
  const client = await startClient();
  await client.patch({ subscription: { status: 'paused', plan_id: 42 } });
  const { list, transport } = aDownList();
  const keeper = await AKeeper.open(client, {
    poll: '5m',
    transport,
    subscription: { plan: 42, when_paused: 'resume' },
  });
  await keeper.live(5 * SECOND_MS);
  expect((await keeper.intents()).map(({ kind, state }) => `${kind} ${state}`)).toEqual(['resume settled']);
  list.isDown = true;
  await keeper.live(2 * HOUR_MS + 10 * MINUTE_MS);
  list.isDown = false;
  await keeper.live(HOUR_MS);
  expect((await keeper.intents()).map(({ kind, state, settled_usd: s }) => `${kind} ${state} ${s}`)).toEqual([
    'resume settled 0',
  ]);
  const scopes = capScopes(keeper.context.spec(), keeper.account('agent-0001'));
  const usage = await keeper.store.journal.usage(scopes, keeper.client.clock.now());
  expect(usage[0]?.usage.dayCents).toBe(0);
});
