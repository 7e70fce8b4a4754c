import { expect, test } from 'vitest';
import { HOUR_MS, MINUTE_MS } from '../../src/domain/time.ts';
import { aLowWallet, lower } from './a-low-wallet.ts';
import { charges, fairWeather, faults, posts } from './sandbox-record.ts';
import { answer, WatchedWire } from './watched-wire.ts';

test.each([
  ['its totals leave the credit out', true],
  ['its totals already hold the credit', false],
])('charges once when the ledger shows the row an hour late and %s', async (_, torn) => {
  const { client, keeper } = await aLowWallet();
  await faults(client, { delayed_ledger_rows: 1, ledger_delay_ms: HOUR_MS, torn_totals: torn });
  await keeper.live(4 * HOUR_MS);
  expect(await charges(client)).toHaveLength(1);
  expect(await keeper.intents()).toMatchObject([{ state: 'settled', settled_usd: 50 }]);
});

test('charges once when the answer names no payment and the row shows an hour late', async () => {
  const { client, keeper } = await aLowWallet();
  await faults(client, { delayed_ledger_rows: 1, ledger_delay_ms: HOUR_MS, fund_answer: 'balance_only' });
  await keeper.live(30 * MINUTE_MS);
  expect(await keeper.intents()).toMatchObject([{ state: 'charged', payment_intent: null }]);
  await keeper.live(2 * HOUR_MS);
  expect(await charges(client)).toHaveLength(1);
  expect(await keeper.intents()).toMatchObject([{ state: 'settled', detail: 'by ledger' }]);
});

test('a charge that the ledger does not show within two hours freezes the account and is told', async () => {
  const { client, keeper } = await aLowWallet();
  await faults(client, {
    delayed_ledger_rows: 1,
    ledger_delay_ms: 100 * HOUR_MS,
    fund_answer: 'balance_only',
  });
  await keeper.live(90 * MINUTE_MS);
  expect(await keeper.store.journal.holds(keeper.account('agent-0001').name)).toEqual([]);
  await keeper.live(90 * MINUTE_MS);
  expect(await keeper.store.journal.holds(keeper.account('agent-0001').name)).toMatchObject([
    { kind: 'freeze', reason: expect.stringMatching(/^charged, but/) },
  ]);
  expect((await keeper.told()).filter((line) => line.includes('frozen'))).toHaveLength(1);
  await lower(client, 1);
  await keeper.live(3 * HOUR_MS);
  expect(await charges(client)).toHaveLength(1);
});

test('charges once while the provider keeps showing the wallet as it was before the charge', async () => {
  const { client, keeper } = await aLowWallet();
  await faults(client, { stale_balance: 1 });
  await keeper.live(90 * MINUTE_MS);
  expect(await charges(client)).toHaveLength(1);
  await fairWeather(client);
  await keeper.live(HOUR_MS);
  expect(await charges(client)).toHaveLength(1);
  expect(await keeper.store.journal.holds(keeper.account('agent-0001').name)).toEqual([]);
});

test('a stale page after a seen credit is a reason to wait, not to charge', async () => {
  const { client, keeper } = await aLowWallet();
  await keeper.live(HOUR_MS);
  await faults(client, { stale_balance: 1 });
  await keeper.live(90 * MINUTE_MS);
  expect(keeper.context.view.accounts()[0]?.wallet).toMatchObject({ kind: 'hold', reason: 'anchor_stale' });
  expect(await charges(client)).toHaveLength(1);
});

test('a page that stays stale for two hours freezes the account, which a person is told', async () => {
  const { client, keeper } = await aLowWallet();
  await keeper.live(HOUR_MS);
  await faults(client, { stale_balance: 1 });
  await keeper.live(3 * HOUR_MS);
  expect(await keeper.store.journal.holds(keeper.account('agent-0001').name)).toMatchObject([
    { kind: 'freeze', reason: expect.stringContaining('the ledger page is older than credit') },
  ]);
  expect((await keeper.told()).filter((line) => line.includes('is frozen'))).toHaveLength(1);
  expect(await charges(client)).toHaveLength(1);
});

