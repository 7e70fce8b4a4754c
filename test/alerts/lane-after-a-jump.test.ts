import { expect, test } from 'vitest';
import { Dispatcher } from '../../src/alerts/dispatcher.ts';
import type { Outbox } from '../../src/alerts/outbox.ts';
import type { DeliveryOutcome } from '../../src/alerts/receiver.ts';
import type { Clock } from '../../src/domain/ports.ts';
import { addMs, DAY_MS, HOUR_MS, MINUTE_MS } from '../../src/domain/time.ts';
import { AKeeper } from '../keeper/a-keeper.ts';
import { startClient } from '../sandbox/sandbox-client.ts';
import { someMessage } from './some-message.ts';

async function scene() {
  const client = await startClient();
  const keeper = await AKeeper.open(client);
  const state = { aheadMs: 0, isDown: true, delivered: 0, postponed: 0 };
  const clock: Clock = {
    now: () => addMs(client.clock.now(), state.aheadMs),
    monotonicMs: () => client.clock.monotonicMs(),
    sinceBoot: () => client.clock.sinceBoot(),
    sleep: (ms, signal) => client.clock.sleep(ms, signal),
  };
  const inner = keeper.store.outbox;
  const outbox: Outbox = {
    unrouted: (limit) => inner.unrouted(limit),
    toldBefore: (message) => inner.toldBefore(message),
    route: (...args) => inner.route(...args),
    due: (...args) => inner.due(...args),
    stranded: (...args) => inner.stranded(...args),
    move: (...args) => inner.move(...args),
    delivered: (...args) => inner.delivered(...args),
    queueLengths: () => inner.queueLengths(),
    failed: (...args) => {
      state.postponed += 1;
      return inner.failed(...args);
    },
  };
  const alerts = {
    receivers: new Map([['ops', { kind: 'webhook' } as never]]),
    routes: [{ severities: [], groups: [], to: ['ops'], continues: false }],
    repeatMs: HOUR_MS,
    groupWaitMs: 30_000,
    runbooks: '',
    heartbeat: null,
  };
  const dispatcher = new Dispatcher({
    outbox,
    clock,
    random: keeper.context.random,
    log: keeper.context.log,
    alerts: () => alerts,
    groupOf: () => null,
    onDelivery: () => undefined,
    openIncidents: () => [],
    openReceiver: () => ({
      integration: 'webhook',
      close: async () => undefined,
      deliver: async (): Promise<DeliveryOutcome> => {
        if (state.isDown)
          return { kind: 'brief', reason: 'server_error', detail: '503', retryAfterMs: 30_000 };
        state.delivered += 1;
        return { kind: 'delivered' };
      },
    }),
  });
  const { fact } = someMessage('m');
  await keeper.store.journal.tell([{ kind: 'notice', fact }], clock.now());
  return { client, keeper, dispatcher, state };
}

test('a receiver that failed while the clock was ahead is tried when it is right again', async () => {
  const { client, dispatcher, state } = await scene();
  state.aheadMs = 365 * DAY_MS;
  await dispatcher.deliverDue(new AbortController().signal);
  state.aheadMs = 0;
  state.isDown = false;
  for (let hours = 0; hours < 48; hours += 1) {
    await dispatcher.deliverDue(new AbortController().signal);
    client.clock.advance(HOUR_MS);
  }
  expect(state.delivered).toBe(1);
});

test('a message that waited for two days is not too old because the clock jumps a year', async () => {
  const { client, dispatcher, state } = await scene();
  const deliver = async (count: number) => {
    for (let tries = 0; tries < count; tries += 1) {
      await dispatcher.deliverDue(new AbortController().signal);
      client.clock.advance(15 * MINUTE_MS);
    }
  };
  await deliver(2 * 24 * 4);
  expect(state.postponed).toBeGreaterThan(150);
  state.aheadMs = 365 * DAY_MS;
  await deliver(1);
  state.aheadMs = 0;
  state.isDown = false;
  await deliver(4);
  expect(state.delivered).toBe(1);
});
