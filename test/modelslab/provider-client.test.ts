import { expect, test } from 'vitest';
import { ENDPOINTS, type EndpointName } from '../../src/contract/endpoints.ts';
import { Secret } from '../../src/domain/secret.ts';
import { ProviderClient, type RequestSample } from '../../src/modelslab/provider-client.ts';
import { START } from './manual-clock.ts';
import { answered, BASE_URL, caller, enveloped, midway, scripted, TOKEN } from './scripted-transport.ts';

// Object.keys gives string[]; the table's keys are the type.
const NAMES = Object.keys(ENDPOINTS) as EndpointName[];

test('sends one request under the base URL, with the token in its header and the body as given', async () => {
  const { client, transport } = scripted([enveloped({})]);
  const body = '{"amount":50.10}';
  await client.exchange({ ...caller, endpoint: 'fundWallet', body, idempotencyKey: 'purser-1-abc' });
  expect(transport.requests).toHaveLength(1);
  expect(transport.requests[0]).toMatchObject({
    method: 'POST',
    url: `${BASE_URL}/wallet/fund`,
    body,
    headers: {
      authorization: `Bearer ${TOKEN}`,
      'accept-encoding': 'identity',
      'content-type': 'application/json',
      'idempotency-key': 'purser-1-abc',
    },
  });
});

test('never repeats an exchange, whatever comes back', async () => {
  for (const reply of [
    answered(500, ''),
    answered(429, {}, { 'retry-after': '0' }),
    { kind: 'lost', reason: 'timeout' } as const,
    { kind: 'not_sent', reason: 'ECONNREFUSED' } as const,
  ]) {
    const { client, transport } = scripted([reply]);
    await client.exchange({ ...caller, endpoint: 'getWalletBalance' });
    expect(transport.requests).toHaveLength(1);
  }
});

test.each(NAMES)('under the read-only guard %s sends nothing unless it is a GET', async (endpoint) => {
  const { client, transport } = scripted([enveloped({})], { guard: 'read_only' });
  const pathId = ENDPOINTS[endpoint].path.includes('{id}') ? '1' : undefined;
  const exchange = client.exchange({ ...caller, endpoint, pathId });
  if (ENDPOINTS[endpoint].method === 'GET') {
    await exchange;
    expect(transport.requests).toHaveLength(1);
  } else {
    await expect(exchange).rejects.toMatchObject({ name: 'PurserError', code: 'read_only' });
    expect(transport.requests).toHaveLength(0);
  }
});

test('the login exception lets login through the guard, and nothing else', async () => {
  const { client, transport } = scripted([enveloped({})], { guard: 'read_only', allowLogin: true });
  await client.exchange({ ...caller, endpoint: 'login', token: null });
  await expect(client.exchange({ ...caller, endpoint: 'refreshToken' })).rejects.toMatchObject({
    code: 'read_only',
  });
  await expect(client.exchange({ ...caller, endpoint: 'fundWallet' })).rejects.toMatchObject({
    code: 'read_only',
  });
  expect(transport.requests).toHaveLength(1);
});

test.each([
  ['a/../../x', `${BASE_URL}/subscriptions/a%2F..%2F..%2Fx/status`],
  ['1?x=#y', `${BASE_URL}/subscriptions/1%3Fx%3D%23y/status`],
  ['$&', `${BASE_URL}/subscriptions/%24%26/status`],
  ['@evil.test', `${BASE_URL}/subscriptions/%40evil.test/status`],
])('encodes the path id %s', async (pathId, url) => {
  const { client, transport } = scripted([enveloped({})]);
  await client.exchange({ ...caller, endpoint: 'getSubscriptionStatus', pathId });
  expect(transport.requests[0]?.url).toBe(url);
});

test.each(['', '.', '..', 'a b', 'a\r\nb', 'é', 'x'.repeat(256)])(
  'refuses the path id %j',
  async (pathId) => {
    const { client, transport } = scripted([enveloped({})]);
    const exchange = client.exchange({ ...caller, endpoint: 'getSubscriptionStatus', pathId });
    await expect(exchange).rejects.toMatchObject({ code: 'bad_path_id' });
    expect(transport.requests).toHaveLength(0);
  },
);

test.each([
  'ftp://x.test/',
  'https://user:pw@x.test/v1',
  'https://x.test/v1?a=1',
  'https://x.test/v1#a',
  'nonsense',
])('refuses the base URL %s', (baseUrl) => {
  expect(() => scripted([enveloped({})], { baseUrl })).toThrow(/base URL/);
});

test('a token that cannot stand in a header is an answer, not a crash', async () => {
  const { client, transport } = scripted([enveloped({})]);
  const answer = await client.exchange({ ...caller, token: new Secret('a\nb'), endpoint: 'getMe' });
  expect(answer).toEqual({ kind: 'not_sent', reason: 'token_malformed' });
  expect(transport.requests).toHaveLength(0);
});

