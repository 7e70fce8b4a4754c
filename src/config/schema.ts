import { z } from 'zod';
import { accountsSchema } from './accounts-schema.ts';
import { alertsSchema } from './alerts-schema.ts';
import { capsSchema } from './caps-schema.ts';
import { key } from './key-facts.ts';
import {
  choiceSchema,
  durationSchema,
  NAME_PATTERN,
  nameSchema,
  secretSchema,
  textSchema,
} from './leaf-schemas.ts';
import { providerSchema } from './provider-schema.ts';
import { subscriptionSchema } from './subscription-schema.ts';
import { billingInfoSchema, invoicesSchema } from './upkeep-schemas.ts';
import { walletSchema } from './wallet-schema.ts';

export const policySchema = key(
  z.strictObject({
    wallet: walletSchema.optional(),
    caps: capsSchema('to each account that uses the policy').optional(),
    subscription: subscriptionSchema.optional(),
    billing_info: billingInfoSchema.optional(),
    invoices: invoicesSchema.optional(),
  }),
  { description: 'What to do for an account.', wanted: 'a mapping', example: '{ wallet: …, caps: … }' },
);

export const groupSchema = key(
  z.strictObject({ caps: capsSchema('to all accounts of the group together').optional() }),
  { description: 'Accounts that share caps.', wanted: 'a mapping', example: '{ caps: { month: 3000 } }' },
);

const versionSchema = key(z.literal(1), {
  description: 'Version of this format: 1.',
  wanted: '1',
  example: '1',
});

const serverSchema = key(
  z.strictObject({
    listen: textSchema(
      'Address and port of the status page, API and metrics; port 0 picks a free one. Default: 127.0.0.1:9464.',
      '127.0.0.1:9464',
    ).default('127.0.0.1:9464'),
    api_token: secretSchema(
      'The token that signs in on the status page, and the bearer token of POST requests to the API. Without it both only read.',
      '{ file: /run/secrets/purser_api_token }',
    ).optional(),
  }),
  { description: 'The HTTP server.', wanted: 'a mapping', example: '{ listen: 127.0.0.1:9464 }' },
);

const defaultsSchema = key(
  z.strictObject({
    poll: durationSchema('How often to look at an account, 1s to 7d. Default: 60s.', '60s').default('60s'),
    policy: nameSchema('The policy of accounts that name none.', 'standard').optional(),
    timezone: textSchema(
      'IANA time zone of schedules and subscription rules. Default: UTC.',
      'Europe/Berlin',
    ).default('UTC'),
  }),
  {
    description: 'What accounts do not say themselves.',
    wanted: 'a mapping',
    example: '{ poll: 60s, policy: standard }',
  },
);

/** The whole config as it is written. A load goes section by section, so that one fault hides no other. */
export const configSchema = key(
  z.strictObject({
    version: versionSchema,
    mode: choiceSchema(['observe', 'enforce'], 'observe: only look and tell. enforce: act within the caps.'),
    provider: providerSchema,
    server: serverSchema.optional(),
    store: textSchema(
      'The journal: sqlite:PATH, relative to the folder of the config. Default: sqlite:./data/purser.db.',
      'sqlite:./data/purser.db',
    ).default('sqlite:./data/purser.db'),
    quarantine: durationSchema(
      'How long a purser that finds an empty journal only watches, 0s to 7d. For 72h after that it charges an account once in 24h. Default: 90m; 0s with provider sandbox.',
      '90m',
    ).optional(),
    history: key(
      z.strictObject({
        retention: durationSchema(
          'How long balances are remembered for the charts of the status page, 1h to 400d. Default: 90d.',
          '90d',
        ).default('90d'),
      }),
      { description: 'Balances over time.', wanted: 'a mapping', example: '{ retention: 90d }' },
    ).optional(),
    defaults: defaultsSchema.optional(),
    caps: capsSchema('to the whole fleet together').optional(),
    groups: key(z.record(z.string().regex(NAME_PATTERN), groupSchema), {
      description: 'Groups of accounts, by name.',
      wanted: 'a mapping of groups by name',
      example: '{ fleet-eu: { caps: { month: 3000 } } }',
    }).optional(),
    policies: key(z.record(z.string().regex(NAME_PATTERN), policySchema), {
      description: 'Policies, by name.',
      wanted: 'a mapping of policies by name',
      example: '{ standard: { wallet: { min_balance: 20, top_up: { amount: 50 } }, caps: { day: 200 } } }',
    }),
    accounts: accountsSchema,
    alerts: alertsSchema.optional(),
  }),
  {
    description: 'Config of purser.',
    wanted: 'a mapping that begins with "version: 1"',
    example: 'version: 1',
  },
);
