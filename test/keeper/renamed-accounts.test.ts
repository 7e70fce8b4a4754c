import { expect, test } from 'vitest';
import { resumeAccount } from '../../src/cli/resume-account.ts';
import { capScopes } from '../../src/domain/cap-scopes.ts';
import { HOUR_MS, MINUTE_MS, SECOND_MS } from '../../src/domain/time.ts';
import { startClient } from '../sandbox/sandbox-client.ts';
import { AKeeper } from './a-keeper.ts';
import { lower } from './a-low-wallet.ts';
import { runOn } from './a-running-keeper.ts';
import { stepUntil } from './clock-steps.ts';
import { charges } from './sandbox-record.ts';
import { WatchedWire } from './watched-wire.ts';

test.each([
  ['control: the same name', 'agent-0001'],
  ['another name', 'render-eu'],
])('what was charged counts once against the caps of the fleet: %s', async (_, name) => {
  const client = await startClient();
  const fleetCaps = { month: 120 };
  const old = await AKeeper.open(client, { fleetCaps, accounts: { 'agent-0001': {} } });
  await old.pass();
  await lower(client);
  await old.live(20 * MINUTE_MS);
  expect(await charges(client)).toHaveLength(1);
  old.close();
  client.clock.advance(HOUR_MS);
  const accounts = { [name]: { token: { env: 'TOKEN_AGENT_0001' } } };
  const keeper = await AKeeper.open(client, { fleetCaps, folder: old.folder, accounts });
  await keeper.live(HOUR_MS, name);
  const scopes = capScopes(keeper.context.spec(), keeper.account(name));
  const usage = await keeper.store.journal.usage(scopes, client.clock.now());
  expect(usage.map(({ scope, usage: used }) => [scope.kind, used.monthCents])).toEqual([
    ['account', 5_000],
    ['fleet', 5_000],
  ]);
  await lower(client);
  await keeper.live(2 * HOUR_MS, name);
  expect(await charges(client)).toHaveLength(2); // $100 of $120
});

test.each([
  ['control: the same name', 'agent-0001'],
  ['another name', 'render-eu'],
])('an old wallet beside the row of the last charge is not charged for: %s', async (_, name) => {
  const client = await startClient();
  const seen = { wallet: null as object | null, stillUntil: 0 };
  const transport = new WatchedWire(
    async (send, _n, { url }) => {
      if (url.endsWith('/wallet/fund') && seen.stillUntil === 0)
        seen.stillUntil = client.clock.now() + 25 * MINUTE_MS;
      return await send();
    },
    async (send, { url }) => {
      const reply = await send();
      if (reply.kind !== 'answered' || !url.includes('/wallet/transactions') || !url.includes('type=credit'))
        return reply;
      const body = JSON.parse(reply.bodyText);
      if (client.clock.now() < seen.stillUntil) body.data.wallet = seen.wallet;
      else seen.wallet = body.data.wallet;
      return { ...reply, bodyText: JSON.stringify(body) };
    },
  );
  const old = await AKeeper.open(client, { transport, accounts: { 'agent-0001': {} } });
  await old.pass();
  await lower(client);
  await old.live(2 * MINUTE_MS);
  old.close();
  expect(await charges(client)).toHaveLength(1);
  const accounts = { [name]: { token: { env: 'TOKEN_AGENT_0001' } } };
  const keeper = await AKeeper.open(client, { transport, folder: old.folder, accounts });
  await keeper.live(24 * MINUTE_MS, name);
  await keeper.live(HOUR_MS, name);
  expect(await charges(client)).toHaveLength(1);
});

test.each([
  ['control: the same name', 'agent-0001'],
  ['another name', 'render-eu'],
])('a refund of what purser charged freezes the account: %s', async (_, name) => {
  const client = await startClient();
  const old = await AKeeper.open(client, { accounts: { 'agent-0001': {} } });
  await old.pass();
  await lower(client);
  await old.live(20 * MINUTE_MS);
  const [intent] = await old.store.journal.intents({ limit: 1 });
  old.close();
  const accounts = { [name]: { token: { env: 'TOKEN_AGENT_0001' } } };
  const keeper = await AKeeper.open(client, { folder: old.folder, accounts });
  await keeper.live(2 * HOUR_MS, name);
  await client.patch({ refund: intent?.paymentIntent });
  await keeper.live(2 * HOUR_MS, name);
  expect(await keeper.store.journal.holds(keeper.account(name).name)).toHaveLength(1);
  expect(await charges(client)).toHaveLength(1);
});

