import { expect, test } from 'vitest';
import { alertmanagerAlert } from '../../src/alerts/alertmanager-alert.ts';
import { pagerdutyEvent, pagerdutyKey } from '../../src/alerts/pagerduty-event.ts';
import { sampleMessages } from '../../src/alerts/sample-messages.ts';
import { slackBurst } from '../../src/alerts/slack-burst.ts';
import { slackPayload } from '../../src/alerts/slack-message.ts';
import { webhookPayload } from '../../src/alerts/webhook-message.ts';
import { INCIDENT_TYPES, type OutboxMessage } from '../../src/domain/incident.ts';
import { SOME_INSTANT } from '../alerts/some-message.ts';
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
- What a receiver does not take is tried again for a week.

## Slack

By webhook each of these is a message. A bot edits the first one as the incident goes on, and answers in its thread. The
button is sent where \`pay_links\` says so.

${single.map(slackSection).join('\n')}
### A burst

${block('text', renderSlack(slackBurst(bursts[0] ?? [], REVISION)))}
## Signed webhook

Standard Webhooks 1.0: \`webhook-id\` is the same in every try, \`webhook-signature\` is over id, timestamp and body. A
message that is acknowledged has a \`note\`, one with a payment link, where \`pay_links\` says so, \`pay: { url, expires_at }\`.

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
