import fc from 'fast-check';
import { expect, test } from 'vitest';
import { DAY_MS, MINUTE_MS } from '../../src/domain/time.ts';
import { startClient } from './sandbox-client.ts';

test('a repeat with the same key and body answers the same and charges nothing', async () => {
  const client = await startClient();
  const first = await client.fund(20, 'k1');
  const second = await client.fund(20, 'k1');
  expect(second.status).toBe(200);
  expect(second.body).toEqual({ ...first.body, idempotency_replay: true });
  expect(await client.charges()).toHaveLength(1);
});

test('another body under the same key is an idempotency_error and charges nothing', async () => {
  const client = await startClient();
  await client.fund(20, 'k1');
  const second = await client.fund(21, 'k1');
  expect(second).toMatchObject({ status: 400, body: { error: { code: 'idempotency_error' } } });
  expect(await client.charges()).toHaveLength(1);
});

test('a key whose request is still running answers 409', async () => {
  const client = await startClient();
  await client.control('/faults', { latency_ms: 1_000 });
  const slow = client.fund(20, 'k1');
  await until(() => client.clock.sleeperCount() === 1);
  await client.control('/faults', { latency_ms: 0 });
  const meanwhile = await client.fund(20, 'k1');
  expect(meanwhile).toMatchObject({ status: 409, body: { error: { code: 'idempotency_key_in_use' } } });
  client.clock.advance(1_000);
  await until(() => client.clock.sleeperCount() === 1);
  expect(await client.charges()).toHaveLength(1);
  expect((await client.fund(20, 'k1')).status).toBe(409);
  client.clock.advance(1_000);
  expect((await slow).status).toBe(200);
  expect((await client.fund(20, 'k1')).body.idempotency_replay).toBe(true);
  expect(await client.charges()).toHaveLength(1);
});

test('a key is forgotten after its retention, and then charges again', async () => {
  const client = await startClient();
  await client.fund(20, 'k1');
  client.clock.advance(DAY_MS - 1);
  expect((await client.fund(20, 'k1')).body.idempotency_replay).toBe(true);
  client.clock.advance(1);
  expect((await client.fund(20, 'k1')).body.idempotency_replay).toBeUndefined();
  expect(await client.charges()).toHaveLength(2);
});

test('a decline is remembered under its key, or not, as the fault decline_caching says', async () => {
  const client = await startClient();
  await client.patch({ cards: [{ id: 'pm_agent_0001_visa', behaviour: 'insufficient_funds' }] });
  const declined = await client.fund(20, 'k1');
  await client.patch({ cards: [{ id: 'pm_agent_0001_visa', behaviour: 'succeed' }] });
  expect(await client.fund(20, 'k1')).toMatchObject({ status: 402, body: { idempotency_replay: true } });

  await client.control('/faults', { decline_caching: 0 });
  await client.patch({ cards: [{ id: 'pm_agent_0001_visa', behaviour: 'insufficient_funds' }] });
  const second = await client.fund(20, 'k2');
  expect(second.body.error.details.payment_intent_id).not.toBe(declined.body.error.details.payment_intent_id);
  await client.patch({ cards: [{ id: 'pm_agent_0001_visa', behaviour: 'succeed' }] });
  expect((await client.fund(20, 'k2')).status).toBe(200);
});

test('a request that failed validation leaves its key free', async () => {
  const client = await startClient();
  expect((await client.fund(5, 'k1')).status).toBe(422);
  expect((await client.fund(50, 'k1')).status).toBe(200);
});

test('neither 401 nor 429 is remembered under a key', async () => {
  const client = await startClient();
  for (const fault of ['unauthorized', 'rate_limited']) {
    await client.control('/faults', { [fault]: 1 });
    expect([401, 429]).toContain((await client.fund(20, fault)).status);
    await client.control('/faults', { [fault]: 0 });
    expect((await client.fund(20, fault)).body).toMatchObject({ error: null });
  }
  expect(await client.charges()).toHaveLength(2);
});

test('one key belongs to one account: the same key of another account charges that account', async () => {
  const client = await startClient();
  await client.fund(20, 'k1');
  const token = client.sandbox.accounts[1]?.token ?? '';
  const sent = { amount: 20, payment_method_id: 'pm_agent_0002_visa' };
  await client.ask('/wallet/fund', { body: sent, key: 'k1', token });
  expect((await client.charges()).map((charge) => charge.account)).toEqual(['agent-0001', 'agent-0002']);
});

test('whatever the wire does, one key never gives two charges', async () => {
  const client = await startClient();
  const wire = {
    lost_response: 0.3,
    lost_request: 0.2,
    error_after_effect: 0.3,
    error_before_effect: 0.2,
    garbage: 0.2,
  };
  await client.control('/faults', wire);
  const sends = fc.array(fc.record({ key: fc.nat(8), amount: fc.constantFrom(10, 20) }), { maxLength: 14 });
  await fc.assert(
    fc.asyncProperty(sends, async (list) => {
      for (const { key, amount } of list) await client.fund(amount, `k${key}`).catch(() => null);
      client.clock.advance(MINUTE_MS);
      const keys = (await client.charges()).map((charge) => charge.key);
      expect(new Set(keys).size).toBe(keys.length);
    }),
    { numRuns: 30 },
  );
  expect((await client.charges()).length).toBeGreaterThan(0);
});

async function until(isSo: () => boolean): Promise<void> {
  for (let turn = 0; turn < 10_000 && !isSo(); turn += 1)
    await new Promise((resolve) => setImmediate(resolve));
  expect(isSo()).toBe(true);
}
