import { z } from 'zod';
import { key } from './key-facts.ts';
import { amountSchema, choiceSchema, durationSchema } from './leaf-schemas.ts';

/** `policies.NAME.wallet.top_up`. */
export const topUpSchema = key(
  z
    .strictObject({
      amount: amountSchema('Charge this much each time; at least 10.', '50').optional(),
      to: amountSchema(
        'Charge what is missing to this balance; above min_balance. A gap under 10 is charged as 10, the least the provider takes.',
        '100',
      ).optional(),
      runway: durationSchema(
        'Charge enough for so long at the burn that is known to be use; 1h to 90d. What fell in the last minutes may be a withdrawal: where no debit row shows that it was used the charge is small, and the rest of it follows.',
        '48h',
      ).optional(),
      minimum: amountSchema(
        'With runway only: charge at least this much, also while the burn is unknown; at least 10. Default: 10.',
        '25',
      ).optional(),
    })
    .meta({ oneOf: [{ required: ['amount'] }, { required: ['to'] }, { required: ['runway'] }] }),
  {
    description:
      'How much to charge when the balance is below min_balance: exactly one of amount, to, runway.',
    wanted: 'one of { amount: … }, { to: … }, { runway: … }',
    example: '{ amount: 50 }',
    rewrite: (found) => (typeof found.value === 'number' ? `{ amount: ${found.text} }` : null),
  },
);

export const payWithSchema = key(
  z
    .array(
      key(z.string().regex(/^(?:default|others|human|pm_[A-Za-z0-9_]{1,250})$/), {
        description:
          'default: the default card; pm_…: that card; others: every other saved card; human: send a person a payment link.',
        wanted: 'default, others, human or a card id that begins with pm_',
        example: 'default',
      }),
    )
    .min(1)
    .max(10),
  {
    description: 'The payment ladder, tried in order; human only at its end. Default: [default].',
    wanted: 'a list of 1 to 10 steps',
    example: '[default, others, human]',
    rewrite: (found) =>
      typeof found.value === 'string' && /^[\w]{1,40}$/.test(found.text) ? `[${found.text}]` : null,
  },
);

export const linksPerDaySchema = key(z.int().min(1).max(24), {
  description: 'How many payment links the human step may make in 24 hours, 1 to 24. Default: 2.',
  wanted: 'a whole number from 1 to 24',
  example: '2',
});

const autoFundingSchema = key(
  z.union([
    z.strictObject({
      threshold: amountSchema('The provider recharges below this; at least 1, below min_balance.', '5'),
      amount: amountSchema('The provider charges so much; at least 5.', '25'),
    }),
    z.enum(['off', 'leave']),
  ]),
  {
    description:
      "The provider's own recharge as a backstop: { threshold, amount } sets it, off turns it off, leave keeps hands off it. Caps do not bind it. Default: leave.",
    wanted: 'off, leave or { threshold: …, amount: … }',
    example: '{ threshold: 5, amount: 25 }',
  },
);

const couponsSchema = key(
  z
    .array(
      key(z.string().regex(/^[A-Za-z0-9_-]{1,64}$/), {
        description: 'A coupon code.',
        wanted: 'a code of 1 to 64 letters, digits, "_" and "-"',
        example: 'WELCOME50',
      }),
    )
    .max(50),
  {
    description:
      'Coupons to redeem once per account. A bonus on a payment goes with the next top-up. Default: none.',
    wanted: 'a list of codes',
    example: '[WELCOME50]',
  },
);

/** `policies.NAME.wallet`. */
export const walletSchema = key(
  z.strictObject({
    min_balance: amountSchema('Top up when the balance falls below this.', '20'),
    top_up: topUpSchema,
    max_balance: amountSchema(
      'Resellers only: withdraw what lies above, once a day at most; at least 10 above min_balance and any top-up. Default: never.',
      '500',
    ).optional(),
    cooldown: durationSchema(
      'Shortest time from one top-up to the next, 0s to 7d. At 10m or less it does not hold back the rest of a runway, once half as much again as the last charge, or more, is wanted. Default: 10m.',
      '10m',
    ).default('10m'),
    pay_with: payWithSchema.default(['default']),
    links_per_day: linksPerDaySchema.default(2),
    auto_funding: autoFundingSchema.default('leave'),
    coupons: couponsSchema.default([]),
    foreign_credits: choiceSchema(
      ['alert', 'allow'],
      'A card credit that purser did not cause (a person, the native recharge, a second purser): alert, or allow it. Default: alert.',
    ).default('alert'),
  }),
  {
    description: 'Keep the wallet above a minimum. Leave it out to keep hands off the wallet.',
    wanted: 'a mapping',
    example: '{ min_balance: 20, top_up: { amount: 50 } }',
  },
);
