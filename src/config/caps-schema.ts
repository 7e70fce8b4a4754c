import { z } from 'zod';
import { key } from './key-facts.ts';
import { amountSchema } from './leaf-schemas.ts';

/** `caps:` of a policy (then per account that uses it), of a group, or of the whole fleet. */
export function capsSchema(whose: string) {
  return key(
    z.strictObject({
      per_charge: amountSchema('Most that one charge may cost; no limit if absent.', '100').optional(),
      day: amountSchema('Most that may be charged in any 24 hours; no limit if absent.', '200').optional(),
      week: amountSchema('Most that may be charged in any 7 days; no limit if absent.', '600').optional(),
      month: amountSchema('Most that may be charged in any 30 days; no limit if absent.', '1500').optional(),
      charges_per_day: key(z.int().min(1).max(1_000), {
        description: 'Most charges in any 24 hours, 1 to 1000; no limit if absent. Example: 5.',
        wanted: 'a whole number from 1 to 1000',
        example: '5',
      }).optional(),
    }),
    {
      description: `Limits on money charged ${whose}, in rolling windows. A charge in doubt counts as spent. In mode enforce a policy that charges needs one by day, week or month: its own, its group’s or the fleet’s.`,
      wanted: 'a mapping of limits',
      example: '{ per_charge: 100, day: 200 }',
    },
  );
}
