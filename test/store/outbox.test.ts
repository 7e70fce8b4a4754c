import { expect, test } from 'vitest';
import { addMs, HOUR_MS, MINUTE_MS } from '../../src/domain/time.ts';
import type { Store } from '../../src/store/store.ts';
import { aPath, aStore } from './a-store.ts';
import { fire, NOW, notice, ONE } from './an-intent.ts';

async function tell(store: Store, ...fingerprints: readonly string[]): Promise<readonly string[]> {
  await store.journal.tell(fingerprints.map(notice), NOW);
  return (await store.outbox.unrouted(1_000)).map(({ id }) => id);
}

async function due(store: Store, atMs = 0, limit = 100): Promise<readonly string[]> {
  const deliveries = await store.outbox.due(addMs(NOW, atMs), limit);
  return deliveries.map(({ receiver, message }) => `${receiver} ${message.fact.fingerprint}`);
}

async function routeAll(store: Store, receivers: readonly string[]): Promise<readonly string[]> {
  const messages = await store.outbox.unrouted(1_000);
  for (const { id } of messages) await store.outbox.route(id, receivers, NOW);
  return messages.map(({ id }) => id);
}

test('what was told is delivered at least once, across a reopen, under the same id', async () => {
  const path = aPath();
  const store = await aStore(path);
  const ids = await tell(store, 'one', 'two');
  store.close();
  const again = await aStore(path);
  expect(await routeAll(again, ['ops'])).toEqual(ids);
  again.close();
  const third = await aStore(path);
  const deliveries = await third.outbox.due(NOW, 10);
  expect(deliveries.map(({ message }) => message.id)).toEqual(ids);
  await third.outbox.delivered(ids[0] ?? '', 'ops', NOW);
  expect(await due(third)).toEqual(['ops two']);
});

test('a message is routed once: a second choice of receivers changes nothing', async () => {
  const store = await aStore();
  const [id = ''] = await tell(store, 'one');
  await store.outbox.route(id, ['ops'], NOW);
  await store.outbox.route(id, ['pager'], NOW);
  expect(await due(store)).toEqual(['ops one']);
  expect(await store.outbox.unrouted(10)).toEqual([]);
});

test('a message for nobody is closed', async () => {
  const store = await aStore();
  const [id = ''] = await tell(store, 'one');
  await store.outbox.route(id, [], NOW);
  expect(await store.outbox.unrouted(10)).toEqual([]);
  expect(await due(store)).toEqual([]);
});

test('messages wait in the order in which they were told, and as many as asked for', async () => {
  const store = await aStore();
  await tell(store, 'one', 'two', 'three');
  expect((await store.outbox.unrouted(2)).map(({ fact }) => fact.fingerprint)).toEqual(['one', 'two']);
  await routeAll(store, ['ops']);
  expect(await due(store, 0, 2)).toEqual(['ops one', 'ops two']);
});

test('the limit counts for each receiver, so that the backlog of a dead one hides nobody else’s', async () => {
  const store = await aStore();
  const dead = await tell(store, ...Array.from({ length: 30 }, (_, index) => `old-${index}`));
  for (const id of dead) await store.outbox.route(id, ['dead'], NOW);
  await tell(store, 'new');
  await routeAll(store, ['dead', 'ops']);
  const found = await due(store, 0, 5);
  expect(found.filter((line) => line.startsWith('dead'))).toHaveLength(5);
  expect(found).toContain('ops new');
});

test('a failed delivery is due again at its time, with its failures counted', async () => {
  const store = await aStore();
  const [id = ''] = await tell(store, 'one');
  await routeAll(store, ['ops', 'pager']);
  await store.outbox.failed(id, 'ops', addMs(NOW, MINUTE_MS), 'http_503');
  expect(await due(store)).toEqual(['pager one']);
  expect(await due(store, MINUTE_MS)).toEqual(['ops one', 'pager one']);
  const [again] = await store.outbox.due(addMs(NOW, MINUTE_MS), 10);
  expect(again?.attempts).toBe(1);
});

test('"resolved" never overtakes a "firing" that has to be tried again', async () => {
  const store = await aStore();
  await store.journal.tell([fire('low')], NOW);
  await store.journal.tell([{ kind: 'resolve', fingerprint: 'low', headline: null }], NOW);
  await store.journal.tell([notice('another')], NOW);
  const [firing = ''] = await routeAll(store, ['ops']);
  await store.outbox.failed(firing, 'ops', addMs(NOW, HOUR_MS), 'http_503');
  expect(await due(store)).toEqual(['ops another']);
  expect((await store.outbox.due(addMs(NOW, HOUR_MS), 10)).map(({ message }) => message.status)).toEqual([
    'firing',
    'resolved',
    'notice',
  ]);
});

