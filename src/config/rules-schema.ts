import { z } from 'zod';
import { key } from './key-facts.ts';
import { durationSchema, textSchema } from './leaf-schemas.ts';

export const planSchema = key(z.union([z.int().min(1), z.string().min(1).max(200).regex(/\S/)]), {
  description:
    'The plan that the account should be on: its id (a number) or its name. Any plan if absent. Under rules: what holds when none of them does.',
  wanted: "a plan's id (a whole number) or its name",
  example: '10',
});

const fromSchema = textSchema(
  'When it begins: a cron expression of five fields, in the time zone of the account.',
  '"0 8 * * 1-5"',
);
const forSchema = durationSchema('How long it lasts from there, 1h to 31d.', '10h');

/** One rule: a plan, and exactly one condition. */
export const ruleSchema = key(
  z.strictObject({
    plan: key(planSchema, {
      description: 'The plan while the rule holds: its id or its name.',
      wanted: "a plan's id (a whole number) or its name",
      example: 'Pro',
    }),
    from: fromSchema.optional(),
    for: forSchema.optional(),
    when_remaining_below: key(z.string().regex(/^[1-9]\d?%$/), {
      description:
        "Less than this share of the plan's calls remains, by GET /usage/products; 1% to 99%. It holds until shortly before the billing period ends, once in a period.",
      wanted: 'a share from 1% to 99%',
      example: '10%',
      rewrite: (found) => (/^[1-9]\d?$/.test(found.text) ? `${found.text}%` : null),
    }).optional(),
    last_days_of_month: key(z.int().min(1).max(27), {
      description: 'The last so many days of each calendar month, 1 to 27.',
      wanted: 'a whole number from 1 to 27',
      example: '2',
    }).optional(),
  }),
  {
    description: 'A plan, and when: from and for, when_remaining_below, or last_days_of_month.',
    wanted: 'a mapping',
    example: '{ plan: Pro, from: "0 8 * * 1-5", for: 10h }',
  },
);

export const rulesSchema = key(z.array(ruleSchema).min(1).max(20), {
  description:
    'Which plan when; the first rule that holds says it, else plan. They change the plan by themselves, also where when_wrong_plan is alert: that word is about what purser finds at first sight. Each change counts the full price of its plan against the caps.',
  wanted: 'a list of 1 to 20 rules',
  example: '[{ plan: Pro, from: "0 8 * * 1-5", for: 10h }]',
});

export const hoursSchema = key(
  z.strictObject({
    from: fromSchema,
    for: forSchema,
    ahead: durationSchema('Resumed so long before it begins, 0s to 12h. Default: 0s.', '15m').default('0s'),
  }),
  {
    description: 'Paused outside, resumed before it begins.',
    wanted: 'a mapping',
    example: '{ from: "0 8 * * 1-5", for: 10h, ahead: 15m }',
  },
);

export const pauseSchema = key(
  z.strictObject({
    idle_for: durationSchema(
      'Pause after nothing was used for so long, by GET /usage/history; 1h to 90d. It is resumed when something is used, or its hours begin.',
      '7d',
    ).optional(),
    hours: hoursSchema.optional(),
  }),
  {
    description:
      'Pause the subscription by itself: idle, or outside hours. Resuming may charge where the paid period is over. Default: never.',
    wanted: 'a mapping with idle_for, hours or both',
    example: '{ hours: { from: "0 8 * * 1-5", for: 10h, ahead: 15m } }',
  },
);
