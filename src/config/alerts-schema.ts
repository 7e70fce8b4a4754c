import { z } from 'zod';
import { key } from './key-facts.ts';
import {
  choiceSchema,
  durationSchema,
  flagSchema,
  NAME_PATTERN,
  nameSchema,
  secretSchema,
  textSchema,
} from './leaf-schemas.ts';

/** As they stand in the repository. */
export const RUNBOOKS_DEFAULT = 'docs/runbooks';
const PAGERDUTY_URL = 'https://events.pagerduty.com';

const RECEIVER_KINDS = ['slack', 'webhook', 'pagerduty', 'alertmanager'] as const;

const slackSchema = key(
  z
    .strictObject({
      webhook_url: secretSchema('Slack incoming webhook URL.', '{ env: SLACK_WEBHOOK_URL }').optional(),
      bot_token: secretSchema(
        'Token of a Slack app with chat:write, instead of webhook_url: an incident is one message that is edited, with a thread.',
        '{ env: SLACK_BOT_TOKEN }',
      ).optional(),
      channel: textSchema(
        'Where the bot posts: the id of a channel that it was invited to. Only with bot_token.',
        'C0123456789',
      ).optional(),
      api_url: textSchema(
        'In front of the names of Slack’s methods. Default: https://slack.com/api.',
        'https://slack-gov.com/api',
      ).optional(),
    })
    .meta({ oneOf: [{ required: ['webhook_url'] }, { required: ['bot_token', 'channel'] }] }),
  {
    description: 'Send to Slack, by an incoming webhook or as a bot.',
    wanted: 'a mapping',
    example: '{ webhook_url: { env: SLACK_WEBHOOK_URL } }',
  },
);

const webhookSchema = key(
  z.strictObject({
    url: textSchema(
      'Where to POST. https, or http to this machine only.',
      'https://hooks.example.com/purser',
    ),
    secret: secretSchema(
      'Signing secret (Standard Webhooks), whsec_ and base64.',
      '{ env: PURSER_WEBHOOK_SECRET }',
    ),
    allow_private: flagSchema(
      'Allow addresses of private networks and of this machine. Default: false.',
    ).default(false),
  }),
  {
    description: 'Send signed webhooks (Standard Webhooks 1.0).',
    wanted: 'a mapping',
    example: '{ url: https://hooks.example.com/purser, secret: { env: PURSER_WEBHOOK_SECRET } }',
  },
);

const pagerdutySchema = key(
  z.strictObject({
    routing_key: secretSchema(
      'Integration key of an Events API v2 integration, 32 characters.',
      '{ env: PAGERDUTY_ROUTING_KEY }',
    ),
    url: textSchema('Default: https://events.pagerduty.com.', 'https://events.eu.pagerduty.com').default(
      PAGERDUTY_URL,
    ),
  }),
  {
    description: 'Trigger, acknowledge and resolve alerts of PagerDuty (Events API v2).',
    wanted: 'a mapping',
    example: '{ routing_key: { env: PAGERDUTY_ROUTING_KEY } }',
  },
);

const alertmanagerSchema = key(
  z.strictObject({
    url: textSchema(
      'In front of /api/v2. https, or http to this machine; to a private network http too, without a token.',
      'https://alertmanager.example.com',
    ),
    token: secretSchema('Sent as a bearer token. Default: none.', '{ env: ALERTMANAGER_TOKEN }').optional(),
    allow_private: flagSchema(
      'Allow addresses of private networks and of this machine. Default: false.',
    ).default(false),
  }),
  {
    description: 'Post alerts to an Alertmanager, which groups, silences and routes them.',
    wanted: 'a mapping',
    example: '{ url: https://alertmanager.example.com }',
  },
);

