import { expect, test } from 'vitest';
import { Secret } from '../../src/domain/secret.ts';
import type { ReceiverSpec } from '../../src/domain/spec.ts';
import { DAY_MS, HOUR_MS, MINUTE_MS, SECOND_MS } from '../../src/domain/time.ts';
import { never, setUp, webhook } from './dispatcher-rig.ts';
import { LocalReceiver } from './local-receiver.ts';
import { someMessage } from './some-message.ts';

test('leaves a dead receiver alone between tries instead of trying every message', async () => {
  await using ops = await LocalReceiver.open();
  const { dispatcher, clock, outbox, passUntil } = setUp({ ops: webhook(ops.url()) });
  ops.answer = () => ({ status: 500 });
  for (let count = 0; count < 300; count += 1) {
    outbox.write(someMessage(`msg_${count}`, { at: clock.now(), fact: { fingerprint: `f/${count}` } }));
  }
  await passUntil(clock.start + 6 * HOUR_MS, MINUTE_MS);
  // About 24 waits of a quarter of an hour, at most four at once after each.
  expect(ops.received.length).toBeLessThan(200);
  ops.answer = () => ({ status: 200 });
  await passUntil(clock.start + 7 * HOUR_MS, MINUTE_MS);
  expect(new Set(ops.accepted.map(({ headers }) => headers['webhook-id'])).size).toBe(300);
  expect(ops.accepted.length).toBe(300);
  await dispatcher.close();
});

test('waits as long as Retry-After says, but never more than an hour', async () => {
  await using ops = await LocalReceiver.open();
  const { dispatcher, clock, outbox } = setUp({ ops: webhook(ops.url()) });
  const asked = ['600', '86400'];
  ops.answer = () => {
    const after = asked.shift();
    return after === undefined ? { status: 200 } : { status: 429, headers: { 'retry-after': after } };
  };
  outbox.write(someMessage('msg_1'));
  const triesAfter = async (ms: number) => {
    clock.advance(ms);
    await dispatcher.deliverDue(never);
    return ops.received.length;
  };
  expect(await triesAfter(0)).toBe(1);
  expect(await triesAfter(599 * SECOND_MS)).toBe(1);
  expect(await triesAfter(SECOND_MS)).toBe(2);
  expect(await triesAfter(59 * MINUTE_MS)).toBe(2);
  expect(await triesAfter(MINUTE_MS)).toBe(3);
  expect(ops.accepted.length).toBe(1);
  await dispatcher.close();
});

test('410 switches a receiver off until the config is reloaded, says so, and what it is to get waits', async () => {
  await using ops = await LocalReceiver.open();
  const { dispatcher, clock, outbox, lines, samples, reload, passUntil } = setUp({ ops: webhook(ops.url()) });
  ops.answer = () => ({ status: 410 });
  outbox.write(someMessage('msg_1'), someMessage('msg_2'));
  await dispatcher.deliverDue(never);
  outbox.write(someMessage('msg_3'));
  await dispatcher.deliverDue(never);
  await passUntil(clock.start + DAY_MS, HOUR_MS);
  expect(ops.received.length).toBe(1);
  expect(outbox.entries.map(({ state, reason }) => [state, reason])).toEqual([
    ['open', 'gone (410)'],
    ['open', 'gone (410)'],
    ['open', 'gone (410)'],
  ]);
  expect(samples).toEqual([{ receiver: 'ops', integration: 'webhook', ok: false, reason: 'gone' }]);
  const errors = lines.filter(({ level }) => level === 'error').map(({ event }) => event);
  expect(errors).toEqual(['alerts.receiver_gone']);
  ops.answer = () => ({ status: 200 });
  reload();
  clock.advance(5 * MINUTE_MS);
  outbox.write(someMessage('msg_4'));
  expect(await dispatcher.deliverDue(never)).toBe(4);
  await dispatcher.close();
});

test('a Slack channel that is archived for two days misses nothing when it is back', async () => {
  await using slack = await LocalReceiver.open();
  const target = { kind: 'slack', webhookUrl: new Secret(slack.url()), payLinks: false } as const;
  const { clock, outbox, passUntil } = setUp({ team: target });
  slack.answer = () => ({ status: clock.now() < clock.start + 2 * DAY_MS ? 410 : 200, body: 'ok' });
  for (const id of ['m1', 'm2'])
    outbox.write(someMessage(id, { at: clock.now(), fact: { fingerprint: `wallet.low/${id}` } }));
  await passUntil(clock.start + 3 * DAY_MS, 10 * MINUTE_MS);
  expect(outbox.entries.map(({ state }) => state)).toEqual(['delivered', 'delivered']);
});

