import { expect, test } from 'vitest';
import { openReceiver } from '../../src/alerts/open-receiver.ts';
import { pagerdutyBurst, pagerdutyEvent, pagerdutyKey } from '../../src/alerts/pagerduty-event.ts';
import type { Receiver } from '../../src/alerts/receiver.ts';
import { sampleMessages } from '../../src/alerts/sample-messages.ts';
import { MemoryThreads } from '../../src/alerts/threads.ts';
import type { OutboxMessage } from '../../src/domain/incident.ts';
import { cents } from '../../src/domain/money.ts';
import { Secret } from '../../src/domain/secret.ts';
import { addMs, HOUR_MS } from '../../src/domain/time.ts';
import { aPath, aStore } from '../store/a-store.ts';
import { LocalReceiver } from './local-receiver.ts';
import { account, SOME_INSTANT, someMessage } from './some-message.ts';

const KEY = '0123456789abcdef0123456789abcdef';
const RUNBOOKS = 'https://wiki.example.com/purser';

async function sent(messages: readonly OutboxMessage[], payLinks = false) {
  await using pager = await LocalReceiver.open();
  pager.answer = () => ({ status: 202 });
  const receiver = openReceiver(
    { kind: 'pagerduty', routingKey: new Secret(KEY), url: pager.url(''), payLinks },
    { name: 'pager', threads: new MemoryThreads(), revision: () => null, runbooks: () => RUNBOOKS },
  );
  for (const message of messages) {
    expect(await receiver.deliver(message, SOME_INSTANT)).toEqual({ kind: 'delivered' });
  }
  await receiver.close();
  return pager.received.map(({ path, body }) => ({ path, body: JSON.parse(body) }));
}

test('an incident triggers, is acknowledged and resolved under one dedup_key', async () => {
  const status = (one: OutboxMessage['status']) => someMessage(`m ${one}`, { status: one });
  const acknowledged = { ...status('acknowledged'), note: 'Ann' };
  const events = await sent([status('firing'), status('firing'), acknowledged, status('resolved')]);
  expect(events.map(({ path, body }) => [path, body.routing_key, body.event_action, body.dedup_key])).toEqual(
    ['trigger', 'trigger', 'acknowledge', 'resolve'].map((action) => [
      '/v2/enqueue',
      KEY,
      action,
      'purser/warning/wallet.low/render-eu',
    ]),
  );
  expect(events[0]?.body.payload).toMatchObject({
    summary: 'render-eu: wallet low, $3.10 left',
    source: 'render-eu',
    severity: 'warning',
    class: 'wallet.low',
    timestamp: '2026-11-23T15:04:05Z',
  });
  expect(events[0]?.body.links).toEqual([
    { href: `${RUNBOOKS}/PurserWalletBelowMinimum.md`, text: 'Runbook' },
  ]);
  expect(events[2]?.body.payload.custom_details.note).toBe('Ann');
});

test('a notice is an alert of its own, and wakes nobody where it is only for information', async () => {
  const notice = (id: string, severity: 'info' | 'critical') =>
    someMessage(id, { status: 'notice', fact: { severity } });
  const events = await sent([notice('m1', 'critical'), notice('m2', 'critical'), notice('m3', 'info')]);
  expect(events.map(({ path, body }) => [path, body.event_action, body.dedup_key])).toEqual([
    ['/v2/enqueue', 'trigger', 'purser/m1'],
    ['/v2/enqueue', 'trigger', 'purser/m2'],
    ['/v2/change/enqueue', undefined, undefined],
  ]);
});

test('the address to pay at goes where pay_links says so, and not with the end', async () => {
  const pay = { url: 'https://checkout.example.com/c', expiresAt: addMs(SOME_INSTANT, HOUR_MS) };
  const message = (status: OutboxMessage['status']) =>
    someMessage('m', { status, fact: { pay, amountCents: cents(5_000) } });
  const link = { href: pay.url, text: 'Pay' };
  expect((await sent([message('firing')], true))[0]?.body.links).toContainEqual(link);
  expect((await sent([message('resolved')], true))[0]?.body.links).not.toContainEqual(link);
  expect(JSON.stringify(await sent([message('firing')], false))).not.toContain(pay.url);
});

const names = ['render-1', 'render-2', 'render-3', 'render-4'].map(account);

function lowOf(
  status: OutboxMessage['status'],
  startedAt = SOME_INSTANT,
  severity: 'warning' | 'critical' = 'warning',
): readonly OutboxMessage[] {
  return names.map((name) => {
    const headline = `${name}: wallet low`;
    const fact = { account: name, fingerprint: `wallet.low/${name}`, headline, severity };
    return someMessage(`${status} ${name}`, { status, startedAt, fact });
  });
}

