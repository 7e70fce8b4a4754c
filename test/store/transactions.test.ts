import { expect, test } from 'vitest';
import type { Intent } from '../../src/charge/intent.ts';
import { cents } from '../../src/domain/money.ts';
import { addMs, MINUTE_MS } from '../../src/domain/time.ts';
import { Store } from '../../src/store/store.ts';
import { aPath, aStore, closeLater, OPTIONS } from './a-store.ts';
import { anIntent, enter, fire, NOW, ONE, OTHER, released, request, scope, settled } from './an-intent.ts';

test('a journal survives a reopen byte for byte', async () => {
  const path = aPath();
  const store = await aStore(path);
  const body = '{"amount":50.1,"payment_method_id":"pm_ünïcode \\" \\u0000 \u2028"}';
  const intent = anIntent({ body, retryAt: addMs(NOW, 5), hasUnclearSend: true });
  await store.journal.arm(request(intent));
  const sent = await store.journal.recordSend(intent, addMs(NOW, MINUTE_MS));
  const doubted = await enter(store.journal, sent, { kind: 'in_doubt', since: NOW, why: 'timeout' });
  store.close();
  const again = await aStore(path);
  expect(await again.journal.intent(intent.id)).toEqual(doubted);
  expect((await again.journal.intent(intent.id))?.body).toBe(body);
  expect(await again.journal.story(intent.id)).toEqual([
    { at: NOW, from: null, to: 'armed', why: 'armed' },
    { at: NOW, from: 'armed', to: 'in_doubt', why: 'test' },
  ]);
});

test('one more send is counted, and forgets how long the provider asked to wait', async () => {
  const store = await aStore();
  const intent = anIntent({ retryAt: addMs(NOW, 5) });
  await store.journal.arm(request(intent));
  const sent = await store.journal.recordSend(intent, addMs(NOW, MINUTE_MS));
  expect(sent).toEqual({ ...intent, sends: 2, lastSendAt: addMs(NOW, MINUTE_MS), retryAt: null });
  expect(await store.journal.intent(intent.id)).toEqual(sent);
});

test('an intent that someone else changed meanwhile is not written over', async () => {
  const path = aPath();
  const store = await aStore(path);
  const intent = anIntent();
  await store.journal.arm(request(intent));
  const command = Store.openForCommand(path, { ...OPTIONS, create: false });
  closeLater(command);
  await enter(command.journal, intent, released());
  const late = enter(store.journal, intent, settled(), { incidents: [fire('late')] });
  await expect(late).rejects.toMatchObject({
    code: 'journal_conflict',
    mend: expect.stringContaining('purser explain'),
  });
  await expect(store.journal.recordSend(intent, NOW)).rejects.toMatchObject({ code: 'journal_conflict' });
  expect(await store.journal.intent(intent.id)).toMatchObject({ state: { kind: 'released' }, sends: 1 });
  expect(await store.outbox.unrouted(10)).toEqual([]);
});

test('a closed intent, a changed key and a changed body are broken promises', async () => {
  const store = await aStore();
  const intent = anIntent();
  await store.journal.arm(request(intent));
  const change = { now: NOW, why: 'test', freeze: null, incidents: [] };
  const { journal } = store;
  for (const over of [{ key: anIntent().key }, { body: '{"amount":51}' }]) {
    await expect(
      journal.record({ ...change, before: intent, after: { ...intent, ...over } }),
    ).rejects.toThrow('would change its key or body');
  }
  const closed = await enter(journal, intent, settled());
  await expect(journal.record({ ...change, before: closed, after: intent })).rejects.toThrow(
    'is closed and cannot change',
  );
});

test('a work that fails takes nothing of the others in its batch with it', async () => {
  const store = await aStore();
  const [first, second] = [anIntent(), anIntent({ account: OTHER })];
  const results = await Promise.allSettled([
    store.journal.arm(request(first, { incidents: [fire('first')] })),
    store.journal.recordSend(anIntent(), NOW), // was never armed
    store.journal.arm(request(anIntent({ account: OTHER, sends: 2 }))), // is not fresh
    store.journal.arm(request(second, { incidents: [fire('second')] })),
  ]);
  expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'rejected', 'fulfilled']);
  expect((await store.journal.allOpenIntents()).map(({ id }) => id).sort()).toEqual(
    [first.id, second.id].sort(),
  );
  expect(await store.outbox.unrouted(10)).toHaveLength(2);
});

