import { expect, test } from 'vitest';
import { openReceiver } from '../../src/alerts/open-receiver.ts';
import type { Threads } from '../../src/alerts/threads.ts';
import type { OutboxMessage } from '../../src/domain/incident.ts';
import { Secret } from '../../src/domain/secret.ts';
import type { ReceiverSpec } from '../../src/domain/spec.ts';
import { addMs, HOUR_MS } from '../../src/domain/time.ts';
import { aPath, aStore } from '../store/a-store.ts';
import { never, setUp } from './dispatcher-rig.ts';
import { BOT_TOKEN, SlackImitation } from './slack-imitation.ts';
import { account, SOME_INSTANT, someMessage } from './some-message.ts';

const LATER = addMs(SOME_INSTANT, HOUR_MS);

function bot(slack: SlackImitation, token = BOT_TOKEN): ReceiverSpec {
  return {
    kind: 'slack_bot',
    token: new Secret(token),
    channel: '#ops',
    apiUrl: slack.apiUrl,
    payLinks: false,
  };
}

function aReceiver(slack: SlackImitation, threads: Threads) {
  return openReceiver(bot(slack), { name: 'ops', threads, revision: () => null, runbooks: () => '' });
}

const firing = someMessage('m1');
const after = (status: OutboxMessage['status']) =>
  someMessage('m2', { status, at: LATER, startedAt: SOME_INSTANT });

test('an incident is one message that is edited, and its story stands in its thread, across a restart', async () => {
  await using slack = await SlackImitation.open();
  const path = aPath();
  const first = await aStore(path);
  const before = aReceiver(slack, first.threads);
  expect(await before.deliver(firing, SOME_INSTANT)).toEqual({ kind: 'delivered' });
  await before.deliver({ ...after('acknowledged'), note: 'Ann <3' }, LATER);
  await before.close();
  first.close();
  const second = await aStore(path);
  const receiver = aReceiver(slack, second.threads);
  await receiver.deliver(after('firing'), LATER);
  await receiver.deliver(after('resolved'), LATER);
  await receiver.close();
  const [parent] = slack.parents;
  expect(slack.parents).toHaveLength(1);
  expect(parent).toMatchObject({
    channel: 'C01',
    edits: 3,
    text: '✅ Resolved: render-eu: wallet low, $3.10 left',
  });
  expect(slack.repliesTo(parent?.ts).map(({ text, isBroadcast }) => [text, isBroadcast])).toEqual([
    ['👀 Acknowledged: render-eu: wallet low, $3.10 left\nAnn &lt;3', false],
    ['⚠️ Firing: render-eu: wallet low, $3.10 left', true],
    ['✅ Resolved: render-eu: wallet low, $3.10 left', false],
  ]);
});

test('an incident that comes back begins a message of its own, and so does every notice', async () => {
  await using slack = await SlackImitation.open();
  const store = await aStore();
  const receiver = aReceiver(slack, store.threads);
  await receiver.deliver(firing, SOME_INSTANT);
  await receiver.deliver(after('resolved'), LATER);
  await receiver.deliver(someMessage('m3', { at: LATER }), LATER);
  const notice = someMessage('m4', { status: 'notice', at: LATER });
  await receiver.deliver(notice, LATER);
  await receiver.deliver(notice, LATER);
  await receiver.close();
  expect(slack.parents.map(({ text }) => text.split(':')[0])).toEqual([
    '✅ Resolved',
    '⚠️ Firing',
    '⚠️ Notice',
    '⚠️ Notice',
  ]);
});

test('a message that somebody deleted is told anew', async () => {
  await using slack = await SlackImitation.open();
  const store = await aStore();
  const receiver = aReceiver(slack, store.threads);
  await receiver.deliver(firing, SOME_INSTANT);
  slack.messages.length = 0;
  expect(await receiver.deliver(after('resolved'), LATER)).toEqual({ kind: 'delivered' });
  await receiver.close();
  expect(slack.parents).toMatchObject([{ text: '✅ Resolved: render-eu: wallet low, $3.10 left' }]);
});