export const receiverSchema = key(
  z
    .strictObject({
      slack: slackSchema.optional(),
      webhook: webhookSchema.optional(),
      pagerduty: pagerdutySchema.optional(),
      alertmanager: alertmanagerSchema.optional(),
      pay_links: flagSchema(
        'Send the addresses of payment links, as a button or in `pay`. Whoever sees one can pay, and only pay. Default: false.',
      ).default(false),
    })
    .meta({ oneOf: RECEIVER_KINDS.map((kind) => ({ required: [kind] })) }),
  {
    description: 'One place that alerts go to: slack, webhook, pagerduty or alertmanager.',
    wanted: '{ slack: … }, { webhook: … }, { pagerduty: … } or { alertmanager: … }',
    example: '{ slack: { webhook_url: { env: SLACK_WEBHOOK_URL } } }',
  },
);

export const routeSchema = key(
  z.strictObject({
    severity: key(z.array(choiceSchema(['critical', 'warning', 'info'], 'A severity.')).max(3), {
      description: 'Severities that match: critical, warning, info. Default: all.',
      wanted: 'a list of severities',
      example: '[critical, warning]',
    }).default([]),
    groups: key(z.array(nameSchema('A group.', 'fleet-eu')).max(1_000), {
      description: 'Groups whose accounts match. Default: all accounts.',
      wanted: 'a list of groups',
      example: '[fleet-eu]',
    }).default([]),
    to: key(z.array(nameSchema('A receiver.', 'ops')).min(1).max(100), {
      description: 'Receivers that get the alert.',
      wanted: 'a list of receivers',
      example: '[ops]',
    }),
    continue: flagSchema('Go on to the next route after this one matched. Default: false.').default(false),
  }),
  {
    description: 'Which alerts go where.',
    wanted: 'a route',
    example: '{ severity: [critical], to: [ops] }',
  },
);

export const heartbeatSchema = key(
  z.strictObject({
    url: secretSchema('The address to ping.', '{ env: HEARTBEAT_URL }'),
    every: durationSchema('How often, 10s to 1d. Default: 1m.', '1m').default('1m'),
    method: choiceSchema(['GET', 'POST'], 'How to ping. Default: GET.').default('GET'),
    allow_private: flagSchema(
      'Allow addresses of private networks and of this machine. Default: false.',
    ).default(false),
  }),
  {
    description: 'A dead-man switch: pinged while purser is well, so that its silence is heard.',
    wanted: 'a mapping',
    example: '{ url: { env: HEARTBEAT_URL } }',
  },
);

/** `alerts:`; a load goes receiver by receiver and route by route. */
export const alertsSchema = key(
  z.strictObject({
    receivers: key(z.record(z.string().regex(NAME_PATTERN), receiverSchema), {
      description: 'Where alerts can go, by name.',
      wanted: 'a mapping of receivers by name',
      example: '{ ops: { slack: { webhook_url: { env: SLACK_WEBHOOK_URL } } } }',
    }).optional(),
    routes: key(z.array(routeSchema).max(1_000), {
      description: 'The first route that matches takes the alert. Default: everything to every receiver.',
      wanted: 'a list of routes',
      example: '[{ severity: [critical], to: [ops] }]',
    }).optional(),
    runbooks: textSchema(
      'What stands in front of the name of a runbook in webhooks: where you serve docs/runbooks. Default: docs/runbooks.',
      'https://wiki.example.com/purser',
    ).default(RUNBOOKS_DEFAULT),
    repeat: durationSchema(
      'Say again what still holds, and nobody acknowledged, after so long, 1m to 7d. Default: 4h.',
      '4h',
    ).default('4h'),
    group_wait: durationSchema(
      'How long the first message of a burst waits for the others, so that Slack and PagerDuty get one with a count; 0s to 5m. Default: 30s.',
      '30s',
    ).default('30s'),
    heartbeat: heartbeatSchema.optional(),
  }),
  { description: 'Who is told what.', wanted: 'a mapping', example: '{ receivers: …, routes: … }' },
);

export type ReceiverInput = z.output<typeof receiverSchema>;
