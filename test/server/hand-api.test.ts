import { expect, test } from 'vitest';
import { frozen } from '../../src/alerts/degraded-facts.ts';
import { AKeeper } from '../keeper/a-keeper.ts';
import { startClient } from '../sandbox/sandbox-client.ts';
import { API_TOKEN } from './a-browser.ts';
import { aServer } from './a-server.ts';

async function anApi(apiToken: string | null = API_TOKEN) {
  const keeper = await AKeeper.open(await startClient(), apiToken === null ? {} : { apiToken });
  const server = await aServer(keeper);
  const holds = () => keeper.store.journal.holds(keeper.account('agent-0001').name);
  const post = async (path: string, options: { token?: string; body?: unknown } = {}) => {
    const { token = API_TOKEN, body } = options;
    const response = await fetch(server.url + path, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}` },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    return { status: response.status, body: await response.json() };
  };
  return { post, holds, keeper };
}

const PAUSE = '/api/v1/accounts/agent-0001/pause';
const ACKNOWLEDGE = '/api/v1/alerts/acknowledge';
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

test('without the token nothing is done: 401, and 403 where the config has none', async () => {
  const { post, holds } = await anApi();
  const none = await anApi(null);
  for (const path of [PAUSE, RESUME, '/-/reload', ACKNOWLEDGE]) {
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
