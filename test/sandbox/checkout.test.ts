import { request } from 'undici';
import { expect, test } from 'vitest';
import { DAY_MS } from '../../src/domain/time.ts';
import { type SandboxClient, startClient } from './sandbox-client.ts';

const link = async (client: SandboxClient, wanted: unknown) =>
  (await client.ask('/billing/payment-link', { body: wanted })).body;

test('a payment link reads bare and enveloped, and confirming before the person has paid is a 409', async () => {
  const client = await startClient();
  const made = await link(client, { purpose: 'fund', amount: 50 });
  const told = {
    payment_url: expect.stringContaining('/pay/cs_'),
    session_id: expect.stringMatching(/^cs_/),
    purpose: 'fund',
    amount: 50,
    expires_at: '2026-11-24T12:00:00Z',
  };
  expect(made).toMatchObject({ ...told, data: told });
  const confirm = await client.ask('/wallet/confirm-checkout', { body: { session_id: made.session_id } });
  expect(confirm).toMatchObject({ status: 409, body: { error: { code: 'checkout_incomplete' } } });
});

test('a paid link is credited when it is confirmed, once however often that is', async () => {
  const client = await startClient();
  const { session_id } = await link(client, { purpose: 'fund', amount: 50 });
  await client.patch({ pay_link: true });
  expect(await client.balance()).toBe(50);
  for (let time = 0; time < 3; time += 1) {
    const { body } = await client.ask('/wallet/confirm-checkout', { body: { session_id } });
    expect(body.data.balance).toBe(100);
  }
  expect(await client.charges()).toMatchObject([{ kind: 'checkout', amount_cents: 5_000, key: null }]);
});

test('a person can pay on the page behind the link', async () => {
  const client = await startClient();
  const { payment_url, session_id } = await link(client, { purpose: 'fund', amount: 20 });
  const page = await request(payment_url);
  expect(await page.body.text()).toContain('Pay $20.00');
  await (await request(payment_url, { method: 'POST' })).body.dump();
  await (await request(payment_url, { method: 'POST' })).body.dump();
  expect((await client.ask('/wallet/confirm-checkout', { body: { session_id } })).status).toBe(200);
  expect(await client.charges()).toHaveLength(1);
});

test('an expired link can neither be paid nor confirmed; its 24 hours are virtual', async () => {
  const client = await startClient({ speed: 24 });
  const { session_id } = await link(client, { purpose: 'fund', amount: 50 });
  client.clock.advance(DAY_MS / 24);
  expect((await client.control('/accounts/agent-0001', { pay_link: session_id })).status).toBe(400);
  const confirm = await client.ask('/wallet/confirm-checkout', { body: { session_id } });
  expect(confirm).toMatchObject({ status: 410, body: { error: { code: 'checkout_expired' } } });
});

test('a payment that was on its way when its link ended comes through, and is credited when it is confirmed', async () => {
  const client = await startClient();
  const { session_id } = await link(client, { purpose: 'fund', amount: 50 });
  const late = () => client.control('/accounts/agent-0001', { pay_link_late: session_id });
  expect((await late()).status).toBe(400);
  client.clock.advance(DAY_MS);
  expect((await late()).status).toBe(200);
  expect((await late()).status).toBe(400);
  const confirm = await client.ask('/wallet/confirm-checkout', { body: { session_id } });
  expect(confirm.body.data.balance).toBe(100);
});

test('funding and subscribing without a card answer a checkout address', async () => {
  const client = await startClient();
  const fund = (await client.ask('/wallet/fund', { body: { amount: 30 } })).body.data;
  expect(fund).toEqual({ checkout_url: expect.any(String), session_id: expect.any(String) });
  const subscribe = (await client.ask('/subscriptions', { body: { plan_id: 43 } })).body.data;
  await client.patch({ pay_link: subscribe.session_id });
  const confirm = () =>
    client.ask('/subscriptions/confirm-checkout', { body: { session_id: subscribe.session_id } });
  expect((await confirm()).body.data).toMatchObject({ status: 'active', subscription: { plan_id: 43 } });
  await confirm();
  expect((await client.ask('/subscriptions')).body.data).toHaveLength(2);
});

test.each([
  [{ purpose: 'gift', amount: 50 }, 'purpose'],
  [{ purpose: 'fund', amount: 9 }, 'amount'],
  [{ purpose: 'subscribe', plan_id: 7 }, 'plan_id'],
])('the link %j is refused for its %s', async (wanted, field) => {
  const client = await startClient();
  expect((await link(client, wanted)).error.details).toHaveProperty(field);
});
