import { expect, test } from 'vitest';
import { openReceiver } from '../../src/alerts/open-receiver.ts';
import { MemoryThreads } from '../../src/alerts/threads.ts';
import { advanceIncident } from '../../src/domain/advance-incident.ts';
import { assert } from '../../src/domain/assert.ts';
import type { IncidentState, OutboxMessage } from '../../src/domain/incident.ts';
import { Secret } from '../../src/domain/secret.ts';
import type { ReceiverSpec } from '../../src/domain/spec.ts';
import { addMs, HOUR_MS, MINUTE_MS, parseInstant, SECOND_MS } from '../../src/domain/time.ts';
import { never, setUp } from './dispatcher-rig.ts';
import { LocalReceiver } from './local-receiver.ts';
import { SOME_INSTANT, someMessage } from './some-message.ts';

type Alert = {
  labels: Record<string, string>;
  annotations: Record<string, string>;
  startsAt: string;
  endsAt: string;
};

function alertmanager(url: string, token: string | null = null): ReceiverSpec {
  const secret = token === null ? null : new Secret(token);
  return { kind: 'alertmanager', url, token: secret, allowPrivate: true, payLinks: false };
}

const alertsOf = (receiver: LocalReceiver): readonly Alert[] =>
  receiver.accepted.flatMap(({ body }) => JSON.parse(body));

async function posted(
  message: OutboxMessage,
): Promise<{ alert: Alert; path: string; authorization: unknown }> {
  await using server = await LocalReceiver.open();
  const receiver = openReceiver(alertmanager(server.url('/am/'), 'canary'), {
    name: 'am',
    threads: new MemoryThreads(),
    revision: () => null,
    runbooks: () => 'https://wiki.example.com',
  });
  expect(await receiver.deliver(message, addMs(SOME_INSTANT, MINUTE_MS))).toEqual({ kind: 'delivered' });
  await receiver.close();
  const [request] = server.received;
  const [alert] = alertsOf(server);
  assert(request !== undefined && alert !== undefined, 'one alert was posted');
  return { alert, path: request.path, authorization: request.headers.authorization };
}

test('an incident is an alert of API v2 that would end by itself, and ends when it is over', async () => {
  const { alert, path, authorization } = await posted(someMessage('m'));
  expect({ path, authorization }).toEqual({ path: '/am/api/v2/alerts', authorization: 'Bearer canary' });
  expect(alert).toEqual({
    labels: {
      alertname: 'wallet.low',
      severity: 'warning',
      source: 'purser',
      fingerprint: 'wallet.low/render-eu',
      account: 'render-eu',
    },
    annotations: {
      summary: 'render-eu: wallet low, $3.10 left',
      description: expect.stringContaining('Cooling down.'),
      runbook_url: 'https://wiki.example.com/PurserWalletBelowMinimum.md',
    },
    startsAt: '2026-11-23T15:04:05Z',
    endsAt: '2026-11-23T15:10:05Z',
  });
  const over = await posted(someMessage('m', { status: 'resolved', at: SOME_INSTANT }));
  expect(over.alert).toMatchObject({ labels: alert.labels, endsAt: '2026-11-23T15:04:05Z' });
});

test('an alert that began while the clock was ahead begins no later than it ends, or it would be refused', async () => {
  const startedAt = addMs(SOME_INSTANT, HOUR_MS);
  const firing = await posted(someMessage('m', { startedAt }));
  expect(firing.alert).toMatchObject({ startsAt: '2026-11-23T15:05:05Z', endsAt: '2026-11-23T15:10:05Z' });
  const over = await posted(someMessage('m', { status: 'resolved', startedAt }));
  expect(over.alert).toMatchObject({ startsAt: '2026-11-23T15:04:05Z', endsAt: '2026-11-23T15:04:05Z' });
});

test('what is acknowledged still holds, and says who looks after it', async () => {
  const { alert } = await posted({ ...someMessage('m', { status: 'acknowledged' }), note: 'Ann' });
  expect(alert.annotations['acknowledged']).toBe('Ann');
  expect(parseInstant(alert.endsAt)).toBeGreaterThan(SOME_INSTANT);
});

