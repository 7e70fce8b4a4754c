import fc from 'fast-check';
import { expect, test } from 'vitest';
import { slackBurst } from '../../src/alerts/slack-burst.ts';
import type { OutboxMessage } from '../../src/domain/incident.ts';
import { Secret } from '../../src/domain/secret.ts';
import type { ReceiverSpec } from '../../src/domain/spec.ts';
import { addMs, HOUR_MS, MINUTE_MS, SECOND_MS } from '../../src/domain/time.ts';
import { never, setUp, webhook } from './dispatcher-rig.ts';
import { LocalReceiver } from './local-receiver.ts';
import { expectWithinLimits } from './slack-limits.ts';
import { account, someMessage } from './some-message.ts';

type Rig = ReturnType<typeof setUp>;

function slack(url: string, payLinks = false): ReceiverSpec {
  return { kind: 'slack', webhookUrl: new Secret(url), payLinks };
}

function lowOf(index: number, options: Parameters<typeof someMessage>[1] = {}): OutboxMessage {
  const name = `render-${index}`;
  const { fact = {}, ...rest } = options;
  const headline = `${name}: wallet low`;
  const own = { account: account(name), fingerprint: `wallet.low/${name}`, headline };
  return someMessage(`msg_${rest.status ?? 'firing'}_${index}`, { ...rest, fact: { ...own, ...fact } });
}

/** Runs the dispatcher for so long of its time; `each` is called whenever it rests. */
async function runFor(rig: Rig, ms: number, each: () => void = () => undefined): Promise<void> {
  const stop = new AbortController();
  const end = addMs(rig.clock.now(), ms);
  const rest = rig.clock.sleep.bind(rig.clock);
  rig.clock.sleep = async (durationMs, signal) => {
    each();
    if (rig.clock.now() >= end) stop.abort();
    await rest(durationMs, signal);
  };
  await rig.dispatcher.run(stop.signal);
  rig.clock.sleep = rest;
}

const texts = (receiver: LocalReceiver) => receiver.accepted.map(({ body }) => String(JSON.parse(body).text));

test('three hundred wallets that are low within half a minute are one message, with count and names', async () => {
  await using ops = await LocalReceiver.open();
  const rig = setUp({ ops: slack(ops.url()) });
  let written = 0;
  await runFor(rig, 2 * MINUTE_MS, () => {
    for (let more = 0; more < 60 && written < 300; more += 1, written += 1) {
      rig.outbox.write(lowOf(written, { at: rig.clock.now(), startedAt: rig.clock.start }));
    }
  });
  expect(texts(ops)).toEqual(['⚠️ Firing: 300 × wallet low']);
  const body = ops.accepted[0]?.body ?? '';
  expect(body).toContain('• render-0: wallet low');
  expect(body).toContain('and 290 more: render-10, render-11');
  for (let index = 0; index < 300; index += 1) {
    rig.outbox.write(lowOf(index, { status: 'resolved', at: rig.clock.now(), startedAt: rig.clock.start }));
  }
  await runFor(rig, 2 * MINUTE_MS);
  expect(texts(ops).slice(1)).toEqual(['✅ Resolved: 300 × wallet low']);
});

test('a few are told in full, each by itself, and what is of another kind is no part of a burst', async () => {
  await using ops = await LocalReceiver.open();
  const rig = setUp({ ops: slack(ops.url()) });
  for (const index of [1, 2, 3]) rig.outbox.write(lowOf(index));
  for (const index of [4, 5, 6]) rig.outbox.write(lowOf(index, { fact: { severity: 'critical' } }));
  await runFor(rig, MINUTE_MS);
  expect(texts(ops)).toHaveLength(6);
});

test('a machine is told of each incident, at once', async () => {
  await using hook = await LocalReceiver.open();
  const rig = setUp({ hook: webhook(hook.url()) });
  for (let index = 0; index < 20; index += 1) rig.outbox.write(lowOf(index));
  await rig.dispatcher.deliverDue(never);
  expect(hook.accepted).toHaveLength(20);
});

