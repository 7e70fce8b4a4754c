import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { HOUR_MS, MINUTE_MS } from '../../src/domain/time.ts';
import { first, startClient } from './sandbox-client.ts';

function newPath(): string {
  const folder = mkdtempSync(join(tmpdir(), 'purser-sandbox-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  return join(folder, 'world.json');
}

test('a charge is on disk before its answer: a sandbox that dies then still knows charge and key', async () => {
  const statePath = newPath();
  const client = await startClient({ statePath });
  await client.fund(20, 'k1');
  const copy = join(statePath, '..', 'copy.json');
  writeFileSync(copy, readFileSync(statePath));

  const next = await startClient({ statePath: copy, clock: client.clock });
  expect(await next.charges()).toMatchObject([{ kind: 'fund', key: 'k1', amount_cents: 2_000 }]);
  expect((await next.fund(20, 'k1')).body.idempotency_replay).toBe(true);
  expect(await next.charges()).toHaveLength(1);
});

test('a key whose request died with the sandbox is free again', async () => {
  const statePath = newPath();
  const client = await startClient({ statePath });
  await client.control('/faults', { latency_ms: 1_000 });
  const dying = client.fund(20, 'k1').catch(() => null);
  while (client.clock.sleeperCount() < 2) await new Promise((resolve) => setImmediate(resolve));
  await client.control('/faults', { latency_ms: 0 });
  const copy = join(statePath, '..', 'copy.json');
  writeFileSync(copy, readFileSync(statePath));
  expect(readFileSync(copy, 'utf8')).toContain('"isOpen":true');

  const next = await startClient({ statePath: copy, clock: client.clock });
  expect((await next.fund(20, 'k1')).status).toBe(200);
  expect(await next.charges()).toHaveLength(1);
  await client.sandbox.close();
  await dying;
});

test('cards, subscriptions and tokens are on disk before their answer', async () => {
  const statePath = newPath();
  const client = await startClient({ statePath });
  const onDisk = () => readFileSync(statePath, 'utf8');
  await client.ask('/billing/payment-methods/pm_agent_0001_mastercard/default', { method: 'PUT' });
  expect(onDisk()).toContain('"defaultCard":"pm_agent_0001_mastercard"');
  const { id } = first((await client.ask('/subscriptions')).body.data);
  await client.ask(`/subscriptions/${id}/pause`, { body: {} });
  expect(onDisk()).toContain('"status":"paused"');
  const { access_token } = (await client.ask('/auth/refresh', { body: {} })).body.data;
  expect(onDisk()).toContain(access_token);
});

test('after a restart the accounts come with the tokens that work now', async () => {
  const statePath = join(newPath(), '..', 'new', 'world.json');
  const client = await startClient({ statePath });
  const { access_token } = (await client.ask('/auth/refresh', { body: {} })).body.data;
  await client.patch({ expire_token: true }, 'agent-0002');
  await client.sandbox.close();
  const next = await startClient({ statePath, clock: client.clock });
  expect(next.sandbox.accounts[0]?.token).toBe(access_token);
  expect((await next.ask('/me')).status).toBe(200);
  expect((await next.ask('/me', { token: next.sandbox.accounts[1]?.token ?? '' })).status).toBe(200);
});

test('while the sandbox is down its virtual time stands still', async () => {
  const statePath = newPath();
  const client = await startClient({ statePath });
  await client.patch({ burn: 6, subscription: { status: 'active', renews_in_s: 3_600 } });
  client.clock.advance(30 * MINUTE_MS);
  await client.sandbox.close();
  client.clock.advance(10 * HOUR_MS);

  const next = await startClient({ statePath, clock: client.clock });
  expect(await next.balance()).toBe(47);
  expect(await next.charges()).toEqual([]);
  client.clock.advance(30 * MINUTE_MS);
  expect(await next.balance()).toBe(44);
  expect(await next.charges()).toMatchObject([{ kind: 'renewal' }]);
});

test('the end of an unpaid period stays where it was over a restart', async () => {
  const statePath = newPath();
  const client = await startClient({ statePath });
  await client.patch({ subscription: { status: 'past_due', renews_in_s: -60 } });
  await client.sandbox.close();
  client.clock.advance(HOUR_MS);
  const next = await startClient({ statePath, clock: client.clock });
  const [subscription] = (await next.ask('/subscriptions')).body.data;
  expect(subscription).toMatchObject({ status: 'past_due', current_period_end: '2026-11-23T11:59:00Z' });
});

test('a state file that is none of ours is refused by name and left alone', async () => {
  const statePath = newPath();
  writeFileSync(statePath, '{"hello":1}');
  await expect(startClient({ statePath })).rejects.toThrow(
    `${statePath} is not a state file of this sandbox`,
  );
  expect(readFileSync(statePath, 'utf8')).toBe('{"hello":1}');
});
