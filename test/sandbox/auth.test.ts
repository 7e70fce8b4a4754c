import { expect, test } from 'vitest';
import { DAY_MS, MINUTE_MS } from '../../src/domain/time.ts';
import { type SandboxClient, startClient } from './sandbox-client.ts';

function login(client: SandboxClient, over: Record<string, unknown> = {}) {
  const { email, password } = client.sandbox.accounts[0] ?? { email: '', password: '' };
  return client.ask('/auth/login', { token: null, body: { email, password, ...over } });
}

test('a login gives a token for as long as was asked', async () => {
  const client = await startClient({ speed: 7 });
  const { status, body } = await login(client, { token_expiry: '1_week' });
  expect(status).toBe(200);
  expect(body.data).toMatchObject({
    token_type: 'Bearer',
    token_expiry: '1_week',
    expires_at: '2026-11-24T12:00:00Z',
    user: { name: 'agent-0001', email: 'agent-0001@sandbox.purser.test' },
  });
  const token = body.data.access_token;
  client.clock.advance(DAY_MS - 1);
  expect((await client.ask('/me', { token })).body.data.name).toBe('agent-0001');
  client.clock.advance(1);
  expect(await client.ask('/me', { token })).toMatchObject({
    status: 401,
    body: { message: 'Unauthenticated.' },
  });
});

test('a wrong password, an unknown expiry and no token are refused', async () => {
  const client = await startClient();
  expect((await login(client, { password: 'guess' })).status).toBe(401);
  expect((await login(client, { token_expiry: 'soon' })).status).toBe(422);
  expect((await login(client, { token_expiry: 'never' })).body.data.expires_at).toBeNull();
  expect(await client.ask('/me', { token: null })).toMatchObject({
    status: 401,
    body: { message: 'Unauthenticated.' },
  });
});

test('a refresh kills the old token at once', async () => {
  const client = await startClient();
  const old = (await login(client)).body.data.access_token;
  const fresh = (await client.ask('/auth/refresh', { token: old, body: {} })).body.data.access_token;
  expect((await client.ask('/me', { token: old })).status).toBe(401);
  expect((await client.ask('/me', { token: fresh })).status).toBe(200);
});

test('a token that is expired by hand is dead', async () => {
  const client = await startClient();
  expect((await client.patch({ expire_token: true })).tokens).toBe(0);
  expect((await client.ask('/me')).status).toBe(401);
  expect((await login(client)).status).toBe(200);
});

test('the billing limiter lets 15 requests a minute through, per user and in real time', async () => {
  const client = await startClient({ speed: 1_000 });
  for (let left = 14; left >= 0; left -= 1) {
    const { status, headers } = await client.ask('/billing/payment-methods');
    expect(status).toBe(200);
    expect(headers['x-ratelimit-remaining']).toBe(String(left));
  }
  client.clock.advance(MINUTE_MS - 500);
  const limited = await client.fund(20, 'k1');
  expect(limited).toMatchObject({ status: 429, body: { message: 'Too many requests' } });
  expect(limited.headers).toMatchObject({
    'retry-after': '1',
    'x-ratelimit-remaining': '0',
    'x-ratelimit-reset': String(Date.UTC(2026, 10, 23, 12, 1) / 1_000),
  });
  expect((await client.ask('/wallet/balance')).status).toBe(200);
  const token = client.sandbox.accounts[1]?.token ?? '';
  expect((await client.ask('/billing/payment-methods', { token })).status).toBe(200);
  client.clock.advance(500);
  expect((await client.fund(20, 'k1')).status).toBe(200);
});

test('twenty logins a minute, then 429', async () => {
  const client = await startClient();
  for (let time = 0; time < 20; time += 1) await login(client, { password: 'guess' });
  expect((await login(client)).status).toBe(429);
  client.clock.advance(MINUTE_MS);
  expect((await login(client)).status).toBe(200);
});

test('the Date header is the sandbox clock', async () => {
  const client = await startClient();
  expect((await client.ask('/me')).headers['date']).toBe('Mon, 23 Nov 2026 12:00:00 GMT');
});