test('a delivery that is given up is due no more, and lets the next of its incident through', async () => {
  const store = await aStore();
  await store.journal.tell([fire('low')], NOW);
  await store.journal.tell([{ kind: 'resolve', fingerprint: 'low', headline: null }], NOW);
  const [firing = ''] = await routeAll(store, ['ops']);
  await store.outbox.failed(firing, 'ops', null, 'http_410');
  expect((await store.outbox.due(NOW, 10)).map(({ message }) => message.status)).toEqual(['resolved']);
});

test('queue lengths count what is not delivered yet, by receiver', async () => {
  const store = await aStore();
  const [id = ''] = await tell(store, 'one', 'two');
  await routeAll(store, ['ops', 'pager']);
  await store.outbox.delivered(id, 'ops', NOW);
  await store.outbox.failed(id, 'pager', addMs(NOW, HOUR_MS), 'timeout');
  expect(Object.fromEntries(await store.outbox.queueLengths())).toEqual({ ops: 1, pager: 2 });
});

test('an incident fires once, is repeated after its interval, and is resolved once', async () => {
  const store = await aStore();
  const at = async (atMs: number, change: ReturnType<typeof fire>) =>
    store.journal.tell([change], addMs(NOW, atMs));
  for (const minutes of [0, 1, 2, 239]) await at(minutes * MINUTE_MS, fire('low'));
  expect(await store.outbox.unrouted(10)).toHaveLength(1);
  await at(4 * HOUR_MS, fire('low', 'still low'));
  expect((await store.outbox.unrouted(10)).map(({ fact }) => fact.headline)).toEqual(['low', 'still low']);
  expect(store.firingIncidents()).toMatchObject([{ fingerprint: 'low', startedAt: NOW }]);
  const over = { kind: 'resolve', fingerprint: 'low', headline: 'well again' } as const;
  await at(5 * HOUR_MS, over);
  await at(5 * HOUR_MS, over);
  const messages = await store.outbox.unrouted(10);
  expect(messages.map(({ status }) => status)).toEqual(['firing', 'firing', 'resolved']);
  expect(messages[2]).toMatchObject({ startedAt: NOW, fact: { headline: 'well again', account: ONE } });
  expect(store.firingIncidents()).toEqual([]);
});

test('who was told of an incident is known for its end, and not for the incident after it', async () => {
  const store = await aStore();
  const over = { kind: 'resolve', fingerprint: 'low', headline: null } as const;
  const messages = async () => await store.outbox.unrouted(10);
  await store.journal.tell([fire('low')], NOW);
  await routeAll(store, ['ops', 'pager']);
  await store.journal.tell([{ kind: 'acknowledge', fingerprint: 'low', note: 'Ann' }, over], addMs(NOW, 1));
  const [word, end] = await messages();
  expect([word?.status, word?.note, end?.status, end?.note]).toEqual([
    'acknowledged',
    'Ann',
    'resolved',
    undefined,
  ]);
  for (const message of [word, end]) {
    if (message === undefined) throw new Error('both were told');
    expect(await store.outbox.toldBefore(message)).toEqual(['ops', 'pager']);
  }
  await routeAll(store, []);
  await store.journal.tell([fire('low')], addMs(NOW, 2));
  const [again] = await messages();
  if (again === undefined) throw new Error('it fired again');
  expect(await store.outbox.toldBefore(again)).toEqual([]);
});

test('deliveries of one key wait for each other, from the first of them, and for each receiver apart', async () => {
  const store = await aStore();
  const gather = (key: string, waitMs: number) => new Map([['ops', { key, waitMs }]]);
  const route = async (fingerprint: string, atMs: number, key: string) => {
    const [id = ''] = await tell(store, fingerprint);
    await store.outbox.route(id, ['ops', 'hook'], addMs(NOW, atMs), gather(key, 30_000));
  };
  await route('one', 0, 'low');
  await route('two', 20_000, 'low');
  await route('three', 20_000, 'declined');
  const dueTo = async (receiver: string, atMs: number) => {
    const deliveries = await store.outbox.due(addMs(NOW, atMs), 10);
    return deliveries
      .filter((one) => one.receiver === receiver)
      .map(({ message, burst }) => `${message.fact.fingerprint} ${burst}`);
  };
  expect(await dueTo('hook', 20_000)).toEqual(['one null', 'two null', 'three null']);
  expect(await dueTo('ops', 29_999)).toEqual([]);
  expect(await dueTo('ops', 30_000)).toEqual(['one low', 'two low']);
  await route('four', 31_000, 'low');
  expect(await due(store, 60_999)).not.toContain('ops four');
  expect(await due(store, 61_000)).toContain('ops four');
});
