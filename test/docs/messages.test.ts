import { randomBytes } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { alertmanagerAlert } from '../../src/alerts/alertmanager-alert.ts';
import { openReceiver } from '../../src/alerts/open-receiver.ts';
import { pagerdutyEvent, pagerdutyKey } from '../../src/alerts/pagerduty-event.ts';
import { sampleMessages } from '../../src/alerts/sample-messages.ts';
import { slackBurst } from '../../src/alerts/slack-burst.ts';
import { slackPayload } from '../../src/alerts/slack-message.ts';
import { MemoryThreads } from '../../src/alerts/threads.ts';
import { webhookPayload } from '../../src/alerts/webhook-message.ts';
import { realClock } from '../../src/cli/real-clock.ts';
import { INCIDENT_TYPES, type OutboxMessage } from '../../src/domain/incident.ts';
import { Secret } from '../../src/domain/secret.ts';
import { addMs, HOUR_MS } from '../../src/domain/time.ts';
import { LocalReceiver } from '../alerts/local-receiver.ts';
import { SOME_INSTANT, someMessage } from '../alerts/some-message.ts';
import { scratchFolder } from '../keeper/fleet-config.ts';
import { renderSlack } from './render-slack.ts';

const REVISION = 'abcdef012345';
const RUNBOOKS = 'https://wiki.example.com/purser';

const { single, bursts } = sampleMessages(SOME_INSTANT, () => 'msg_sample');

function block(language: string, text: string): string {
  return `\`\`\`${language}\n${text}\n\`\`\`\n`;
}

function json(value: unknown): string {
  return block('json', JSON.stringify(value, null, 2));
}

function slackSection(message: OutboxMessage): string {
  return `### ${message.fact.type}, ${message.status}\n\n${block('text', renderSlack(slackPayload(message, REVISION)))}`;
}

const VERIFIES = `import { createHmac, timingSafeEqual } from 'node:crypto';

/** The body as it came, byte for byte; parse it afterwards. */
export function isFromPurser(headers, body, secret) {
  const at = headers['webhook-timestamp'];
  const given = Buffer.from(headers['webhook-signature'] ?? '');
  const key = Buffer.from(secret.slice('whsec_'.length), 'base64');
  const mac = createHmac('sha256', key);
  mac.update([headers['webhook-id'], at, body].join('.'));
  const wanted = Buffer.from('v1,' + mac.digest('base64'));
  const isNew = Math.abs(Date.now() / 1000 - Number(at)) < 300;
  return isNew && given.length === wanted.length && timingSafeEqual(given, wanted);
}`;

/** `vitest run test/docs -u` writes the page anew. */
test('docs/messages.md shows each message as the code makes it', async () => {
  const [low] = single;
  if (low === undefined) throw new Error('there is a first sample');
  const page = `# What purser says

Written by a test from the samples that \`purser notify test\` sends. When and to whom: \`alerts\` in the config.

- An incident is told when it begins, when it grows graver, every \`repeat\` while it is seen again (a declined charge is
  once) and nobody has acknowledged it, when somebody does (\`purser incidents ack ID --note …\`), and when it is over. Its
  end goes to everybody who was told of it.
- Slack and PagerDuty get four and more of a kind within \`group_wait\` as one message; webhooks and Alertmanager get each
  incident, at once. While the provider answers nobody, accounts that cannot be seen are not told one by one.
- What a receiver does not take is tried again for a week. Where the receiver has left the config, or has another name there,
  what waits goes to those that the routes name now and that do not have it yet; so does the end of what it was told.

## Slack

By webhook each of these is a message. A bot edits the first one as the incident goes on, and answers in its thread. The
button is sent where \`pay_links\` says so.

${single.map(slackSection).join('\n')}
### A burst

${block('text', renderSlack(slackBurst(bursts[0] ?? [], REVISION)))}
## Signed webhook

[Standard Webhooks](https://www.standardwebhooks.com) 1.0: \`webhook-id\` is the same in every try, so drop what you have;
\`webhook-timestamp\` is the second of the try. Make a secret with \`echo "whsec_$(openssl rand -base64 32)"\` and give it to
both sides. Answer 2xx within ten seconds. What came from purser:

${block('js', VERIFIES)}
A message that is acknowledged has a \`note\`, one with a payment link, where \`pay_links\` says so, \`pay: { url, expires_at }\`.

${json(webhookPayload(low, RUNBOOKS))}
## PagerDuty

To \`/v2/enqueue\`, with the routing key: \`trigger\`, \`acknowledge\`, \`resolve\` under one \`dedup_key\`. What is only for
information goes to \`/v2/change/enqueue\` and wakes nobody. A burst is one alert: it ends with the last of its incidents, and
an acknowledgement of one of them does not change it. An incident that grows critical triggers another alert, of its own or
with the others that grew with it, and leaves the one that was not: PagerDuty pages nobody again for an alert that is open.

${json(pagerdutyEvent(low, { runbooks: RUNBOOKS, key: pagerdutyKey(low) }).body)}
## Alertmanager

To \`/api/v2/alerts\`, and again every minute while it holds: \`endsAt\` is five minutes ahead, so that what a dead purser
said ends by itself. Whoever runs \`purser once\` from cron wants another receiver, or runs it at least as often.

${json([alertmanagerAlert(low, { runbooks: RUNBOOKS, now: SOME_INSTANT })])}`;
  await expect(page).toMatchFileSnapshot('../../docs/messages.md');
});

test('every type of message has its sample', () => {
  expect(new Set(single.map(({ fact }) => fact.type))).toEqual(new Set(INCIDENT_TYPES));
});

test('the example of docs/messages.md knows what came from purser, and nothing else', async () => {
  const [, code = ''] = /^```js\n(.*?)^```$/ms.exec(readFileSync('docs/messages.md', 'utf8')) ?? [];
  const path = join(scratchFolder(), 'verify.mjs');
  writeFileSync(path, code);
  const { isFromPurser } = await import(path);
  const secret = `whsec_${randomBytes(32).toString('base64')}`;
  await using server = await LocalReceiver.open();
  const url = server.url();
  const receiver = openReceiver(
    { kind: 'webhook', url, secret: new Secret(secret), allowPrivate: true, payLinks: false },
    { name: 'hook', threads: new MemoryThreads(), revision: () => null, runbooks: () => RUNBOOKS },
  );
  for (const message of single) await receiver.deliver(message, realClock.now());
  await receiver.deliver(someMessage('old', {}), addMs(realClock.now(), -HOUR_MS));
  await receiver.close();
  const seen = server.received.map(({ headers, body }) => isFromPurser(headers, body, secret));
  expect(seen).toEqual([...single.map(() => true), false]);
  const [{ headers = {}, body = '' } = {}] = server.received;
  expect(isFromPurser(headers, `${body} `, secret)).toBe(false);
  expect(isFromPurser(headers, body, `whsec_${randomBytes(32).toString('base64')}`)).toBe(false);
  expect(isFromPurser({}, body, secret)).toBe(false);
});
