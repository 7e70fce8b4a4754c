import { expect, test } from 'vitest';
import { HOUR_MS, MINUTE_MS } from '../../src/domain/time.ts';
import type { TransportReply } from '../../src/modelslab/transport.ts';
import { type SandboxClient, startClient } from '../sandbox/sandbox-client.ts';
import { AKeeper, type Opening } from './a-keeper.ts';
import { lower } from './a-low-wallet.ts';
import { aWireBehindACache, pause, resume } from './a-refused-charge.ts';
import { charges } from './sandbox-record.ts';
import { statesOf } from './standing-of.ts';
import { answer, WatchedWire } from './watched-wire.ts';

type Way = 'pause' | 'reload';

/** One is refused, and let go before it could ask again; the other pays; the first goes on behind its cache. */
async function paysBesideARefused(
  client: SandboxClient,
  need: () => Promise<void>,
  opening: Opening,
  way: Way,
  meanwhile: (one: AKeeper) => Promise<void> = async () => undefined,
) {
  const { transport, cache } = aWireBehindACache(client, 1);
  const one = await AKeeper.open(client, { ...opening, transport, beside: 'beside' });
  const other = await AKeeper.open(client, opening);
  await one.live(2 * MINUTE_MS);
  await other.live(2 * MINUTE_MS);
  await need();
  await one.pass();
  if (way === 'reload') one.respec({ ...opening, wallet: null, subscription: {} });
  else await pause(one);
  client.clock.advance(10_000);
  await one.pass();
  const states = await statesOf(one);
  await meanwhile(one);
  cache.isStill = true;
  await other.live(2 * MINUTE_MS);
  if (way === 'reload') one.respec(opening);
  else await resume(one);
  await one.live(3 * MINUTE_MS);
  cache.isStill = false;
  return { one, states };
}

test.each<[Way, Opening]>([
  ['pause', {}],
  ['pause', { wallet: { top_up: { to: 70 } } }],
  ['reload', {}],
])('a top-up that was refused and let go (%s, %o) is charged once beside a twin', async (way, opening) => {
  const client = await startClient();
  const { one, states } = await paysBesideARefused(client, () => lower(client), opening, way);
  expect(states).toEqual(['fund released']);
  expect(await charges(client)).toHaveLength(1);
  await one.live(5 * MINUTE_MS);
  expect(await statesOf(one)).toEqual(['fund settled', 'fund released']);
  const [settled, released] = await one.store.journal.intents({ limit: 2 });
  expect(settled).toMatchObject({ key: released?.key, body: released?.body, keySince: released?.armedAt });
});

test.each<Way>(['pause', 'reload'])('so is a subscription (%s)', async (way) => {
  const client = await startClient();
  await client.patch({ subscription: { status: 'active', plan_id: 42 } });
  const need = async () => {
    await client.patch({ subscription: { status: 'canceled' } });
    client.clock.advance(MINUTE_MS);
  };
  const opening: Opening = { subscription: { plan: 'Standard', when_canceled: 'subscribe' } };
  const { states } = await paysBesideARefused(client, need, opening, way);
  expect(states).toEqual(['subscribe released']);
  expect(await charges(client, 'subscribe')).toHaveLength(1);
});

test('nor is a top-up charged twice that has grown meanwhile', async () => {
  const client = await startClient();
  const goesOn = async (one: AKeeper) => {
    await one.live(130 * MINUTE_MS);
    await client.patch({ balance: 11.5 });
    await one.live(2 * MINUTE_MS);
  };
  const opening: Opening = { wallet: { top_up: { to: 70 } } };
  const { one } = await paysBesideARefused(client, () => lower(client), opening, 'pause', goesOn);
  await one.live(40 * MINUTE_MS);
  expect(await charges(client)).toMatchObject([{ amount_cents: 5_850 }]);
  expect(await statesOf(one)).toEqual(['fund released']);
});
test('nor is a subscription, where another card is to be charged for it', async () => {
  const client = await startClient();
  await client.patch({ subscription: { status: 'active', plan_id: 42 } });
  const need = async () => {
    await client.patch({ subscription: { status: 'canceled' } });
    client.clock.advance(MINUTE_MS);
  };
  const goesOver = async (one: AKeeper) => {
    const path = '/billing/payment-methods/pm_agent_0001_mastercard/default';
    expect((await client.ask(path, { method: 'PUT', key: 'by-hand' })).status).toBe(200);
    await one.live(MINUTE_MS);
  };
  const opening: Opening = { subscription: { plan: 'Standard', when_canceled: 'subscribe' } };
  const { one } = await paysBesideARefused(client, need, opening, 'pause', goesOver);
  await one.live(40 * MINUTE_MS);
  expect(await charges(client, 'subscribe')).toHaveLength(1);
  expect(await statesOf(one)).toEqual(['subscribe released']);
});

/** The provider's key store wrote down key and body before its handler said 429, or what was answered under it. */
function aProviderThatRemembers(what: 'bodies' | 'answers') {
  const bodies = new Map<string, string>();
  const answers = new Map<string, TransportReply>();
  return new WatchedWire(async (send, ordinal, request) => {
    const key = request.headers['idempotency-key'] ?? '';
    const body = String(request.body ?? '');
    const known = bodies.get(key) ?? body;
    bodies.set(key, known);
    if (known !== body)
      return answer(400, { data: null, error: { code: 'idempotency_error', message: 'x' } });
    const before = answers.get(key);
    if (what === 'answers' && before !== undefined) return before;
    const reply = ordinal === 0 ? answer(429, { message: 'Too many' }, { 'retry-after': '5' }) : await send();
    answers.set(key, reply);
    return reply;
  });
}

test('another amount behind a refused one has a key of its own', async () => {
  const client = await startClient();
  const keeper = await AKeeper.open(client, { transport: aProviderThatRemembers('bodies') });
  await keeper.live(2 * MINUTE_MS);
  await lower(client);
  await keeper.pass();
  keeper.respec({ wallet: null, subscription: {} });
  client.clock.advance(10_000);
  await keeper.pass();
  expect(await statesOf(keeper)).toEqual(['fund released']);
  keeper.respec({ wallet: { top_up: { amount: 60 } } });
  await keeper.live(29 * MINUTE_MS);
  expect(keeper.context.view.account(keeper.account('agent-0001').name)?.wallet).toMatchObject({
    reason: 'pacing',
    sentence: expect.stringContaining('was refused and let go'),
  });
  expect(await charges(client)).toEqual([]);
  await keeper.live(2 * MINUTE_MS);
  expect(await charges(client)).toMatchObject([{ amount_cents: 6_000 }]);
});

test('a key that is refused for a day is given up', async () => {
  const client = await startClient();
  await client.patch({ subscription: { status: 'active', plan_id: 42 } });
  const subscription = { plan: 'Standard', when_past_due: 'fix_payment' };
  const opening: Opening = { subscription, wallet: null, poll: '10m' };
  const keeper = await AKeeper.open(client, { ...opening, transport: aProviderThatRemembers('answers') });
  await keeper.live(2 * MINUTE_MS);
  await client.patch({ subscription: { status: 'past_due' } });
  client.clock.advance(MINUTE_MS);
  await keeper.rest(25 * HOUR_MS);
  expect(await statesOf(keeper)).toEqual(['fix_payment settled', 'fix_payment released']);
}, 60_000);
