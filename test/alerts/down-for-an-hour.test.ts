import { expect, test } from 'vitest';
import { Secret } from '../../src/domain/secret.ts';
import type { ReceiverSpec } from '../../src/domain/spec.ts';
import { HOUR_MS, MINUTE_MS, SECOND_MS } from '../../src/domain/time.ts';
import { setUp, webhook } from './dispatcher-rig.ts';
import { LocalReceiver } from './local-receiver.ts';
import { account, someMessage } from './some-message.ts';

const INCIDENTS = 40;

/** One of each kind, at one local server. */
const KINDS: Readonly<Record<ReceiverSpec['kind'], (url: string) => ReceiverSpec>> = {
  slack: (url) => ({ kind: 'slack', webhookUrl: new Secret(url), payLinks: false }),
  slack_bot: (url) => ({
    kind: 'slack_bot',
    token: new Secret('xoxb-canary'),
    channel: 'C01',
    apiUrl: url,
    payLinks: false,
  }),
  webhook,
  pagerduty: (url) => ({ kind: 'pagerduty', routingKey: new Secret('k'.repeat(32)), url, payLinks: false }),
  alertmanager: (url) => ({ kind: 'alertmanager', url, token: null, allowPrivate: true, payLinks: false }),
};

test.each(Object.entries(KINDS))('%s: down for an hour, it misses nothing', async (kind, specOf) => {
  await using server = await LocalReceiver.open();
  const rig = setUp({ ops: specOf(server.url('/x')), other: webhook(server.url('/other')) });
  const { clock, outbox, passUntil } = rig;
  let posts = 0;
  server.answer = ({ path }) => {
    const isDown = !path.startsWith('/other') && clock.now() < clock.start + HOUR_MS;
    posts += 1;
    return {
      status: isDown ? 503 : 200,
      body: JSON.stringify({ ok: true, channel: 'C01', ts: `1.${posts}` }),
    };
  };
  for (let index = 0; index < INCIDENTS; index += 1) {
    const name = account(`render-${index}`);
    const fact = { account: name, fingerprint: `wallet.low/${name}`, headline: `${name}: wallet low` };
    const startedAt = clock.now();
    outbox.write(someMessage(`msg_${index}`, { at: startedAt, startedAt, fact }));
    await passUntil(clock.now() + MINUTE_MS, 15 * SECOND_MS);
    outbox.write(someMessage(`end_${index}`, { status: 'resolved', at: clock.now(), startedAt, fact }));
  }
  const toOps = () => server.accepted.filter(({ path }) => !path.startsWith('/other'));
  expect(toOps()).toEqual([]);
  await passUntil(clock.start + 2 * HOUR_MS, 15 * SECOND_MS);
  expect(outbox.entries.every(({ state }) => state === 'delivered')).toBe(true);
  const told = toOps().map(({ body }) => body);
  for (let index = 0; index < INCIDENTS; index += 1) {
    const name = new RegExp(`render-${index}(?!\\d)`);
    // A pager is told the end of a burst once; everybody else hears the end of each.
    const times = told.filter((body) => name.test(body)).length;
    expect(times, `render-${index}`).toBeGreaterThanOrEqual(kind === 'pagerduty' ? 1 : 2);
  }
  const events = told.map((body) => JSON.parse(body));
  const keysOf = (action: string) =>
    new Set(events.filter((event) => event.event_action === action).map((event) => event.dedup_key));
  expect(keysOf('resolve')).toEqual(keysOf('trigger'));
});
