import { expect, test } from 'vitest';
import { LocalReceiver } from '../alerts/local-receiver.ts';
import { BOT_TOKEN, SlackImitation } from '../alerts/slack-imitation.ts';
import { purser } from './a-command.ts';
import { AFleet } from './a-fleet.ts';

function alertsTo(receiver: LocalReceiver): Readonly<Record<string, unknown>> {
  const webhook = { url: receiver.url(), secret: { env: 'HOOK_SECRET' }, allow_private: true };
  return { receivers: { ops: { webhook } } };
}

test('notify test sends one signed sample of each message to the receiver', async () => {
  await using receiver = await LocalReceiver.open();
  const fleet = await AFleet.open({ alerts: alertsTo(receiver) });
  const { code, stdout, stderr } = await purser(['notify', 'test'], fleet.surroundings);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  const types = receiver.accepted.map(({ body }) => JSON.parse(body).type);
  expect(types).toEqual(expect.arrayContaining(['charge.declined', 'cap.reached', 'wallet.low']));
  expect(new Set(types).size).toBe(9);
  const statuses = receiver.accepted.map(({ body }) => JSON.parse(body).data.status);
  const counted = Object.entries(Object.groupBy(statuses, (status: string) => status));
  // Each kind, one acknowledged, and the end of every one that began.
  expect(Object.fromEntries(counted.map(([status, all]) => [status, all?.length]))).toEqual({
    firing: 7,
    notice: 2,
    acknowledged: 1,
    resolved: 7,
  });
  expect(stdout.match(/^ok {6}ops {2}/gm)).toHaveLength(17);
  expect(receiver.accepted.every(({ headers }) => headers['webhook-signature'] !== undefined)).toBe(true);
});

test('notify test ends with 1 and says why where the receiver refuses', async () => {
  await using receiver = await LocalReceiver.open();
  receiver.answer = () => ({ status: 403 });
  const fleet = await AFleet.open({ alerts: alertsTo(receiver) });
  const { code, stdout } = await purser(['notify', 'test', 'ops'], fleet.surroundings);
  expect(code).toBe(1);
  expect(stdout).toMatch(/^FAILED {2}ops {2}wallet\.low .*403/m);
});

test('notify test without a receiver, or for one that is not there, says what there is', async () => {
  const none = await AFleet.open();
  expect(await purser(['notify', 'test'], none.surroundings)).toMatchObject({
    code: 1,
    stderr: expect.stringContaining('has no receivers'),
  });
  await using receiver = await LocalReceiver.open();
  const fleet = await AFleet.open({ alerts: alertsTo(receiver) });
  expect(await purser(['notify', 'test', 'pager'], fleet.surroundings)).toMatchObject({
    code: 64,
    stderr: expect.stringContaining('The config has ops.'),
  });
});

test('notify test reaches every kind of receiver, leaves nothing open, and shows no secret', async () => {
  await using slack = await SlackImitation.open();
  await using web = await LocalReceiver.open();
  await using pager = await LocalReceiver.open();
  await using am = await LocalReceiver.open();
  const receivers = {
    bot: { slack: { bot_token: { env: 'BOT' }, channel: '#ops', api_url: slack.apiUrl } },
    hook: { slack: { webhook_url: { env: 'HOOK' } }, pay_links: true },
    pager: { pagerduty: { routing_key: { env: 'KEY' }, url: pager.url('') } },
    am: { alertmanager: { url: am.url(''), allow_private: true, token: { env: 'AM' } } },
  };
  const fleet = await AFleet.open({ alerts: { receivers } });
  const secrets = { BOT: BOT_TOKEN, HOOK: web.url('/services/canary'), KEY: 'canary0canary0canary0canary01234', AM: 'canary-am-token' }; // biome-ignore format: one line
  const surroundings = { ...fleet.surroundings, secrets: { ...fleet.surroundings.secrets, ...secrets } };
  let asked = 0;
  web.answer = () => (asked++ === 0 ? { status: 429, headers: { 'retry-after': '0' } } : { status: 200 });
  const { code, stdout, stderr } = await purser(['notify', 'test'], surroundings);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  expect(stdout.match(/^ok {6}(bot|hook|pager) {2}wallet\.low {2}(firing|resolved) burst$/gm)).toHaveLength(
    6,
  );
  expect(slack.parents.map(({ text }) => text.split(' ')[0]).toSorted()).toEqual(
    ['✅', '✅', '✅', '✅', '✅', '✅', '✅', 'ℹ️', 'ℹ️', '🔴'].toSorted(), // the last is the burst
  );
  expect(web.accepted.filter(({ body }) => body.includes('"actions"'))).toHaveLength(1);
  const events = pager.received.map(({ body }) => JSON.parse(body));
  const keys = (action: string) =>
    events.filter((event) => event.event_action === action).map((event) => event.dedup_key);
  expect(keys('resolve')).toEqual(keys('trigger'));
  expect(keys('trigger').at(-1)).toMatch(/^purser\/burst\//);
  const ended = am.received
    .flatMap(({ body }) => JSON.parse(body))
    .filter((alert) => alert.annotations.pay_url);
  expect(ended).toEqual([]);
  expect(
    JSON.parse((await purser(['notify', 'test', 'am', '--json'], surroundings)).stdout).results,
  ).toContainEqual({
    receiver: 'am',
    type: 'wallet.low',
    status: 'resolved',
    ok: true,
    detail: '',
  });
});
