import { expect, test } from 'vitest';
import { DAY_MS } from '../../src/domain/time.ts';
import { type Body, first, type SandboxClient, startClient } from './sandbox-client.ts';

const refuses = { cards: [{ id: 'pm_agent_0001_visa', behaviour: 'insufficient_funds' }] };
const accepts = { cards: [{ id: 'pm_agent_0001_visa', behaviour: 'succeed' }] };

async function newest(client: SandboxClient): Promise<Body> {
  return first((await client.ask('/subscriptions')).body.data.toReversed());
}

test('a renewal falls due by virtual time and the default card pays it', async () => {
  const client = await startClient({ speed: 30 });
  await client.patch({ subscription: { renews_in_s: 60 } });
  client.clock.advance(60_000);
  expect(await newest(client)).toMatchObject({
    status: 'active',
    current_period_start: '2026-11-23T12:01:00Z',
    current_period_end: '2026-11-24T12:01:00Z',
  });
  expect(await client.charges()).toMatchObject([{ kind: 'renewal', amount_cents: 4_700, key: null }]);
});

test('an unpaid renewal is past_due, keeps its period, and is canceled after seven virtual days', async () => {
  const client = await startClient({ speed: 24 });
  await client.patch({ ...refuses, subscription: { renews_in_s: 60 } });
  client.clock.advance(60_000);
  const { id } = await newest(client);
  const path = `/subscriptions/${id}/status`;
  expect((await client.ask(path)).body.data).toMatchObject({
    status: 'past_due',
    current_period_end: '2026-11-23T12:01:00Z',
  });
  client.clock.advance((7 * DAY_MS) / 24 - 1);
  expect((await client.ask(path)).body.data.status).toBe('past_due');
  client.clock.advance(1);
  expect((await client.ask(path)).body.data.status).toBe('canceled');
});

test('fix-payment charges the plan once under its key, and the subscription is active again', async () => {
  const client = await startClient();
  await client.patch({ ...refuses, subscription: { status: 'past_due' } });
  const { id } = await newest(client);
  const fix = (key: string) => client.ask(`/subscriptions/${id}/fix-payment`, { body: {}, key });
  expect(await fix('k1')).toMatchObject({
    status: 402,
    body: { error: { code: 'payment_declined', details: { decline_code: 'insufficient_funds' } } },
  });
  await client.patch(accepts);
  expect((await fix('k2')).body.data).toMatchObject({ status: 'active', amount: 47 });
  expect((await fix('k2')).body.idempotency_replay).toBe(true);
  expect(await client.charges()).toMatchObject([{ kind: 'fix_payment', key: 'k2', amount_cents: 4_700 }]);
  expect((await newest(client)).status).toBe('active');
  expect((await fix('k3')).status).toBe(422);
});

test('a period that was paid late begins where the last one ended', async () => {
  const client = await startClient();
  await client.patch({ subscription: { status: 'past_due' } });
  const { id } = await newest(client);
  client.clock.advance(DAY_MS);
  await client.ask(`/subscriptions/${id}/fix-payment`, { body: {} });
  expect(await newest(client)).toMatchObject({
    current_period_start: '2026-11-23T12:00:00Z',
    current_period_end: '2026-12-23T12:00:00Z',
  });
});

test('an upgrade is charged for what is left of the period, a downgrade is not', async () => {
  const client = await startClient();
  await client.patch({ subscription: { plan_id: 42, status: 'active', renews_in_s: (15 * DAY_MS) / 1_000 } });
  const { id } = await newest(client);
  const change = (plan: number) =>
    client.ask(`/subscriptions/${id}`, { method: 'PUT', body: { new_plan_id: plan } });
  expect((await change(43)).body.data).toMatchObject({
    status: 'active',
    amount: 50,
    subscription: { plan_id: 43 },
  });
  expect((await change(41)).body.data).toMatchObject({ amount: 0, subscription: { plan_id: 41 } });
  expect(await client.charges()).toMatchObject([{ kind: 'plan_change', amount_cents: 5_000 }]);
});

test('pausing stops renewals; resuming is free within the paid period and charged after it', async () => {
  const client = await startClient();
  await client.patch({ subscription: { status: 'active', renews_in_s: 3_600 } });
  const { id } = await newest(client);
  const act = (verb: string) => client.ask(`/subscriptions/${id}/${verb}`, { body: {} });
  await act('pause');
  expect((await newest(client)).status).toBe('paused');
  expect((await act('resume')).body.data).toMatchObject({ status: 'active', amount: 0 });
  await act('pause');
  client.clock.advance(DAY_MS);
  expect(await client.charges()).toEqual([]);
  expect((await act('resume')).body.data).toMatchObject({ status: 'active', amount: 47 });
});

test('a reset cycle starts a full period now and takes off what was paid already', async () => {
  const client = await startClient();
  await client.patch({ subscription: { status: 'active', renews_in_s: (15 * DAY_MS) / 1_000 } });
  const { id } = await newest(client);
  const { body } = await client.ask(`/subscriptions/${id}/reset-cycle`, { body: {} });
  expect(body.data).toMatchObject({
    amount: 23.5,
    subscription: { current_period_end: '2026-12-23T12:00:00Z' },
  });
});

test('a subscription is created headless with a card; a decline or 3-D Secure is a 402', async () => {
  const client = await startClient();
  const create = (card: string) =>
    client.ask('/subscriptions', { body: { plan_id: 41, payment_method_id: card } });
  expect((await create('pm_agent_0001_mastercard')).body.data).toMatchObject({
    status: 'active',
    subscription: { plan_id: 41, status: 'active' },
    stripe_subscription_id: expect.stringMatching(/^sub_/),
  });
  const asks = (await client.tokenise('4000002760003184')).body.id;
  expect((await create(asks)).body.error.details.decline_code).toBe('authentication_required');
  expect((await client.ask('/subscriptions')).body.data).toHaveLength(2);
  expect(await client.charges()).toMatchObject([{ kind: 'subscribe', amount_cents: 2_700 }]);
});

test.each([
  [4.99, 422],
  [5, 200],
  [10_000, 200],
  [10_000.01, 422],
])('charge-amount of $%d answers %i', async (amount, status) => {
  const client = await startClient();
  expect((await client.ask('/subscriptions/charge-amount', { body: { amount } })).status).toBe(status);
  expect(await client.charges()).toHaveLength(status === 200 ? 1 : 0);
});

test('plans are listed with prices, and pay-as-you-go beside them', async () => {
  const client = await startClient();
  const { data } = (await client.ask('/subscriptions/plans')).body;
  expect(data.subscription_plans).toContainEqual(
    expect.objectContaining({ id: 42, name: 'Standard', price: 47 }),
  );
  expect(data).toMatchObject({ count: 5, pay_as_you_go: { available: true, minimum_topup_usd: 10 } });
});