test('a burst is one alert under one key, repeated as one, and ends with the last of its incidents, over a restart', async () => {
  await using pager = await LocalReceiver.open();
  const path = aPath();
  const spec = {
    kind: 'pagerduty',
    routingKey: new Secret(KEY),
    url: pager.url(''),
    payLinks: false,
  } as const;
  const around = { name: 'pager', revision: () => null, runbooks: () => RUNBOOKS };
  const sentSoFar = () => pager.accepted.map(({ body }) => JSON.parse(body));
  const first = await aStore(path);
  const before = openReceiver(spec, { ...around, threads: first.threads });
  await before.deliverBurst?.(lowOf('firing'), SOME_INSTANT);
  await before.deliverBurst?.(lowOf('firing'), SOME_INSTANT);
  for (const message of lowOf('acknowledged')) await before.deliver(message, SOME_INSTANT);
  await before.close();
  first.close();
  expect(sentSoFar()).toMatchObject([{ event_action: 'trigger' }, { event_action: 'trigger' }]);
  const [{ dedup_key: key, payload }] = sentSoFar();
  expect(key).toBe('purser/burst/warning/firing render-1');
  expect(payload.summary).toBe('4 × wallet low: render-1, render-2, render-3, render-4');
  const second = await aStore(path);
  const receiver = openReceiver(spec, { ...around, threads: second.threads });
  const [one, ...others] = lowOf('resolved');
  if (one === undefined) throw new Error('there are four');
  await receiver.deliverBurst?.(others, SOME_INSTANT);
  expect(sentSoFar()).toHaveLength(2);
  pager.answer = () => ({ status: 503 });
  expect(await receiver.deliver(one, SOME_INSTANT)).toMatchObject({ kind: 'brief' });
  pager.answer = () => ({ status: 202 });
  expect(await receiver.deliver(one, SOME_INSTANT)).toEqual({ kind: 'delivered' });
  expect(sentSoFar().slice(2)).toMatchObject([{ event_action: 'resolve', dedup_key: key }]);
  await receiver.close();
});

test('what was an alert of its own stays one when it is repeated in a burst, and ends as one', async () => {
  await using pager = await LocalReceiver.open();
  const receiver = openReceiver(
    { kind: 'pagerduty', routingKey: new Secret(KEY), url: pager.url(''), payLinks: false },
    { name: 'pager', threads: new MemoryThreads(), revision: () => null, runbooks: () => RUNBOOKS },
  );
  for (const message of lowOf('firing')) await receiver.deliver(message, SOME_INSTANT);
  await receiver.deliverBurst?.(lowOf('firing'), SOME_INSTANT);
  await receiver.deliverBurst?.(lowOf('resolved'), SOME_INSTANT);
  const again = lowOf('firing', addMs(SOME_INSTANT, HOUR_MS));
  await receiver.deliverBurst?.(again, addMs(SOME_INSTANT, HOUR_MS));
  await receiver.close();
  const told = pager.accepted.map(({ body }) => JSON.parse(body));
  const own = names.map((name) => `purser/warning/wallet.low/${name}`);
  expect(told.map((event) => event.dedup_key)).toEqual([
    ...own,
    ...own,
    ...own,
    'purser/burst/warning/firing render-1',
  ]);
});

/** A burst of warnings, then what the test says, as they arrive: action and key. */
async function afterBurst(work: (receiver: Receiver, pager: LocalReceiver) => Promise<void>) {
  await using pager = await LocalReceiver.open();
  const receiver = openReceiver(
    { kind: 'pagerduty', routingKey: new Secret(KEY), url: pager.url(''), payLinks: false },
    { name: 'pager', threads: new MemoryThreads(), revision: () => null, runbooks: () => RUNBOOKS },
  );
  await receiver.deliverBurst?.(lowOf('firing'), SOME_INSTANT);
  await work(receiver, pager);
  await receiver.close();
  const events = pager.accepted.map(({ body }) => JSON.parse(body));
  expect([events[0].event_action, events[0].dedup_key]).toEqual(['trigger', BURST]);
  return events.slice(1).map((event) => `${event.event_action} ${event.dedup_key}`);
}

const BURST = 'purser/burst/warning/firing render-1';
const critical = (startedAt = SOME_INSTANT) => lowOf('firing', startedAt, 'critical');

test('one of a burst that grows critical is an alert of its own from then on, and the burst ends without it', async () => {
  const told = await afterBurst(async (receiver) => {
    const [graver] = critical();
    const [over, ...others] = lowOf('resolved');
    if (graver === undefined || over === undefined) throw new Error('there are four');
    for (const message of [graver, graver, ...others, over]) await receiver.deliver(message, SOME_INSTANT);
  });
  const own = 'purser/wallet.low/render-1';
  expect(told).toEqual([`trigger ${own}`, `trigger ${own}`, `resolve ${BURST}`, `resolve ${own}`]);
});