test('whoever is to pay gets a button each; where buttons are not sent it is one message', async () => {
  await using buttons = await LocalReceiver.open();
  await using words = await LocalReceiver.open();
  const rig = setUp({ buttons: slack(buttons.url(), true), words: slack(words.url()) });
  for (let index = 0; index < 5; index += 1) {
    const pay = { url: `https://checkout.example.com/${index}`, expiresAt: addMs(rig.clock.start, HOUR_MS) };
    rig.outbox.write(lowOf(index, { fact: { pay } }));
  }
  await runFor(rig, MINUTE_MS);
  expect(buttons.accepted).toHaveLength(5);
  expect(texts(words)).toEqual(['⚠️ Firing: 5 × wallet low']);
  expect(words.accepted[0]?.body).not.toContain('checkout.example.com');
});

test('a command that ends waits for nobody: its burst is told at once, as one', async () => {
  await using ops = await LocalReceiver.open();
  const rig = setUp({ ops: slack(ops.url()) });
  for (let index = 0; index < 30; index += 1) rig.outbox.write(lowOf(index));
  expect(await rig.dispatcher.deliverDue(never)).toBe(30);
  expect(texts(ops)).toEqual(['⚠️ Firing: 30 × wallet low']);
  expect(rig.clock.now()).toBe(rig.clock.start);
});

test('a burst that meets a receiver that is down for an hour arrives whole, as one', async () => {
  await using ops = await LocalReceiver.open();
  const rig = setUp({ ops: slack(ops.url()) });
  const backAt = addMs(rig.clock.start, HOUR_MS);
  ops.answer = () => ({ status: rig.clock.now() < backAt ? 503 : 200 });
  for (let index = 0; index < 50; index += 1) rig.outbox.write(lowOf(index));
  await runFor(rig, 2 * HOUR_MS);
  expect(texts(ops)).toEqual(['⚠️ Firing: 50 × wallet low']);
  expect(rig.outbox.entries.every(({ state }) => state === 'delivered')).toBe(true);
  const failed = rig.samples.filter(({ ok }) => !ok);
  expect(failed.length).toBeLessThan(30);
});

test('a burst that is not taken as one is told one by one', async () => {
  await using ops = await LocalReceiver.open();
  const rig = setUp({ ops: slack(ops.url()) });
  ops.answer = ({ body }) => ({ status: body.includes(' × ') ? 400 : 200 });
  for (let index = 0; index < 7; index += 1) rig.outbox.write(lowOf(index));
  await rig.dispatcher.deliverDue(never);
  expect(ops.accepted).toHaveLength(7);
});

test('a receiver that wants no more gets no part of a burst', async () => {
  await using ops = await LocalReceiver.open();
  const url = ops.url('');
  const pager = { kind: 'pagerduty', routingKey: new Secret('k'.repeat(32)), url, payLinks: false } as const;
  const rig = setUp({ ops: pager });
  ops.answer = () => ({ status: 410 });
  for (let index = 0; index < 7; index += 1) rig.outbox.write(lowOf(index));
  await runFor(rig, MINUTE_MS + SECOND_MS);
  expect(ops.received).toHaveLength(1);
  expect(rig.outbox.entries.every(({ state, reason }) => state === 'open' && reason === 'gone (410)')).toBe(
    true,
  );
});

test('what ails accounts is named by what it is, not by the word of its fingerprint', () => {
  const stale = (index: number) =>
    lowOf(index, {
      fact: { type: 'purser.degraded', fingerprint: `purser.degraded/render-${index}/balance_stale` },
    });
  expect(slackBurst([1, 2, 3, 4].map(stale), null).text).toBe('⚠️ Firing: 4 × not seen');
});

test('a burst keeps to every limit of Slack, however many and whatever the facts say', () => {
  const headline = fc.string({ unit: fc.constantFrom('a', '&', '<', '\n', ' ', '😀'), maxLength: 500 });
  fc.assert(
    fc.property(fc.array(headline, { minLength: 1, maxLength: 400 }), headline, (headlines, revision) => {
      const messages = headlines.map((text, index) => lowOf(index, { fact: { headline: `x${text}` } }));
      const payload = slackBurst(messages, revision);
      expectWithinLimits(payload);
      expect(payload.text).toContain(`${headlines.length} × wallet low`);
      expect(JSON.stringify(payload)).not.toMatch(/</);
    }),
    { numRuns: 30 },
  );
});
