import { expect, test } from 'vitest';
import { HOUR_MS, MINUTE_MS, SECOND_MS } from '../../src/domain/time.ts';
import { startClient } from './sandbox-client.ts';

test('a new account shows one old wallet funding, and its balance is what was credited less what was used', async () => {
  const client = await startClient();
  const { status, body } = await client.ask('/wallet/transactions');
  expect(status).toBe(200);
  expect(body.data.items).toEqual([
    {
      id: 1_001,
      source: 'stripe',
      transaction_id: expect.stringMatching(/^pi_\w{24}$/),
      type: 'credit',
      amount: 50,
      status: 'success',
      usecase: 'wallet_funding',
      created_at: '2026-10-14T12:00:00Z',
    },
  ]);
  expect(body.data.wallet).toEqual({ balance: 50, currency: 'USD', total_credited: 50, amount_used: 0 });
  expect(body).toMatchObject({ error: null, meta: { request_id: expect.stringMatching(/^req_/) } });
});

test('funding charges the card once, raises the balance and writes the row that settles it', async () => {
  const client = await startClient();
  const { status, body } = await client.fund(25.5, 'k1');
  expect(status).toBe(200);
  const intent = body.data.payment_intent_id;
  expect(body.data).toEqual({
    balance: 75.5,
    currency: 'USD',
    amount: 25.5,
    status: 'succeeded',
    payment_intent_id: intent,
  });
  expect((await client.ask('/wallet/transactions?type=credit&limit=1')).body.data.items[0]).toMatchObject({
    transaction_id: intent,
    amount: 25.5,
    usecase: 'wallet_funding',
  });
  expect((await client.ask(`/payments/${intent}/status`)).body.data).toEqual({
    status: 'succeeded',
    payment_intent_id: intent,
    amount: 25.5,
    currency: 'usd',
  });
  expect(await client.charges()).toEqual([
    {
      account: 'agent-0001',
      amount_cents: 2_550,
      card: 'pm_agent_0001_visa',
      kind: 'fund',
      key: 'k1',
      at: '2026-11-23T12:00:00.000Z',
    },
  ]);
});

test.each([
  ['less than $10', { amount: 9.99, payment_method_id: 'pm_agent_0001_visa' }, 'amount'],
  ['a fraction of a cent', { amount: 20.001, payment_method_id: 'pm_agent_0001_visa' }, 'amount'],
  ['no amount', { payment_method_id: 'pm_agent_0001_visa' }, 'amount'],
  ["somebody else's card", { amount: 20, payment_method_id: 'pm_agent_0002_visa' }, 'payment_method_id'],
])('funding with %s is a validation error and charges nothing', async (_what, sent, field) => {
  const client = await startClient();
  const { status, body } = await client.ask('/wallet/fund', { body: sent });
  expect(status).toBe(422);
  expect(body).toMatchObject({
    data: null,
    error: { code: 'validation_error', details: { [field]: [expect.any(String)] } },
  });
  expect(await client.charges()).toEqual([]);
});

test('burn is continuous, exact to the micro-dollar, and scaled by the speed', async () => {
  const client = await startClient({ speed: 60 });
  await client.patch({ burn: 0.006 });
  client.clock.advance(SECOND_MS);
  expect(await client.balance()).toBe(49.9999);
  client.clock.advance(10);
  expect(await client.balance()).toBe(49.999899);
});

test('no burn is lost however often the balance is asked for', async () => {
  const client = await startClient();
  await client.patch({ burn: 1.8 });
  for (let time = 0; time < 20; time += 1) {
    client.clock.advance(1);
    await client.balance();
  }
  expect(await client.balance()).toBe(49.99999);
});

test('burn empties a wallet and never takes it below zero', async () => {
  const client = await startClient();
  await client.patch({ burn: 10, balance: 1 });
  client.clock.advance(HOUR_MS);
  expect(await client.balance()).toBe(0);
  await client.fund(10, 'k1');
  expect(await client.balance()).toBe(10);
});

