import { expect, test } from 'vitest';
import { MINUTE_MS } from '../../src/domain/time.ts';
import { AKeeper } from '../keeper/a-keeper.ts';
import { startClient } from '../sandbox/sandbox-client.ts';
import { aServer, get } from './a-server.ts';

/** One account was topped up and is kept low by a cap since; another is healthy. */
async function aFleet() {
  const client = await startClient();
  const keeper = await AKeeper.open(client, {
    caps: { per_charge: 50, day: 60 },
    wallet: { cooldown: '1s' },
  });
  await client.patch({ balance: 12 });
  await keeper.live(2 * MINUTE_MS);
  await client.patch({ balance: 12 });
  await keeper.live(2 * MINUTE_MS);
  await keeper.pass('agent-0002');
  return { client, keeper, server: await aServer(keeper) };
}

test('/ lists the pages, and every page that it lists answers', async () => {
  const { server } = await aFleet();
  const { status, text } = await get(server, '/');
  expect(status).toBe(200);
  const pages = [...text.matchAll(/(?:href|src)="([^"]*)"/g)].map(([, page]) => page ?? '');
  expect(pages).toEqual(
    expect.arrayContaining(['/metrics', '/api/v1/accounts', '/accounts/agent-0001', '/alerts']),
  );
  expect(pages.length).toBeGreaterThanOrEqual(6);
  for (const page of pages) expect((await get(server, page)).status).toBe(200);
});

test('/healthz says ok; /readyz says ready, or why not with a 503', async () => {
  const keeper = await AKeeper.open(await startClient());
  const ready = await aServer(keeper);
  expect(await get(ready, '/healthz')).toMatchObject({ status: 200, text: 'ok\n' });
  expect(await get(ready, '/readyz')).toMatchObject({ status: 200, text: 'ready\n' });
  const sick = await aServer(keeper, { notReady: ['the store cannot be written'] });
  expect(await get(sick, '/healthz')).toMatchObject({ status: 200 });
  expect(await get(sick, '/readyz')).toMatchObject({ status: 503, text: 'the store cannot be written\n' });
});

test('/api/v1/accounts shows what the last pass saw and decided, in plain words', async () => {
  const { server } = await aFleet();
  const { type, body } = await get(server, '/api/v1/accounts');
  expect(type).toBe('application/json; charset=utf-8');
  expect(body).toMatchObject({
    accounts: [
      {
        account: 'agent-0001',
        balance_usd: 12,
        min_balance_usd: 20,
        wallet: { kind: 'hold', reason: 'cap_day', sentence: expect.stringContaining('day cap $60.00') },
        paused: null,
        frozen: null,
        watch: 'clear',
        failure: null,
      },
      { account: 'agent-0002', balance_usd: 50, wallet: { reason: 'above_minimum' } },
    ],
  });
  expect(await get(server, '/api/v1/accounts/agent-0002')).toMatchObject({
    status: 200,
    body: { account: 'agent-0002', cards: [{ last4: '4242', default: true }, { last4: '4444' }] },
  });
});

test('/api/v1/intents is the journal, newest first, and can be filtered', async () => {
  const { server } = await aFleet();
  const { body } = await get(server, '/api/v1/intents');
  expect(body).toMatchObject({
    intents: [
      {
        account: 'agent-0001',
        kind: 'fund',
        state: 'settled',
        amount_usd: 50,
        settled_usd: 50,
        key: expect.stringMatching(/^purser-1-[0-9a-f]{40}$/),
        sends: 1,
      },
    ],
  });
  for (const query of ['account=agent-0001', 'state=settled,armed', 'limit=1']) {
    expect((await get(server, `/api/v1/intents?${query}`)).body).toEqual(body);
  }
  for (const query of ['account=agent-0002', 'state=armed', 'account=nobody']) {
    expect((await get(server, `/api/v1/intents?${query}`)).body).toEqual({ intents: [] });
  }
});

test.each(['0', '-1', '1.5', 'many', '10001', ''])(
  'a limit of "%s" is refused with what to write',
  async (limit) => {
    const keeper = await AKeeper.open(await startClient());
    const server = await aServer(keeper);
    expect(await get(server, `/api/v1/intents?limit=${limit}`)).toMatchObject({
      status: 400,
      body: { error: 'limit is a whole number from 1 to 10000' },
    });
  },
);

test('/api/v1/plan shows what the last decisions want to do, and not what they leave', async () => {
  const client = await startClient();
  const keeper = await AKeeper.open(client, { mode: 'observe' });
  await client.patch({ balance: 12 });
  for (const name of ['agent-0001', 'agent-0002']) await keeper.pass(name);
  const server = await aServer(keeper);
  expect((await get(server, '/api/v1/plan')).body).toEqual({
    plan: [
      {
        account: 'agent-0001',
        subject: 'wallet',
        kind: 'charge',
        reason: 'below_minimum',
        sentence: '$12.00 is below the minimum $20.00: top up $50.00 with visa …4242',
        until: null,
      },
    ],
  });
});

test('/api/v1/alerts shows what fires', async () => {
  const { server } = await aFleet();
  expect((await get(server, '/api/v1/alerts')).body).toEqual({
    alerts: expect.arrayContaining([
      expect.objectContaining({ type: 'wallet.low', account: 'agent-0001' }),
      expect.objectContaining({
        type: 'cap.reached',
        severity: 'critical',
        fingerprint: 'cap.reached/account:agent-0001/day',
        headline: 'agent-0001 hit its day cap $60.00',
        started_at: '2026-11-23T12:02:00Z',
      }),
    ]),
  });
});

test.each([
  '/nothing',
  '/api/v1',
  '/api/v1/accounts/nobody',
  '/api/v1/accounts/',
  '/metrics/',
  '/..%2f..%2fetc/passwd',
])('there is no page %s, and the answer says where the pages are listed', async (path) => {
  const { server } = await aFleet();
  expect(await get(server, path)).toMatchObject({
    status: 404,
    body: { error: expect.stringContaining('GET /') },
  });
});

test.each(['POST', 'PUT', 'DELETE', 'PATCH'])('%s is refused: this server only reads', async (method) => {
  const { server, client, keeper } = await aFleet();
  const before = await keeper.intents();
  for (const path of ['/', '/metrics', '/api/v1/accounts', '/accounts/agent-0001']) {
    expect(await get(server, path, method)).toMatchObject({ status: 405, allow: 'GET, HEAD' });
  }
  expect(await keeper.intents()).toEqual(before);
  expect((await client.charges()).length).toBe(1);
});

test('HEAD answers as GET does, without a body', async () => {
  const { server } = await aFleet();
  expect(await get(server, '/metrics', 'HEAD')).toMatchObject({ status: 200, text: '' });
});

test('an address that is taken is said with what to do', async () => {
  const keeper = await AKeeper.open(await startClient());
  const server = await aServer(keeper);
  const port = Number(new URL(server.url).port);
  await expect(aServer(keeper, { port })).rejects.toMatchObject({
    code: 'listen_failed',
    message: `cannot listen on 127.0.0.1:${port} (the port is taken)`,
    mend: expect.stringContaining('server.listen'),
  });
});