/** The state behind a message, as the store has it. */
function stateOf({ fact, at }: OutboxMessage): IncidentState {
  const { state } = advanceIncident({
    previous: null,
    change: { kind: 'fire', fact },
    now: at,
    repeatMs: HOUR_MS,
  });
  assert(state !== null, 'it fires');
  return state;
}

test('what holds is sent again every minute, so that it never times out, until it is over', async () => {
  await using server = await LocalReceiver.open();
  const { dispatcher, clock, outbox, open } = setUp({ am: alertmanager(server.url('')) });
  const firing = someMessage('m1', { at: clock.now() });
  outbox.write(firing);
  open.push(stateOf(firing));
  for (let pass = 0; pass < 60 * 6; pass += 1) {
    await dispatcher.deliverDue(never);
    const [last] = alertsOf(server).slice(-1);
    expect(parseInstant(last?.endsAt ?? '')).toBeGreaterThan(clock.now() + 3 * MINUTE_MS);
    clock.advance(10 * SECOND_MS);
  }
  const sent = alertsOf(server);
  expect(sent.length).toBeGreaterThanOrEqual(60);
  expect(sent.length).toBeLessThanOrEqual(62);
  expect(new Set(sent.map(({ labels, startsAt }) => JSON.stringify({ labels, startsAt }))).size).toBe(1);
  open.length = 0;
  outbox.write(someMessage('m2', { status: 'resolved', at: clock.now(), startedAt: clock.start }));
  for (let pass = 0; pass < 60; pass += 1) {
    await dispatcher.deliverDue(never);
    clock.advance(10 * SECOND_MS);
  }
  const afterwards = alertsOf(server).slice(sent.length);
  expect(afterwards).toHaveLength(1);
  expect(parseInstant(afterwards[0]?.endsAt ?? '')).toBeLessThan(clock.now());
});

test('what holds is sent again under another name of its receiver too', async () => {
  await using server = await LocalReceiver.open();
  const receivers: Record<string, ReceiverSpec> = { am: alertmanager(server.url('')) };
  const { dispatcher, clock, outbox, open, reload } = setUp(receivers);
  const firing = someMessage('m1', { at: clock.now() });
  outbox.write(firing);
  open.push(stateOf(firing));
  await dispatcher.deliverDue(never);
  receivers['prometheus'] = alertmanager(server.url(''));
  delete receivers['am'];
  reload();
  clock.advance(2 * MINUTE_MS);
  await dispatcher.deliverDue(never);
  expect(parseInstant(alertsOf(server).at(-1)?.endsAt ?? '')).toBeGreaterThan(clock.now() + 3 * MINUTE_MS);
  await dispatcher.close();
});

test('nobody is told again of what was never for them, and a failure of telling again is counted', async () => {
  await using server = await LocalReceiver.open();
  const { dispatcher, clock, outbox, open, samples } = setUp({ am: alertmanager(server.url('')) });
  open.push(stateOf(someMessage('m1', { at: clock.now(), fact: { fingerprint: 'wallet.low/render-us' } })));
  await dispatcher.deliverDue(never);
  expect(server.received).toEqual([]);
  const mine = someMessage('m2', { at: clock.now() });
  outbox.write(mine);
  open.push(stateOf(mine));
  await dispatcher.deliverDue(never);
  clock.advance(2 * MINUTE_MS);
  server.answer = () => ({ status: 503 });
  await dispatcher.deliverDue(never);
  expect(samples.at(-1)).toEqual({
    receiver: 'am',
    integration: 'alertmanager',
    ok: false,
    reason: 'server_error',
  });
  server.answer = () => ({ status: 200 });
  clock.advance(HOUR_MS);
  await dispatcher.deliverDue(never);
  expect(alertsOf(server).at(-1)?.labels['account']).toBe('render-eu');
});