test('a transaction that fails takes its messages and its reservation back with it', async () => {
  const store = await aStore();
  const intent = anIntent();
  await store.journal.arm(request(intent));
  const taken = { ...anIntent({ account: OTHER }), id: intent.id };
  await expect(store.journal.arm(request(taken, { incidents: [fire('rolled-back')] }))).rejects.toThrow();
  expect(await store.outbox.unrouted(10)).toEqual([]);
  expect(store.firingIncidents()).toEqual([]);
  const [found] = await store.journal.usage([scope('fleet', {})], NOW);
  expect(found?.usage.monthCents).toBe(5_000);
});

test('a transaction that fails half-way leaves nothing of its first half', async () => {
  const sameId = { ...OPTIONS, random: { ...OPTIONS.random, hex: () => 'same' } };
  const store = Store.openForKeeper(aPath(), sameId);
  closeLater(store);
  const [one, other] = [anIntent(), anIntent({ account: OTHER })];
  await Promise.all([store.journal.arm(request(one)), store.journal.arm(request(other))]);
  // Both messages get one id, so that the second cannot be written: the state had been written by then.
  const incidents = [fire('first'), fire('second')];
  const results = await Promise.allSettled([
    enter(store.journal, one, settled(), { incidents }),
    enter(store.journal, other, settled()),
  ]);
  expect(results.map(({ status }) => status)).toEqual(['rejected', 'fulfilled']);
  expect(await store.journal.openIntents(ONE)).toEqual([one]);
  expect(await store.outbox.unrouted(10)).toEqual([]);
  expect(store.firingIncidents()).toEqual([]);
  expect(await store.journal.openIntents(OTHER)).toEqual([]);
});

test('what was asked for before a close is written by it', async () => {
  const path = aPath();
  const store = await aStore(path);
  const armed = store.journal.arm(request(anIntent()));
  store.close();
  expect(await armed).toEqual({ kind: 'armed' });
  expect(await (await aStore(path)).journal.openIntents(ONE)).toHaveLength(1);
});

test('intents are listed newest first, by account and state, within the limit', async () => {
  const store = await aStore();
  const made: Intent[] = [];
  for (let count = 0; count < 4; count += 1) {
    const intent = anIntent({ armedAt: addMs(NOW, count), amountCents: cents(1_000 + count) });
    await store.journal.arm(request(intent));
    made.push(await enter(store.journal, intent, count % 2 === 0 ? settled() : released()));
  }
  const ids = async (filter: Parameters<typeof store.journal.intents>[0]) =>
    (await store.journal.intents(filter)).map(({ id }) => made.findIndex((intent) => intent.id === id));
  expect(await ids({ limit: 10 })).toEqual([3, 2, 1, 0]);
  expect(await ids({ limit: 1 })).toEqual([3]);
  expect(await ids({ account: ONE, states: ['settled'], limit: 10 })).toEqual([2, 0]);
  expect(await ids({ account: OTHER, limit: 10 })).toEqual([]);
});

test('the totals that counters start from after a restart are those of the journal', async () => {
  const path = aPath();
  const store = await aStore(path);
  const settle = anIntent();
  await store.journal.arm(request(settle));
  await enter(store.journal, settle, settled(0, 4_900));
  const declined = anIntent({ anchor: 'later' });
  await store.journal.arm(request(declined));
  await enter(store.journal, declined, released(0, 'declined'));
  store.close();
  const { journal } = await aStore(path);
  expect(await journal.totals()).toEqual([
    { account: ONE, kind: 'fund', outcome: 'released', count: 1, amountCents: 0 },
    { account: ONE, kind: 'fund', outcome: 'settled', count: 1, amountCents: 4_900 },
  ]);
  expect(await journal.declineTotals()).toEqual([{ account: ONE, code: 'expired_card', count: 1 }]);
});