test('a look whose totals contradict its balance is waited out', async () => {
  const { client, keeper } = await aLowWallet();
  await keeper.live(HOUR_MS);
  await faults(client, { delayed_ledger_rows: 1, ledger_delay_ms: 30 * MINUTE_MS, torn_totals: true });
  await client.fund(10, 'a-person');
  await lower(client, 5);
  await keeper.live(20 * MINUTE_MS);
  expect(keeper.context.view.accounts()[0]?.wallet).toMatchObject({ reason: 'look_torn' });
  expect(await charges(client)).toHaveLength(2);
  await keeper.live(HOUR_MS);
  expect(await charges(client)).toHaveLength(3);
});

test('pays no attention to a 429 but to wait as long as it says', async () => {
  const { client, keeper } = await aLowWallet();
  await faults(client, { rate_limited: 1 });
  await keeper.live(10 * MINUTE_MS);
  expect(await charges(client)).toEqual([]);
  await fairWeather(client);
  await keeper.live(15 * MINUTE_MS);
  expect(await charges(client)).toHaveLength(1);
  expect(await posts(client)).toHaveLength(1);
});

test('a token that is refused is tried again every five minutes, told once, and charges nothing', async () => {
  const { client, keeper } = await aLowWallet();
  await faults(client, { unauthorized: 1 });
  expect(await keeper.pass()).toMatchObject({ until: null }); // once may be a hiccup
  const { until } = await keeper.pass();
  expect((until ?? 0) - client.clock.now()).toBe(5 * MINUTE_MS);
  await keeper.live(HOUR_MS);
  await fairWeather(client);
  await keeper.live(HOUR_MS);
  const told = (await keeper.messages()).filter(({ fact }) => fact.type === 'purser.degraded');
  expect(told.map(({ status, fact }) => [status, fact.headline])).toEqual([
    ['firing', 'agent-0001: the provider refuses its credentials'],
    ['resolved', 'agent-0001: the provider refuses its credentials'],
  ]);
  expect(await charges(client)).toHaveLength(1);
});

test('an account that cannot be seen any more says so, and keeps what was known of it', async () => {
  const { client, keeper } = await aLowWallet();
  await keeper.live(5 * MINUTE_MS);
  await faults(client, { unauthorized: 1 });
  await keeper.live(5 * MINUTE_MS);
  const [view] = keeper.context.view.accounts();
  expect(view).toMatchObject({
    failure:
      'the provider refuses the credentials. Give the account a valid token: it is read from the environment variable TOKEN_AGENT_0001.',
    wallet: { reason: 'above_minimum' },
  });
});

test('rows that are newer than the wallet beside them are a reason to wait, not to charge again', async () => {
  const wallet: { old: string | null } = { old: null };
  const transport = new WatchedWire(
    (send) => send(),
    async (send, { url }) => {
      const reply = await send();
      if (!url.includes('/wallet/transactions') || reply.kind !== 'answered') return reply;
      const body = JSON.parse(reply.bodyText);
      if (wallet.old === null) wallet.old = JSON.stringify(body.data.wallet);
      body.data.wallet = JSON.parse(wallet.old); // a cache in front of one of the two
      return { ...reply, bodyText: JSON.stringify(body) };
    },
  );
  const { client, keeper } = await aLowWallet({ transport, wallet: { cooldown: '0s' } });
  wallet.old = null;
  await keeper.live(HOUR_MS);
  expect(await charges(client)).toHaveLength(1);
  expect(keeper.lines.filter(({ event }) => event === 'look.wallet_behind').length).toBeGreaterThan(0);
});

test('a charge that its payment proves is told, also while the ledger cannot be read', async () => {
  let isDown = false;
  const transport = new WatchedWire(
    async (send) => {
      isDown = true;
      return await send();
    },
    async (send, { url }) =>
      isDown && url.includes('/wallet/') ? answer(500, { message: 'down' }) : await send(),
  );
  const { keeper } = await aLowWallet({ transport });
  await keeper.live(20 * MINUTE_MS);
  expect(await keeper.intents()).toMatchObject([{ state: 'settled', credit: null }]);
  const facts = (await keeper.messages()).map(({ fact }) => fact);
  expect(facts.find(({ type }) => type === 'charge.succeeded')).toMatchObject({
    headline: 'agent-0001 funded: $50.00 charged, balance unknown',
    detail: 'Charged $50.00; the provider confirms it.',
  });
});
