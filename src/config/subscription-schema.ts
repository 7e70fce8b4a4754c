import { z } from 'zod';
import { key } from './key-facts.ts';
import { choiceSchema, flagSchema } from './leaf-schemas.ts';
import { pauseSchema, planSchema, rulesSchema } from './rules-schema.ts';
import { linksPerDaySchema, payWithSchema } from './wallet-schema.ts';

/** `policies.NAME.subscription`. Whatever may cost money must be asked for: every default is `alert`. */
export const subscriptionSchema = key(
  z.strictObject({
    plan: planSchema.optional(),
    rules: rulesSchema.optional(),
    pause: pauseSchema.optional(),
    enforce: flagSchema(
      'Put back what a person changed by hand, at a charge where need be; when_wrong_plan and when_paused are then change and resume unless they say otherwise. Without it, what a person changed is told and left. Default: false.',
    ).default(false),
    pay_with: payWithSchema.default(['default']),
    links_per_day: linksPerDaySchema.default(2),
    when_past_due: choiceSchema(
      ['alert', 'fix_payment', 'leave'],
      'A renewal was not paid: alert; fix_payment pays it by the decline schedule; leave says nothing. Default: alert.',
    ).default('alert'),
    when_paused: choiceSchema(
      ['alert', 'resume', 'leave'],
      'The subscription is paused: alert; resume it, which may charge; leave says nothing. Under pause: about a pause that purser did not make; resume takes back what a person paused, too. Default: alert.',
    ).optional(),
    when_canceled: choiceSchema(
      ['alert', 'subscribe', 'leave'],
      'There is no live subscription: alert; subscribe to plan, which charges; leave says nothing. Default: alert.',
    ).default('alert'),
    when_wrong_plan: choiceSchema(
      ['alert', 'change', 'leave'],
      'The account is on another plan: alert; change to plan, which may charge; leave says nothing. Under rules: at first sight only. Default: alert.',
    ).optional(),
  }),
  {
    description: 'Keep the subscription alive. Leave it out to keep hands off subscriptions.',
    wanted: 'a mapping',
    example: '{ plan: 10, when_past_due: fix_payment }',
  },
);
