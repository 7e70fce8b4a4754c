import { z } from 'zod';
import { key } from './key-facts.ts';
import { choiceSchema, textSchema } from './leaf-schemas.ts';

export const providerNameSchema = choiceSchema(
  ['sandbox', 'modelslab'],
  'sandbox: the built-in imitation, no real money. modelslab: the real service.',
);

/** The long forms of `provider:`. */
export const providerSettingsSchema = key(
  z
    .strictObject({
      sandbox: key(
        z.strictObject({
          speed: key(z.number().min(0.01).max(100_000), {
            description: 'How many seconds pass in the sandbox per real second, 0.01 to 100000. Default: 1.',
            wanted: 'a number from 0.01 to 100000',
            example: '60',
          }).default(1),
        }),
        {
          description: 'The built-in imitation with settings.',
          wanted: 'a mapping',
          example: '{ speed: 60 }',
        },
      ).optional(),
      base_url: textSchema(
        'Address of an Agents API. https, or http to this machine only.',
        'http://127.0.0.1:8787/api/agents/v1',
      ).optional(),
      stripe_url: textSchema(
        'Address of the Stripe API that goes with base_url. Default: https://api.stripe.com.',
        'http://127.0.0.1:8787/stripe',
      ).optional(),
    })
    .meta({ oneOf: [{ required: ['sandbox'] }, { required: ['base_url'] }] }),
  {
    description: 'The imitation with settings, or the address of another Agents API.',
    wanted: 'sandbox, modelslab, { sandbox: … } or { base_url: … }',
    example: 'modelslab',
  },
);

/** `provider:`, for the JSON Schema; a load looks first which of the two forms stands there. */
export const providerSchema = key(z.union([providerNameSchema, providerSettingsSchema]), {
  description:
    'Whose API to speak to: sandbox, modelslab, { sandbox: { speed } } or { base_url, stripe_url }.',
  wanted: 'sandbox, modelslab, { sandbox: … } or { base_url: … }',
  example: 'sandbox',
});

export type ProviderSettingsInput = z.output<typeof providerSettingsSchema>;
