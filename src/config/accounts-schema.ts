import { z } from 'zod';
import { key } from './key-facts.ts';
import { durationSchema, nameSchema, secretSchema, textSchema } from './leaf-schemas.ts';
import { billingInfoSchema } from './upkeep-schemas.ts';

/** One account: an entry of `accounts:` or of an included file. */
export const accountSchema = key(
  z.strictObject({
    name: nameSchema(
      'The alias of the account in metrics, alerts and commands. Unique in the fleet.',
      'render-eu',
    ),
    group: nameSchema('The group whose caps it shares. Default: none.', 'fleet-eu').optional(),
    token: secretSchema(
      'The agent access token of the account. Not together with email and password.',
      '{ file: /run/secrets/render_eu }',
    ).optional(),
    email: textSchema(
      'With password: purser logs in itself and refreshes the token.',
      'agents@example.com',
    ).optional(),
    password: secretSchema('With email.', '{ file: /run/secrets/render_eu_password }').optional(),
    policy: nameSchema('The policy to follow. Default: defaults.policy.', 'standard').optional(),
    poll: durationSchema(
      'How often to look, 1s to 7d. Not together with schedule. Default: defaults.poll.',
      '60s',
    ).optional(),
    schedule: textSchema(
      'When to look, as a cron expression of five fields, or six with seconds first. Instead of poll.',
      '"*/5 * * * *"',
    ).optional(),
    timezone: textSchema(
      'IANA time zone of schedule and of subscription rules. Default: defaults.timezone.',
      'Europe/Berlin',
    ).optional(),
    billing_info: billingInfoSchema.optional(),
  }),
  {
    description: 'One ModelsLab account.',
    wanted: 'an account',
    example: '{ name: render-eu, token: { file: /run/secrets/render_eu } }',
  },
);

const pathSchema = key(z.string().min(1).max(1_000), {
  description: 'A path or a glob, relative to the folder of the config.',
  wanted: 'a path or a glob',
  example: 'accounts/*.yaml',
});

/** Takes in accounts from other files: all of `accounts:`, or one entry of its list. */
export const includeSchema = key(
  z.strictObject({
    include: key(z.union([pathSchema, z.array(pathSchema).min(1).max(100)]), {
      description:
        'Files that each hold a list of accounts, or a mapping with accounts. One path or glob, or a list of them.',
      wanted: 'a path, a glob, or a list of them',
      example: 'accounts/*.yaml',
    }),
  }),
  {
    description: 'Take in accounts from other files.',
    wanted: 'a mapping',
    example: '{ include: accounts/*.yaml }',
  },
);

/** `accounts:`, for the JSON Schema; a load goes entry by entry (`list-accounts.ts`). */
export const accountsSchema = key(
  z.union([z.array(z.union([accountSchema, includeSchema])), includeSchema]),
  {
    description: 'The accounts to keep: a list, or files to include.',
    wanted: 'a list of accounts or { include: … }',
    example: '[{ name: render-eu, token: { file: /run/secrets/render_eu } }]',
  },
);

export type AccountInput = z.output<typeof accountSchema>;