test('a burst is one message, and the end of its incidents one answer in its thread', async () => {
  await using slack = await SlackImitation.open();
  const store = await aStore();
  const receiver = aReceiver(slack, store.threads);
  const burst = (status: OutboxMessage['status']) =>
    Array.from({ length: 6 }, (_, index) => {
      const name = account(`render-${index}`);
      const fact = { account: name, fingerprint: `wallet.low/${name}`, headline: `${name}: wallet low` };
      return someMessage(`${status} ${index}`, { status, startedAt: SOME_INSTANT, fact });
    });
  await receiver.deliverBurst?.(burst('firing'), SOME_INSTANT);
  await receiver.deliver(firing, SOME_INSTANT);
  await receiver.deliverBurst?.([...burst('resolved'), after('resolved')], LATER);
  await receiver.close();
  const [shared, own] = slack.parents;
  expect(slack.parents).toHaveLength(2);
  expect(shared).toMatchObject({ text: '⚠️ Firing: 6 × wallet low', edits: 0 });
  expect(own).toMatchObject({ text: '✅ Resolved: render-eu: wallet low, $3.10 left', edits: 1 });
  expect(slack.repliesTo(shared?.ts)).toMatchObject([
    { text: '✅ Resolved: 6 × wallet low', isBroadcast: true },
  ]);
});

test('the end of one of a burst is said in the thread and in the channel, and the message is left as it is', async () => {
  await using slack = await SlackImitation.open();
  const store = await aStore();
  const receiver = aReceiver(slack, store.threads);
  const other = someMessage('m9', { fact: { fingerprint: 'wallet.low/render-us' } });
  await receiver.deliverBurst?.([firing, other], SOME_INSTANT);
  await receiver.deliver(after('resolved'), LATER);
  await receiver.close();
  const [shared] = slack.parents;
  expect(shared).toMatchObject({ text: '⚠️ Firing: 2 × wallet low', edits: 0 });
  expect(slack.repliesTo(shared?.ts)).toMatchObject([
    { text: '✅ Resolved: render-eu: wallet low, $3.10 left', isBroadcast: true },
  ]);
});

test('addresses to pay at go to nobody who did not ask for them, also with a burst', async () => {
  await using slack = await SlackImitation.open();
  const receiver = aReceiver(slack, (await aStore()).threads);
  const pay = { url: 'https://checkout.example.com/c', expiresAt: LATER };
  const asked = (id: string) => someMessage(id, { startedAt: SOME_INSTANT, fact: { pay } });
  await receiver.deliver(asked('m1'), SOME_INSTANT);
  await receiver.deliverBurst?.([asked('m2')], LATER);
  await receiver.close();
  expect(slack.bodies).toHaveLength(3);
  expect(slack.bodies.join()).not.toContain('checkout.example.com');
});

test.each([
  ['invalid_auth', 'wrong', 'misconfigured'],
  ['not_in_channel', 'wrong', 'misconfigured'],
  ['ratelimited', 'busy', 'rate_limited'],
  ['internal_error', 'brief', 'server_error'],
  ['invalid_blocks', 'rejected', 'client_error'],
])('Slack’s answer 200 with %s is no delivery: %s, %s', async (error, kind, reason) => {
  await using slack = await SlackImitation.open();
  slack.refusal = { error };
  const receiver = aReceiver(slack, (await aStore()).threads);
  expect(await receiver.deliver(firing, SOME_INSTANT)).toMatchObject({ kind, reason, detail: error });
  await receiver.close();
});

test('what Slack says in words of its own is not repeated, and an answer that is none is tried again', async () => {
  await using slack = await SlackImitation.open();
  const receiver = aReceiver(slack, (await aStore()).threads);
  slack.refusal = { error: `you sent ${BOT_TOKEN}` };
  expect(await receiver.deliver(firing, SOME_INSTANT)).toMatchObject({ kind: 'wrong', detail: 'unknown' });
  slack.status = 502;
  expect(await receiver.deliver(firing, SOME_INSTANT)).toMatchObject({
    kind: 'brief',
    reason: 'server_error',
  });
  await receiver.close();
});

test('an edit that went through is made again, and not the answer in the thread, when that one was refused', async () => {
  await using slack = await SlackImitation.open();
  const { dispatcher, outbox, passUntil, clock } = setUp({ ops: bot(slack) });
  outbox.write(someMessage('m1', { at: clock.now() }));
  await dispatcher.deliverDue(never);
  slack.status = 503;
  outbox.write(someMessage('m2', { status: 'resolved', at: clock.now(), startedAt: clock.start }));
  await dispatcher.deliverDue(never);
  slack.status = 200;
  await passUntil(clock.now() + HOUR_MS, 60_000);
  expect(slack.messages.map(({ text }) => text.split(':')[0])).toEqual(['✅ Resolved', '✅ Resolved']);
});
