import { createHmac } from 'node:crypto';
import { expect, test } from 'vitest';
import { Secret } from '../../src/domain/secret.ts';
import type { ReceiverSpec } from '../../src/domain/spec.ts';
import { addMs, HOUR_MS, MINUTE_MS, SECOND_MS } from '../../src/domain/time.ts';
import { never, setUp, webhook } from './dispatcher-rig.ts';
import { LocalReceiver } from './local-receiver.ts';
import { someMessage, WEBHOOK_SECRET } from './some-message.ts';

test('delivers a message to each of its receivers once, and nothing the next time', async () => {
  await using ops = await LocalReceiver.open();
  await using audit = await LocalReceiver.open();
  const slack: ReceiverSpec = {
    kind: 'slack',
    webhookUrl: new Secret(ops.url('/services/T/B/x')),
    payLinks: false,
  };
  const { dispatcher, outbox, samples } = setUp({ ops: slack, audit: webhook(audit.url()) });
  outbox.write(someMessage('msg_1'));
  expect(await dispatcher.deliverDue(never)).toBe(2);
  expect(await dispatcher.deliverDue(never)).toBe(0);
  expect(ops.received.map(({ path }) => path)).toEqual(['/services/T/B/x']);
  expect(JSON.parse(ops.received[0]?.body ?? '')).toMatchObject({
    text: expect.stringContaining('wallet low'),
  });
  expect(audit.received.map(({ headers }) => headers['webhook-id'])).toEqual(['msg_1']);
  expect(samples).toEqual([
    { receiver: 'ops', integration: 'slack', ok: true },
    { receiver: 'audit', integration: 'webhook', ok: true },
  ]);
  await dispatcher.close();
});

test('loses nothing while a receiver is down for an hour, and keeps one webhook-id over all tries', async () => {
  await using ops = await LocalReceiver.open();
  const { dispatcher, clock, outbox, passUntil } = setUp({ ops: webhook(ops.url()) });
  const backAt = clock.start + HOUR_MS;
  ops.answer = () => ({ status: clock.now() < backAt ? 503 : 200 });
  const ids: string[] = [];
  for (let minute = 0; minute < 60; minute += 10) {
    const status = minute % 20 === 0 ? 'firing' : 'resolved';
    const id = `msg_${minute}`;
    ids.push(id);
    const startedAt = addMs(clock.start, Math.floor(minute / 20) * 20 * MINUTE_MS);
    outbox.write(someMessage(id, { at: clock.now(), startedAt, status }));
    await passUntil(clock.start + (minute + 10) * MINUTE_MS, 15 * SECOND_MS);
  }
  expect(ops.accepted).toEqual([]);
  await passUntil(clock.start + 2 * HOUR_MS, 15 * SECOND_MS);
  expect(ops.accepted.map(({ headers }) => headers['webhook-id'])).toEqual(ids);
  expect(outbox.entries.every(({ state }) => state === 'delivered')).toBe(true);
  expect(ops.received.length).toBeGreaterThan(ids.length);
  // Every try, failed or not, was signed for its own time and carried the id and the bytes of its message.
  for (const [id, tries] of Map.groupBy(ops.received, ({ headers }) => String(headers['webhook-id']))) {
    expect(ids).toContain(id);
    expect(new Set(tries.map(({ body }) => body)).size).toBe(1);
  }
  for (const { headers, body } of ops.received) {
    const key = Buffer.from(WEBHOOK_SECRET.reveal().slice('whsec_'.length), 'base64');
    const signed = `${headers['webhook-id']}.${headers['webhook-timestamp']}.${body}`;
    expect(headers['webhook-signature']).toBe(
      `v1,${createHmac('sha256', key).update(signed).digest('base64')}`,
    );
  }
  await dispatcher.close();
});

test('a receiver that hangs delays no other', async () => {
  await using hung = await LocalReceiver.open();
  await using quick = await LocalReceiver.open();
  const release = Promise.withResolvers<void>();
  hung.answer = async () => {
    await release.promise;
    return { status: 200 };
  };
  const { dispatcher, outbox } = setUp({ hung: webhook(hung.url()), quick: webhook(quick.url()) });
  const stop = new AbortController();
  const running = dispatcher.run(stop.signal);
  const arrived = (count: number) =>
    new Promise<void>((resolve) => {
      quick.answer = () => {
        if (quick.received.length + 1 === count) resolve();
        return { status: 200 };
      };
    });
  const first = arrived(1);
  outbox.write(someMessage('msg_1'));
  dispatcher.wake();
  await first;
  const second = arrived(2);
  outbox.write(someMessage('msg_2'));
  dispatcher.wake();
  await second;
  expect(hung.received).toEqual([]);
  release.resolve();
  stop.abort();
  await running;
  expect(hung.received.map(({ headers }) => headers['webhook-id'])).toEqual(['msg_1']);
});

test('two passes at once deliver nothing twice', async () => {
  await using ops = await LocalReceiver.open();
  const { dispatcher, outbox } = setUp({ ops: webhook(ops.url()) });
  for (let count = 0; count < 50; count += 1) outbox.write(someMessage(`msg_${count}`));
  await Promise.all([
    dispatcher.deliverDue(never),
    dispatcher.deliverDue(never),
    dispatcher.deliverDue(never),
  ]);
  await dispatcher.deliverDue(never);
  expect(ops.received.length).toBe(50);
  await dispatcher.close();
});

test('run ends with the outbox that fails, instead of falling silent', async () => {
  const { dispatcher, outbox } = setUp({});
  outbox.due = async () => {
    throw new Error('disk full');
  };
  await expect(dispatcher.run(never)).rejects.toThrow('disk full');
});

test('run ends with the outbox that cannot note a delivery', async () => {
  await using ops = await LocalReceiver.open();
  const { dispatcher, outbox } = setUp({ ops: webhook(ops.url()) });
  outbox.delivered = async () => {
    throw new Error('disk full');
  };
  outbox.write(someMessage('msg_1'));
  await expect(dispatcher.run(never)).rejects.toThrow('disk full');
  expect(ops.received.length).toBe(1);
});

test('an abort starts nothing new and leaves the rest in the outbox', async () => {
  await using ops = await LocalReceiver.open();
  const { dispatcher, clock, outbox } = setUp({ ops: webhook(ops.url()) });
  const stop = new AbortController();
  ops.answer = () => {
    stop.abort();
    return { status: 200 };
  };
  outbox.write(
    someMessage('msg_1', { at: clock.now() }),
    someMessage('msg_2', { at: addMs(clock.now(), 1) }),
  );
  await dispatcher.run(stop.signal);
  expect(ops.received.length).toBe(1);
  expect(outbox.entries.map(({ state }) => state)).toEqual(['delivered', 'open']);
});

test('a receiver that a reload adds in the middle of a pass gets its messages', async () => {
  await using ops = await LocalReceiver.open();
  await using late = await LocalReceiver.open();
  const receivers = { ops: webhook(ops.url()) };
  const { dispatcher, outbox, reload } = setUp(receivers);
  outbox.write(someMessage('msg_1'));
  const unrouted = outbox.unrouted.bind(outbox);
  outbox.unrouted = (limit) => {
    Object.assign(receivers, { late: webhook(late.url()) });
    reload();
    return unrouted(limit);
  };
  await dispatcher.deliverDue(never);
  await dispatcher.deliverDue(never);
  expect(outbox.entries.map(({ receiver, state }) => [receiver, state])).toEqual([
    ['ops', 'delivered'],
    ['late', 'delivered'],
  ]);
  await dispatcher.close();
});