const DATE = 'Mon, 23 Nov 2026 15:00:10 GMT';
test.each<[string, number, unknown, Record<string, string>, object]>([
  [
    'the request id of the body',
    200,
    { meta: { request_id: 'r1' } },
    { 'x-request-id': 'r2' },
    { requestId: 'r1' },
  ],
  [
    'the request id of the header',
    500,
    'oops',
    { 'x-request-id': 'r2' },
    { requestId: 'r2', body: undefined },
  ],
  ['the Date', 200, {}, { date: DATE }, { dateMs: START + 10_000 }],
  ['no Date that is none', 200, {}, { date: '1' }, { dateMs: null }],
  ['Retry-After in seconds', 429, {}, { 'retry-after': '7' }, { retryAfterMs: 7_000 }],
  [
    'Retry-After as a date, by the provider’s clock',
    503,
    {},
    { date: DATE, 'retry-after': 'Mon, 23 Nov 2026 15:01:00 GMT' },
    { retryAfterMs: 50_000 },
  ],
  ['retry_after of the body', 429, { status: 'error', retry_after: 30 }, {}, { retryAfterMs: 30_000 }],
  [
    'the rate limit’s reset, on a 429',
    429,
    {},
    { date: DATE, 'x-ratelimit-reset': String((START + 25_000) / 1000) },
    { retryAfterMs: 15_000 },
  ],
  [
    'no wait on a 200 with a reset',
    200,
    {},
    { 'x-ratelimit-reset': String((START + 25_000) / 1000) },
    { retryAfterMs: null },
  ],
  ['no body that is not JSON', 200, '<html>', {}, { body: undefined }],
])('reads %s', async (_what, status, body, headers, expected) => {
  const { client } = scripted([answered(status, body, headers)]);
  const answer = await client.exchange({ ...caller, endpoint: 'getMe' });
  expect(answer).toMatchObject({ kind: 'answered', status, ...expected });
});

test('keeps the largest Date of the provider and the skew of the newest', async () => {
  const { client } = scripted([
    answered(200, {}, { date: 'Mon, 23 Nov 2026 15:10:00 GMT' }),
    answered(200, {}, { date: 'Mon, 23 Nov 2026 14:59:00 GMT' }),
    answered(200, {}, {}),
  ]);
  expect(client.providerDate()).toEqual({ maxMs: null, lastSkewMs: null });
  await client.exchange({ ...caller, endpoint: 'getMe' });
  expect(client.providerDate()).toEqual({ maxMs: START + 600_000, lastSkewMs: 600_500 });
  await client.exchange({ ...caller, endpoint: 'getMe' });
  await client.exchange({ ...caller, endpoint: 'getMe' });
  expect(client.providerDate()).toEqual({ maxMs: START + 600_000, lastSkewMs: -59_500 });
});

test('holds a call back when the provider says that little is left, and sends nothing', async () => {
  const { client, transport, clock } = scripted([
    enveloped({}, { 'x-ratelimit-remaining': '1', 'x-ratelimit-reset': '50' }),
  ]);
  await client.exchange({ ...caller, endpoint: 'fundWallet', body: '{}' });
  const held = await client.exchange({ ...caller, endpoint: 'fundWallet', body: '{}' });
  expect(held).toEqual({ kind: 'not_sent', reason: 'rate_budget' });
  expect(transport.requests).toHaveLength(1);
  const isReady = client.ready(caller.account, 'fundWallet', { timeoutMs: 60_000 });
  expect(await clock.run(isReady)).toBe(true);
  expect(clock.monotonicMs()).toBe(50_000);
  expect(await client.exchange({ ...caller, endpoint: 'fundWallet', body: '{}' })).toMatchObject({
    kind: 'answered',
  });
});

test('spends the rate limit by itself where the provider says nothing of it', async () => {
  const { client, transport } = scripted([enveloped({})]);
  const reasons: string[] = [];
  for (let index = 0; index < 20; index += 1) {
    const answer = await client.exchange({ ...caller, endpoint: 'fundWallet', body: '{}' });
    reasons.push(answer.kind === 'answered' ? 'answered' : answer.reason);
  }
  expect(transport.requests).toHaveLength(14);
  expect(new Set(reasons.slice(14))).toEqual(new Set(['rate_budget']));
});

test('after a 429 without a word keeps quiet for half a minute', async () => {
  const { client, clock } = scripted([answered(429, { message: 'Too many requests' })]);
  await client.exchange({ ...caller, endpoint: 'fundWallet', body: '{}' });
  await clock.run(client.ready(caller.account, 'fundWallet', { timeoutMs: 60_000 }));
  expect(clock.monotonicMs()).toBe(30_000);
});

test('tells of each request by its name and outcome', async () => {
  const samples: RequestSample[] = [];
  const { client } = scripted([enveloped({}), answered(429, {}), { kind: 'lost', reason: 'timeout' }], {
    onRequest: (sample) => samples.push(sample),
  });
  await client.exchange({ ...caller, endpoint: 'getMe' });
  await client.exchange({ ...caller, endpoint: 'listPlans' });
  await client.exchange({ ...caller, endpoint: 'fundWallet' });
  expect(samples).toEqual([
    { operation: 'getMe', code: '200', durationMs: 0, rateLimited: false },
    { operation: 'listPlans', code: '429', durationMs: 0, rateLimited: true },
    { operation: 'fundWallet', code: 'lost', durationMs: 0, rateLimited: false },
  ]);
});

test('logs neither token nor body', async () => {
  const { client, log } = scripted([enveloped({ client_secret: 'seti_1_secret_2' })]);
  await client.exchange({ ...caller, endpoint: 'login', token: null, body: '{"password":"hunter2"}' });
  await client.exchange({ ...caller, endpoint: 'createSetupIntent' });
  expect(log.lines).toHaveLength(2);
  expect(log.lines.join()).not.toMatch(/hunter2|secret/);
});

test('prints without its secrets', () => {
  const { client } = scripted([enveloped({})]);
  expect(client).toBeInstanceOf(ProviderClient);
  expect(JSON.stringify({ ...caller, random: midway })).not.toContain(TOKEN);
});
