import { expect, test, vi } from 'vitest';
import { frozen } from '../../src/alerts/degraded-facts.ts';
import { HOUR_MS } from '../../src/domain/time.ts';
import type { HttpServer } from '../../src/server/http-server.ts';
import { AKeeper } from '../keeper/a-keeper.ts';
import { runOn } from '../keeper/a-running-keeper.ts';
import { startClient } from '../sandbox/sandbox-client.ts';
import { API_TOKEN } from './a-browser.ts';
import { aServer } from './a-server.ts';

async function anApi(apiToken: string | null = API_TOKEN) {
  const keeper = await AKeeper.open(await startClient(), apiToken === null ? {} : { apiToken });
  const server = await aServer(keeper);
  const holds = () => keeper.store.journal.holds(keeper.account('agent-0001').name);
  return { post: poster(server), holds, keeper };
}

function poster(server: HttpServer) {
  return async (path: string, options: { token?: string; body?: unknown } = {}) => {
    const { token = API_TOKEN, body } = options;
    const response = await fetch(server.url + path, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}` },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    return { status: response.status, body: await response.json() };
  };
}

const CHECK = '/api/v1/accounts/agent-0001/check';
const PAUSE = '/api/v1/accounts/agent-0001/pause';
const ACKNOWLEDGE = '/api/v1/alerts/ack';
const RESUME = '/api/v1/accounts/agent-0001/resume';

test('pause and resume over the API, with the bearer token', async () => {
  const { post, holds } = await anApi();
  expect(await post(PAUSE, { body: { reason: 'new card' } })).toEqual({
    status: 200,
    body: { done: 'agent-0001 is paused (new card).' },
  });
  expect(await holds()).toMatchObject([{ kind: 'pause', reason: 'new card' }]);
  expect(await post(RESUME)).toEqual({
    status: 200,
    body: { done: 'agent-0001 is charged again (was paused).' },
  });
  expect(await holds()).toEqual([]);
  expect((await post(PAUSE)).status).toBe(200);
  expect(await holds()).toMatchObject([{ reason: 'over the API' }]);
  expect((await post('/api/v1/accounts/nobody/pause')).status).toBe(404);
  expect(await post('/-/reload')).toMatchObject({ status: 200, body: { done: expect.any(String) } });
});

test('a pause says that the recharge which purser set goes on, and what ends it; the page says so too', async () => {
  const wallet = { auto_funding: { threshold: 5, amount: 25 } };
  const keeper = await AKeeper.open(await startClient(), { apiToken: API_TOKEN, wallet });
  const server = await aServer(keeper);
  const post = poster(server);
  const page = async () => await (await fetch(`${server.url}/accounts/agent-0001`)).text();
  const NOTE =
    'own recharge, which purser set ($25.00 below $5.00), is not bound by it: purser wallet auto-funding off agent-0001 ends it.';
  const paused = async () => (await post(PAUSE, { body: { reason: 'card stolen' } })).body;
  expect(await paused()).toEqual({ done: 'agent-0001 is paused (card stolen).' }); // none is set yet, and none is while it is paused
  await keeper.pass();
  expect(await page()).not.toContain('recharge');
  await post(RESUME);
  await keeper.pass();
  expect(await page()).not.toContain('recharge');
  expect(await paused()).toEqual({ done: `agent-0001 is paused (card stolen). The provider's ${NOTE}` });
  expect(await page()).toContain(NOTE);
  await post(RESUME);
  keeper.respec({ apiToken: API_TOKEN, wallet: { auto_funding: 'off' } });
  keeper.client.clock.advance(HOUR_MS);
  await keeper.pass();
  expect(await paused()).toEqual({ done: 'agent-0001 is paused (card stolen).' });
});

test('a resume that names the freeze lifts no pause, however often it is asked for', async () => {
  const { post, holds, keeper } = await anApi();
  const { name: account } = keeper.account('agent-0001');
  const hold = { account, since: keeper.context.clock.now(), intent: null };
  await keeper.store.journal.setHold({ ...hold, kind: 'pause', reason: 'contract ended' }, []);
  await keeper.store.journal.setHold({ ...hold, kind: 'freeze', reason: 'unclear' }, []);
  expect((await post(RESUME, { body: { hold: 'brake' } })).status).toBe(400);
  expect((await post(RESUME, { body: { hold: 'freeze' } })).status).toBe(200);
  expect((await post(RESUME, { body: { hold: 'freeze' } })).status).toBe(409);
  expect(await holds()).toMatchObject([{ kind: 'pause' }]);
});

test('a check is a look now, whatever the schedule, and says what was seen', async () => {
  const client = await startClient();
  const { parts, keeper } = await runOn(client, { apiToken: API_TOKEN });
  const server = await aServer(parts, { hurry: (account) => keeper.hurry(account) });
  const post = poster(server);
  const seenAt = () => parts.context.view.seenAt(parts.account('agent-0001').name);
  const passes = (isOver: () => void) =>
    vi.waitFor(() => {
      client.clock.advance(100);
      isOver();
    });
  await passes(() => expect(seenAt()).not.toBeNull());
  const before = seenAt();
  const answered = post(CHECK);
  await passes(() => expect(seenAt()).not.toBe(before));
  client.clock.advance(1_000);
  expect(await answered).toEqual({
    status: 200,
    body: { done: expect.stringMatching(/^agent-0001 was looked at: \$\S+ is at or above the minimum/) },
  });
  expect((await post('/api/v1/accounts/nobody/check')).status).toBe(404);
});

test('a body that is no JSON object is refused, and nothing is done', async () => {
  const { post, holds } = await anApi();
  for (const body of ['new card', ['new card'], 7]) expect((await post(PAUSE, { body })).status).toBe(400);
  expect(await post(ACKNOWLEDGE)).toMatchObject({
    status: 400,
    body: { error: expect.stringContaining('{"id": "…"') },
  });
  expect(await holds()).toEqual([]);
});

test('without the token nothing is done: 401, and 403 where the config has none', async () => {
  const { post, holds } = await anApi();
  const none = await anApi(null);
  for (const path of [CHECK, PAUSE, RESUME, '/-/reload', ACKNOWLEDGE]) {
    expect((await post(path, { token: 'wrong' })).status).toBe(401);
    expect((await none.post(path)).status).toBe(403);
  }
  expect(await holds()).toEqual([]);
});

test('an incident that is not over is acknowledged by its id, once, with a note', async () => {
  const { post, keeper } = await anApi();
  const { journal } = keeper.store;
  const account = keeper.account('agent-0001').name;
  const fact = frozen({ account, why: 'for a test', mend: '', intentId: null, amountCents: null });
  await journal.tell([{ kind: 'fire', fact }], keeper.context.clock.now());
  const id = fact.fingerprint;
  expect((await post(ACKNOWLEDGE, { body: { id: 'nothing/of/that/name' } })).status).toBe(404);
  expect(await post(ACKNOWLEDGE, { body: { id, note: 'Ann looks' } })).toMatchObject({
    status: 200,
    body: { done: expect.stringContaining('acknowledged') },
  });
  expect(keeper.store.incident(id)).toMatchObject({
    status: 'acknowledged',
    acknowledgement: { note: 'Ann looks' },
  });
});
