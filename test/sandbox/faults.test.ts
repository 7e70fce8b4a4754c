import { expect, test } from 'vitest';
import { startClient } from './sandbox-client.ts';

test('a lost response has had its effect, and its record has no status', async () => {
  const client = await startClient();
  await client.control('/faults', { lost_response: 1 });
  await expect(client.fund(20, 'k1')).rejects.toThrow();
  await client.control('/faults', { lost_response: 0 });
  expect(await client.balance()).toBe(70);
  expect((await client.control('/requests')).body).toMatchObject([
    { account: 'agent-0001', method: 'POST', path: '/wallet/fund', key: 'k1', status: null },
    { account: 'agent-0001', method: 'GET', path: '/wallet/balance', key: null, status: 200 },
  ]);
});

test('a lost request has had none', async () => {
  const client = await startClient();
  await client.control('/faults', { lost_request: 1 });
  await expect(client.fund(20, 'k1')).rejects.toThrow();
  await client.control('/faults', { lost_request: 0 });
  expect(await client.balance()).toBe(50);
});

test.each([
  ['error_before_effect', 503, 0],
  ['error_after_effect', 500, 1],
])('%s answers %i after %i charges', async (fault, status, count) => {
  const client = await startClient();
  await client.control('/faults', { [fault]: 1 });
  expect((await client.fund(20, 'k1')).status).toBe(status);
  expect(await client.charges()).toHaveLength(count);
});

test('garbage is a 200 that is not an answer, after the effect', async () => {
  const client = await startClient();
  await client.control('/faults', { garbage: 1 });
  for (let index = 0; index < 8; index += 1) {
    const { status, body } = await client.fund(10, `k${index}`);
    expect(status).toBe(200);
    expect(typeof body?.data?.balance).not.toBe('number');
  }
  expect(await client.charges()).toHaveLength(8);
});

test('a stale answer is the wallet before its newest credit, ledger and balance alike', async () => {
  const client = await startClient();
  await client.fund(20, 'k1');
  await client.control('/faults', { stale_balance: 1 });
  expect(await client.balance()).toBe(50);
  const { items, wallet } = (await client.ask('/wallet/transactions')).body.data;
  expect(items).toHaveLength(1);
  expect(wallet).toMatchObject({ balance: 50, total_credited: 50 });
});

test.each([
  [false, 70],
  [true, 50],
])(
  'a delayed row shows after its delay while the balance is up at once (torn totals: %s)',
  async (torn, total) => {
    const client = await startClient({ speed: 1_000 });
    await client.control('/faults', { delayed_ledger_rows: 1, ledger_delay_ms: 4_000, torn_totals: torn });
    await client.fund(20, 'k1');
    client.clock.advance(3_999);
    const hidden = (await client.ask('/wallet/transactions')).body.data;
    expect(hidden.items).toHaveLength(1);
    expect(hidden.wallet).toMatchObject({ balance: 70, total_credited: total });
    client.clock.advance(1);
    const shown = (await client.ask('/wallet/transactions')).body.data;
    expect(shown.items).toHaveLength(2);
    expect(shown.wallet).toMatchObject({ balance: 70, total_credited: 70 });
  },
);

test('a spurious 429 says how long to wait, a spurious 401 looks like a dead token', async () => {
  const client = await startClient();
  await client.control('/faults', { rate_limited: 1 });
  const limited = await client.ask('/wallet/balance');
  expect(limited).toMatchObject({ status: 429, body: { message: 'Too many requests' } });
  expect(limited.headers['retry-after']).toBe('1');
  await client.control('/faults', { rate_limited: 0, unauthorized: 1 });
  expect(await client.ask('/wallet/balance')).toMatchObject({
    status: 401,
    body: { message: 'Unauthenticated.' },
  });
});

test('fund_answer balance_only leaves out the payment intent', async () => {
  const client = await startClient();
  await client.control('/faults', { fund_answer: 'balance_only' });
  const { body } = await client.fund(20, 'k1');
  expect(body.data).toEqual({ balance: 70, currency: 'USD', amount: 20, status: 'succeeded' });
});

test.each([
  [{ latency: 5 }, 'unknown fault "latency"'],
  [{ lost_response: 1.5 }, 'lost_response: '],
  [{ lost_response: 0.5, fund_answer: 'none' }, 'fund_answer: '],
  [[], 'the body must be a JSON object'],
])('bad faults %j are refused by name and change nothing', async (sent, sentence) => {
  const client = await startClient();
  const before = (await client.control('/faults')).body;
  const { status, body } = await client.control('/faults', sent);
  expect(status).toBe(400);
  expect(body.error).toContain(sentence);
  expect(body.error).toContain('known: latency_ms, lost_request');
  expect((await client.control('/faults')).body).toEqual(before);
});

test('the same seed and the same requests meet the same faults', async () => {
  const runs: unknown[] = [];
  for (let run = 0; run < 2; run += 1) {
    const client = await startClient();
    await client.control('/faults', { lost_response: 0.3, error_before_effect: 0.3 });
    const statuses: unknown[] = [];
    for (let index = 0; index < 12; index += 1) {
      const lost = { status: 'lost' };
      statuses.push((await client.fund(10, `k${index}`).catch(() => lost)).status);
    }
    runs.push(statuses);
  }
  expect(runs[0]).toEqual(runs[1]);
  expect(new Set(runs[0] as unknown[]).size).toBeGreaterThan(1); // An array was pushed above.
});
