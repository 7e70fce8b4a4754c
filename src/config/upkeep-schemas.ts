import { z } from 'zod';
import { key } from './key-facts.ts';
import { textSchema } from './leaf-schemas.ts';

/** `policies.NAME.invoices`. */
export const invoicesSchema = key(
  z.strictObject({
    archive: textSchema(
      'The folder that every invoice is saved to as it appears, as ACCOUNT/INVOICE.json and .pdf; relative to the folder of the config. Also in mode observe.',
      './invoices',
    ),
  }),
  {
    description: 'Save the invoices of the provider. Leave it out to save none.',
    wanted: 'a mapping',
    example: '{ archive: ./invoices }',
  },
);
