import { expect, test } from 'vitest';
import { SECOND_MS } from '../../src/domain/time.ts';
import { never, setUp, webhook } from './dispatcher-rig.ts';
import { LocalReceiver } from './local-receiver.ts';
import { someMessage } from './some-message.ts';

test('a message that arrived is not sent again because the store could not note it', async () => {
  await using ops = await LocalReceiver.open();
  const { dispatcher, outbox, clock } = setUp({ ops: webhook(ops.url()) });
  outbox.write(someMessage('msg_1'));
  const delivered = outbox.delivered.bind(outbox);
  outbox.delivered = async () => {
    throw new Error('database or disk is full');
  };
  for (let pass = 0; pass < 5; pass += 1) {
    await dispatcher.deliverDue(never).catch(() => 0);
    clock.advance(5 * SECOND_MS);
  }
  expect(ops.received.length).toBe(1);
  outbox.delivered = delivered;
  await dispatcher.deliverDue(never);
  expect(outbox.entries.map(({ state }) => state)).toEqual(['delivered']);
  await dispatcher.close();
});

test('a store that fails under one delivery makes none of those beside it twice', async () => {
  await using ops = await LocalReceiver.open();
  const { dispatcher, outbox, clock } = setUp({ ops: webhook(ops.url()) });
  for (let n = 0; n < 8; n += 1) outbox.write(someMessage(`msg_${n}`, { fact: { fingerprint: `f/${n}` } }));
  const delivered = outbox.delivered.bind(outbox);
  outbox.delivered = async (id, receiver) => {
    if (id === 'msg_0') throw new Error('database or disk is full');
    await delivered(id, receiver);
  };
  for (let pass = 0; pass < 3; pass += 1) {
    await dispatcher.deliverDue(never).catch(() => 0);
    clock.advance(5 * SECOND_MS);
  }
  expect(ops.received.map(({ headers }) => headers['webhook-id']).sort()).toEqual(
    Array.from({ length: 8 }, (_, n) => `msg_${n}`),
  );
  await dispatcher.close();
});