test('the last that leaves a burst ends it, also where that is lost at first', async () => {
  const told = await afterBurst(async (receiver, pager) => {
    const [graver] = critical();
    if (graver === undefined) throw new Error('there are four');
    for (const message of lowOf('resolved').slice(1)) await receiver.deliver(message, SOME_INSTANT);
    pager.answer = ({ body }) => ({ status: body.includes('"resolve"') ? 503 : 202 });
    expect(await receiver.deliver(graver, SOME_INSTANT)).toMatchObject({ kind: 'brief' });
    pager.answer = () => ({ status: 202 });
    expect(await receiver.deliver(graver, SOME_INSTANT)).toEqual({ kind: 'delivered' });
  });
  const own = 'purser/wallet.low/render-1';
  expect(told).toEqual([`trigger ${own}`, `trigger ${own}`, `resolve ${BURST}`]);
});

test('one that is being looked after and grows critical pages again: an open alert would page nobody', async () => {
  const of = (status: OutboxMessage['status'], severity: 'warning' | 'critical') =>
    someMessage(`${status} ${severity}`, { status, startedAt: SOME_INSTANT, fact: { severity } });
  const events = await sent([
    of('firing', 'warning'),
    of('acknowledged', 'warning'),
    of('firing', 'critical'),
    of('firing', 'critical'),
    of('acknowledged', 'critical'),
    of('firing', 'warning'),
    of('resolved', 'warning'),
  ]);
  const warning = 'purser/warning/wallet.low/render-eu';
  const critical = 'purser/wallet.low/render-eu';
  expect(events.map(({ body }) => `${body.event_action} ${body.dedup_key}`)).toEqual([
    `trigger ${warning}`,
    `acknowledge ${warning}`,
    `trigger ${critical}`,
    `resolve ${warning}`,
    `trigger ${critical}`,
    `acknowledge ${critical}`,
    `trigger ${critical}`,
    `resolve ${critical}`,
  ]);
});

test('a burst that grows critical as a whole is one new alert, repeated as one', async () => {
  const told = await afterBurst(async (receiver) => {
    await receiver.deliverBurst?.(critical(), SOME_INSTANT);
    await receiver.deliverBurst?.(critical(), SOME_INSTANT);
    for (const message of critical().slice(0, 2)) await receiver.deliver(message, SOME_INSTANT);
  });
  const graver = 'trigger purser/burst/critical/firing render-1';
  expect(told).toEqual([graver, `resolve ${BURST}`, graver, graver, graver]);
});

test.each([
  ['by itself', 'alone', 'purser/warning/wallet.low/render-1'],
  ['in a burst', 'burst', BURST],
])(
  'what may have arrived %s is sent again as it was, however many there are by then',
  async (_, first, key) => {
    await using pager = await LocalReceiver.open();
    const receiver = openReceiver(
      { kind: 'pagerduty', routingKey: new Secret(KEY), url: pager.url(''), payLinks: false },
      { name: 'pager', threads: new MemoryThreads(), revision: () => null, runbooks: () => RUNBOOKS },
    );
    const alone = async (messages: readonly OutboxMessage[]) => {
      for (const message of messages) await receiver.deliver(message, SOME_INSTANT);
    };
    const burst = (messages: readonly OutboxMessage[]) => receiver.deliverBurst?.(messages, SOME_INSTANT);
    pager.answer = () => ({ status: 503 });
    await (first === 'alone' ? alone(lowOf('firing').slice(0, 1)) : burst(lowOf('firing')));
    pager.answer = () => ({ status: 202 });
    await (first === 'alone' ? burst(lowOf('firing')) : alone(lowOf('firing')));
    await burst(lowOf('resolved'));
    await receiver.close();
    const events = pager.received.map(({ body }) => JSON.parse(body));
    const keysOf = (action: string) =>
      new Set(events.flatMap((event) => (event.event_action === action ? [event.dedup_key] : [])));
    expect([...keysOf('trigger')][0]).toBe(key);
    expect(keysOf('resolve')).toEqual(keysOf('trigger'));
  },
);

test('every event keeps to the limits: summary 1,024 characters, dedup_key 255', () => {
  const long = { headline: '😀'.repeat(2_000), fingerprint: `purser.degraded/${'x'.repeat(400)}` };
  const { single, bursts } = sampleMessages(SOME_INSTANT, () => 'msg_sample');
  for (const message of [...single, ...bursts.flat(), someMessage('m', { fact: long })]) {
    const { body } = pagerdutyEvent(message, { runbooks: RUNBOOKS, key: pagerdutyKey(message) });
    const text = JSON.stringify(body);
    const { payload, dedup_key: key } = JSON.parse(text);
    expect(payload.summary.length).toBeLessThanOrEqual(1_024);
    expect(payload.summary.isWellFormed()).toBe(true);
    expect(String(key ?? '').length).toBeLessThanOrEqual(255);
    expect(text.length).toBeLessThan(512 * 1_024);
  }
  const many = Array.from({ length: 2_000 }, (_, index) => someMessage(`m${index}`));
  const { body } = pagerdutyBurst(many, { runbooks: RUNBOOKS, key: 'k' });
  expect(JSON.parse(JSON.stringify(body)).payload.summary.length).toBeLessThanOrEqual(1_024);
  expect(JSON.stringify(body).length).toBeLessThan(512 * 1_024);
});
