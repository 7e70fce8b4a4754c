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

export const receiverSchema = key(
  z
    .strictObject({
      slack: key(
        z.strictObject({
          webhook_url: secretSchema('Slack incoming webhook URL.', '{ env: SLACK_WEBHOOK_URL }'),
        }),
        {
          description: 'Send to Slack.',
          wanted: 'a mapping',
          example: '{ webhook_url: { env: SLACK_WEBHOOK_URL } }',
        },
      ).optional(),
      webhook: key(
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
      ).optional(),
      pay_links: flagSchema(
        'Send the addresses of payment links, as a button or in `pay`. Whoever sees one can pay, and only pay. Default: false.',
      ).default(false),
    })
    .meta({ oneOf: [{ required: ['slack'] }, { required: ['webhook'] }] }),
  {
    description: 'One place that alerts go to: slack or webhook.',
    wanted: '{ slack: … } or { webhook: … }',
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
    repeat: durationSchema('Say again what still holds after so long, 1m to 7d. Default: 4h.', '4h').default(
      '4h',
    ),
  }),
  { description: 'Who is told what.', wanted: 'a mapping', example: '{ receivers: …, routes: … }' },
);

export type ReceiverInput = z.output<typeof receiverSchema>;