test('a debit row is written at most once a minute', async () => {
  const client = await startClient();
  await client.patch({ burn: 3.6 });
  for (let second = 0; second < 150; second += 10) {
    client.clock.advance(10 * SECOND_MS);
    await client.balance();
  }
  const { items } = (await client.ask('/wallet/transactions?type=debit')).body.data;
  expect(items.map((row: { amount: number }) => row.amount)).toEqual([0.06, 0.06]);
});

test('a balance set by hand moves one side of the equation: down is use, up is a credit that no card paid', async () => {
  const client = await startClient();
  await client.patch({ balance: 12.345678 });
  expect((await client.ask('/wallet/transactions')).body.data.wallet).toMatchObject({
    balance: 12.345678,
    total_credited: 50,
    amount_used: 37.654322,
  });
  await client.patch({ balance: 20 });
  const { items, wallet } = (await client.ask('/wallet/transactions?type=credit')).body.data;
  expect(items[0]).toMatchObject({ source: 'system', usecase: 'adjustment', amount: 7.654322 });
  expect(wallet).toMatchObject({ balance: 20, total_credited: 57.654322 });
  expect(await client.charges()).toEqual([]);
});

test('transactions come newest first, in pages', async () => {
  const client = await startClient();
  for (const amount of [10, 11, 12]) {
    await client.fund(amount, `k${amount}`);
    client.clock.advance(SECOND_MS);
  }
  const page = (await client.ask('/wallet/transactions?limit=2&offset=1')).body.data;
  expect(page.items.map((row: { amount: number }) => row.amount)).toEqual([11, 10]);
  expect(page).toMatchObject({ count: 2, total: 4 });
  expect((await client.ask('/wallet/transactions?limit=201')).status).toBe(422);
  expect((await client.ask('/wallet/transactions?type=gift')).status).toBe(422);
});

test('a refund takes the money out of the wallet, even below zero', async () => {
  const client = await startClient();
  const intent = (await client.fund(30, 'k1')).body.data.payment_intent_id;
  await client.patch({ balance: 5 });
  await client.patch({ refund: intent });
  expect(await client.balance()).toBe(-25);
  const { items } = (await client.ask('/wallet/transactions?limit=1')).body.data;
  expect(items[0]).toMatchObject({ type: 'debit', usecase: 'refund', transaction_id: intent, amount: 30 });
  expect((await client.control('/accounts/agent-0001', { refund: intent })).status).toBe(400);
});

test('native recharge fires when the balance falls below its threshold, and not after it was disabled', async () => {
  const client = await startClient();
  const wanted = { auto_charge_amount: 25, charge_threshold: 5 };
  expect((await client.ask('/wallet/auto-funding', { method: 'PUT', body: wanted })).status).toBe(200);
  await client.patch({ balance: 6, burn: 60 });
  client.clock.advance(2 * MINUTE_MS);
  expect(await client.charges()).toMatchObject([
    { kind: 'auto_recharge', amount_cents: 2_500, key: null, at: '2026-11-23T12:01:00.001Z' },
  ]);
  expect((await client.ask('/wallet/transactions?type=credit&limit=1')).body.data.items[0]).toMatchObject({
    usecase: 'auto_recharge',
    source: 'stripe',
  });
  await client.ask('/wallet/auto-funding', { method: 'DELETE' });
  client.clock.advance(24 * HOUR_MS);
  expect(await client.charges()).toHaveLength(1);
});

test('a native recharge whose card is refused tries again only after a virtual hour', async () => {
  const client = await startClient({ speed: 10 });
  await client.patch({ cards: [{ number: '4000000000000341', default: true }], balance: 2 });
  await client.ask('/wallet/auto-funding', {
    method: 'PUT',
    body: { auto_charge_amount: 5, charge_threshold: 3 },
  });
  client.clock.advance(HOUR_MS / 10 - 1);
  expect((await client.control('/accounts/agent-0001')).body.payment_intents).toHaveLength(2);
  client.clock.advance(HOUR_MS);
  expect((await client.control('/accounts/agent-0001')).body.payment_intents).toHaveLength(12);
  expect(await client.charges()).toEqual([]);
});
