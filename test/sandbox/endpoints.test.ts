import { expect, test } from 'vitest';
import { ENDPOINTS } from '../../src/contract/endpoints.ts';
import { startClient } from './sandbox-client.ts';

test('every endpoint of the contract is there, wants a token, and says what is left of its limit', async () => {
  const client = await startClient();
  for (const [name, { method, path }] of Object.entries(ENDPOINTS)) {
    const asked = { method, ...(method === 'GET' ? {} : { body: {} }) };
    const place = path.replace('{id}', 'nothing');
    client.clock.advance(60_000);
    const stranger = await client.ask(place, { ...asked, token: 'nobody' });
    expect(stranger.status, name).toBe(name === 'login' ? 422 : 401);
    // A refresh kills the token that the other endpoints are asked with.
    if (name === 'refreshToken') continue;
    const known = await client.ask(place, asked);
    expect(known.body, name).not.toEqual({ message: 'Not found' });
    expect(known.status, name).toBeLessThan(500);
    expect(known.headers, name).toHaveProperty('x-ratelimit-remaining');
    expect(known.headers, name).toHaveProperty('x-ratelimit-reset');
  }
});

test('what is not there is a bare 404', async () => {
  const client = await startClient();
  expect(await client.ask('/subscriptions/1/cancel', { body: {} })).toMatchObject({
    status: 404,
    body: { message: 'Not found' },
  });
  expect(await client.ask('/payments/pi_other/status')).toMatchObject({
    status: 404,
    body: { data: null, error: { code: 'not_found' } },
  });
});

test('stripe-config reads bare and enveloped, and a body that is no JSON object is refused', async () => {
  const client = await startClient();
  const { body } = await client.ask('/billing/stripe-config');
  expect(body.publishable_key).toMatch(/^pk_test_sbx/);
  expect(body.data).toMatchObject({
    publishable_key: body.publishable_key,
    instructions: expect.any(String),
  });
  expect((await client.ask('/wallet/fund', { body: [1] })).status).toBe(400);
});

test('usage and overview tell of the wallet', async () => {
  const client = await startClient();
  await client.fund(20, 'k1');
  expect((await client.ask('/billing/overview')).body.data).toMatchObject({
    wallet_balance: 70,
    invoice_count: 1,
    active_subscription: { status: 'active' },
    recent_charges: [{ amount: 20 }],
  });
  expect((await client.ask('/usage/summary')).body.data.wallet.balance).toBe(70);
  expect((await client.ask('/usage/products')).body.data).toMatchObject([{ product: 'Standard', used: 0 }]);
  expect((await client.ask('/usage/history')).body.data).toEqual({ items: [], count: 0, total: 0 });
  expect((await client.ask('/usage/history?from=yesterday')).status).toBe(422);
});

test('billing info keeps what was sent, and a tax id needs its type', async () => {
  const client = await startClient();
  const put = (body: unknown) => client.ask('/billing/info', { method: 'PUT', body });
  expect((await put({ tax_id: 'EU1' })).status).toBe(422);
  await put({ tax_id: 'EU1', tax_id_type: 'eu_vat', address_city: 'Graz' });
  expect((await client.ask('/billing/info')).body.data).toMatchObject({
    name: 'agent-0001',
    tax_id: 'EU1',
    address_city: 'Graz',
    address_line1: null,
  });
});