test('gives a message up after seven days, loudly, and not before', async () => {
  await using ops = await LocalReceiver.open();
  const { dispatcher, clock, outbox, lines, samples, passUntil } = setUp({ ops: webhook(ops.url()) });
  ops.answer = () => ({ status: 502 });
  outbox.write(someMessage('msg_1', { at: clock.now() }));
  await passUntil(clock.start + 7 * DAY_MS - HOUR_MS, 5 * MINUTE_MS);
  expect(outbox.entries[0]?.state).toBe('open');
  await passUntil(clock.start + 7 * DAY_MS + HOUR_MS, 5 * MINUTE_MS);
  expect(outbox.entries[0]?.state).toBe('given_up');
  expect(samples.at(-1)).toEqual({ receiver: 'ops', integration: 'webhook', ok: false, reason: 'too_old' });
  expect(lines.filter(({ level }) => level === 'error')).toMatchObject([
    { event: 'alerts.delivery_given_up', fields: { receiver: 'ops', messageId: 'msg_1', reason: 'too_old' } },
  ]);
  await dispatcher.close();
});

test('a message that a receiver cannot take holds up only its own incident', async () => {
  await using ops = await LocalReceiver.open();
  const { dispatcher, clock, outbox } = setUp({ ops: webhook(ops.url()) });
  ops.answer = ({ body }) => ({ status: body.includes('poison') ? 400 : 200 });
  outbox.write(
    someMessage('msg_1', { at: clock.now(), fact: { fingerprint: 'a', headline: 'poison' } }),
    someMessage('msg_2', { at: clock.now(), status: 'resolved', fact: { fingerprint: 'a' } }),
    someMessage('msg_3', { at: clock.now(), fact: { fingerprint: 'b' } }),
  );
  expect(await dispatcher.deliverDue(never)).toBe(1);
  expect(ops.accepted.map(({ headers }) => headers['webhook-id'])).toEqual(['msg_3']);
  ops.answer = () => ({ status: 200 });
  clock.advance(HOUR_MS);
  await dispatcher.deliverDue(never);
  expect(ops.accepted.map(({ headers }) => headers['webhook-id'])).toEqual(['msg_3', 'msg_1', 'msg_2']);
  await dispatcher.close();
});

test('a wrong address is tried ever more slowly, and a reload with the right one delivers', async () => {
  await using wrong = await LocalReceiver.open();
  await using right = await LocalReceiver.open();
  wrong.answer = () => ({ status: 404 });
  const receivers = { ops: webhook(wrong.url()) };
  const { dispatcher, clock, outbox, reload, passUntil } = setUp(receivers);
  outbox.write(someMessage('msg_1', { at: clock.now() }));
  await passUntil(clock.start + DAY_MS, MINUTE_MS);
  expect(wrong.received.length).toBeGreaterThan(20);
  expect(wrong.received.length).toBeLessThan(45);
  receivers.ops = webhook(right.url());
  reload();
  await passUntil(clock.start + DAY_MS + HOUR_MS, MINUTE_MS);
  expect(right.accepted.length).toBe(1);
  await dispatcher.close();
});

test('a receiver that left the config takes its queue along, with an error', async () => {
  await using ops = await LocalReceiver.open();
  const receivers: Record<string, ReceiverSpec> = { ops: webhook(ops.url()) };
  const { dispatcher, clock, outbox, lines, reload } = setUp(receivers);
  ops.answer = () => ({ status: 503 });
  outbox.write(someMessage('msg_1', { at: clock.now() }));
  await dispatcher.deliverDue(never);
  delete receivers['ops'];
  reload();
  clock.advance(HOUR_MS);
  await dispatcher.deliverDue(never);
  expect(outbox.entries.map(({ state, reason }) => [state, reason])).toEqual([
    ['given_up', 'not_configured'],
  ]);
  expect(lines.filter(({ level }) => level === 'error').length).toBe(1);
  await dispatcher.close();
});

test('tries three times within seconds before it bothers the outbox', async () => {
  await using ops = await LocalReceiver.open();
  const { dispatcher, clock, outbox } = setUp({ ops: webhook(ops.url()) });
  const answers = [500, 500, 200];
  ops.answer = () => ({ status: answers.shift() ?? 200 });
  outbox.write(someMessage('msg_1', { at: clock.now() }));
  expect(await dispatcher.deliverDue(never)).toBe(1);
  expect(ops.received.length).toBe(3);
  expect(outbox.entries[0]?.attempts).toBe(0);
  expect(clock.now() - clock.start).toBe(3 * SECOND_MS);
  await dispatcher.close();
});