test('a charge that is in doubt is ended under the new name, by its own key', async () => {
  const client = await startClient();
  const lost = { isOn: true };
  const transport = new WatchedWire(async (send) =>
    lost.isOn ? { kind: 'lost', reason: 'socket' } : await send(),
  );
  await client.patch({ balance: 12 });
  const old = await AKeeper.open(client, { accounts: { 'agent-0001': {} }, transport });
  await old.pass();
  await old.pass();
  expect((await old.intents()).map(({ state }) => state)).toEqual(['in_doubt']);
  old.close();
  lost.isOn = false;
  const accounts = { 'render-eu': { token: { env: 'TOKEN_AGENT_0001' } } };
  const keeper = await AKeeper.open(client, { transport, folder: old.folder, accounts });
  await keeper.live(HOUR_MS, 'render-eu');
  expect(await charges(client)).toHaveLength(1);
  const intents = await keeper.store.journal.intents({ limit: 2 });
  expect(intents.map(({ account, state }) => [account, state.kind])).toEqual([['render-eu', 'settled']]);
});

const RENAMED = { accounts: { 'render-eu': { token: { env: 'TOKEN_AGENT_0001' } } } };

test('a pause goes with an account that was never charged', async () => {
  const client = await startClient();
  const old = await AKeeper.open(client, { accounts: { 'agent-0001': {} } });
  await old.pass();
  const { name: account } = old.account('agent-0001');
  const pause = {
    account,
    kind: 'pause',
    reason: 'by hand',
    since: client.clock.now(),
    intent: null,
  } as const;
  await old.store.journal.setHold(pause, []);
  old.close();
  const keeper = await AKeeper.open(client, { ...RENAMED, folder: old.folder });
  await lower(client);
  await keeper.live(HOUR_MS, 'render-eu');
  expect(await charges(client)).toEqual([]);
});

test('what people paid counts once', async () => {
  const client = await startClient();
  const wish = { fleetCaps: { month: 120 }, wallet: { foreign_credits: 'allow' } };
  const old = await AKeeper.open(client, { ...wish, accounts: { 'agent-0001': {} } });
  await old.pass();
  client.clock.advance(HOUR_MS);
  await client.fund(50, 'by-hand');
  await old.live(2 * HOUR_MS);
  old.close();
  const keeper = await AKeeper.open(client, { ...wish, ...RENAMED, folder: old.folder });
  await keeper.live(HOUR_MS, 'render-eu');
  await lower(client);
  await keeper.live(2 * HOUR_MS, 'render-eu');
  expect((await charges(client)).filter(({ key }) => key?.startsWith('purser-'))).toHaveLength(1);
});

test('a reload takes over a page that is out, and no pass by the old name is under way meanwhile', async () => {
  const client = await startClient();
  const wallet = { pay_with: ['default', 'human'] };
  const { parts, keeper } = await runOn(client, { wallet, accounts: { 'agent-0001': {} } });
  const cards = (behaviour: string) => client.patch({ cards: [{ id: 'pm_agent_0001_visa', behaviour }] });
  const open = () => parts.store.journal.allOpenIntents();
  await cards('insufficient_funds');
  await client.patch({ balance: 12 });
  await stepUntil(client.clock, SECOND_MS, 'a page is out', async () =>
    (await open()).some(({ state }) => state.kind === 'link_open'),
  );
  await cards('succeed');
  parts.respec({ ...RENAMED, wallet });
  await keeper.respec();
  await stepUntil(client.clock, SECOND_MS, 'it is of the new name', async () =>
    (await open()).every(({ account }) => account === 'render-eu'),
  );
  expect(await open()).toHaveLength(1);
  await client.patch({ pay_link: true });
  await stepUntil(client.clock, 10 * SECOND_MS, 'it is settled', async () => (await open()).length === 0);
  expect(parts.lines.filter(({ event }) => event === 'reconcile.failed')).toEqual([]);
  expect(await charges(client, 'checkout')).toHaveLength(1);
  expect(await charges(client)).toEqual([]);
});

test('a pause under both names of an account is over when the account is resumed', async () => {
  const client = await startClient();
  const named = (name: string) => ({ accounts: { [name]: { token: { env: 'TOKEN_AGENT_0001' } } } });
  const keeper = await AKeeper.open(client, named('a'));
  const pause = async (name: string) => {
    const { name: account } = keeper.account(name);
    const since = client.clock.now();
    await keeper.store.journal.setHold(
      { account, kind: 'pause', reason: 'by hand', since, intent: null },
      [],
    );
  };
  await keeper.passes(2, MINUTE_MS, 'a');
  await pause('a');
  keeper.respec(named('b'));
  await pause('b');
  await keeper.passes(2, MINUTE_MS, 'b');
  await resumeAccount(keeper.store, keeper.account('b').name, client.clock.now());
  keeper.respec(named('a'));
  await keeper.passes(2, MINUTE_MS, 'a');
  expect(await keeper.store.journal.holds(keeper.account('a').name)).toEqual([]);
});
