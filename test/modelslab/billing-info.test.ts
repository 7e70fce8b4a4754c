import { expect, test } from 'vitest';
import { fieldsOf } from '../../src/modelslab/billing-info.ts';

test.each<[string, Record<string, unknown>, Record<string, string>]>([
  [
    'flat, as it is sent',
    { name: 'A', tax_id: null, address_city: 'B' },
    { name: 'A', tax_id: '', address_city: 'B' },
  ],
  [
    'nested, as Stripe shows it',
    { tax_id: { type: 'eu_vat', value: 'DE1' }, address: { line1: 'X', postal_code: 1234, country: null } },
    {
      tax_id: 'DE1',
      tax_id_type: 'eu_vat',
      address_line1: 'X',
      address_postal_code: '1234',
      address_country: '',
    },
  ],
  ['something else', { title: 'A', address: 'somewhere', name: ['A'] }, {}],
])('reads billing information that is %s', (_how, facts, fields) => {
  expect(Object.fromEntries(fieldsOf(facts))).toEqual(fields);
});
