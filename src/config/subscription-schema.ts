import { z } from 'zod';
import { key } from './key-facts.ts';
import { choiceSchema } from './leaf-schemas.ts';
import { linksPerDaySchema, payWithSchema } from './wallet-schema.ts';

/** `policies.NAME.subscription`. Whatever may cost money must be asked for: every default is `alert`. */
export const subscriptionSchema = key(
  z.strictObject({
    plan: key(z.union([z.int().min(1), z.string().min(1).max(200).regex(/\S/)]), {
      description:
        'The plan that the account should be on: its id (a number) or its name. Any plan if absent.',
      wanted: "a plan's id (a whole number) or its name",
      example: '10',
    }).optional(),
    pay_with: payWithSchema.default(['default']),
    links_per_day: linksPerDaySchema.default(2),
    when_past_due: choiceSchema(
      ['alert', 'fix_payment', 'leave'],
      'A renewal was not paid: alert; fix_payment pays it by the decline schedule; leave says nothing. Default: alert.',
    ).default('alert'),
    when_paused: choiceSchema(
      ['alert', 'resume', 'leave'],
      'The subscription is paused: alert; resume it, which may charge; leave says nothing. Default: alert.',
    ).default('alert'),
    when_canceled: choiceSchema(
      ['alert', 'subscribe', 'leave'],
      'There is no live subscription: alert; subscribe to plan, which charges; leave says nothing. Default: alert.',
    ).default('alert'),
    when_wrong_plan: choiceSchema(
      ['alert', 'change', 'leave'],
      'The account is on another plan: alert; change to plan, which may charge; leave says nothing. Default: alert.',
    ).default('alert'),
  }),
  {
    description: 'Keep the subscription alive. Leave it out to keep hands off subscriptions.',
    wanted: 'a mapping',
    example: '{ plan: 10, when_past_due: fix_payment }',
  },
);
