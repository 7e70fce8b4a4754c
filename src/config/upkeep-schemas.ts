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

/** `policies.NAME.billing_info`, and the same key of an account. */
export const billingInfoSchema = key(
  z
    .strictObject({
      name: line('Name on the invoices.', 'Acme Corp').optional(),
      email: key(
        z
          .string()
          .max(255)
          .regex(/^[^\s@]+@[^\s@]+$/),
        {
          description: 'Where the provider sends invoices.',
          wanted: 'an e-mail address',
          example: 'billing@example.com',
        },
      ).optional(),
      tax_id: line('Tax id; needs tax_id_type.', '"EU123456789"').optional(),
      tax_id_type: key(z.string().regex(/^[a-z][a-z0-9_]{1,39}$/), {
        description: 'What kind of tax id it is, in the words of the provider, such as eu_vat or us_ein.',
        wanted: 'a kind of tax id in lower case',
        example: 'eu_vat',
      }).optional(),
      address_line1: line('Street and number.', '1 Main Street').optional(),
      address_line2: line('What else belongs to the address.', 'Floor 2').optional(),
      address_city: line('City.', 'Berlin').optional(),
      address_state: line('State or region.', 'CA').optional(),
      address_postal_code: line('Postal code, in quotes.', '"10115"').optional(),
      address_country: key(z.string().regex(/^[A-Z]{2}$/), {
        description: 'Country, as two capital letters (ISO 3166-1).',
        wanted: 'a country as two capital letters',
        example: 'DE',
        rewrite: (found) => (/^[a-z]{2}$/i.test(found.text) ? found.text.toUpperCase() : null),
      }).optional(),
    })
    .meta({ minProperties: 1 }),
  {
    description:
      'Billing information to keep at the provider: what is declared here is put back when somebody changes it, the rest is left alone. On an account it goes over the policy field by field.',
    wanted: 'a mapping',
    example: '{ name: Acme Corp, address_country: DE }',
  },
);

/** One line of an invoice. YAML takes a bare 01234 for a number, and its zero away. */
function line(description: string, example: string) {
  return key(z.string().max(255).regex(/\S/), {
    description,
    wanted: 'text of 1 to 255 characters',
    example,
    rewrite: (found) => (typeof found.value === 'number' ? `"${found.text}"` : null),
  });
}
