/** Fields of `PUT /billing/info` (seed, "Billing Info"; API sheet #10); `tax_id_type` is required with `tax_id`. */
export const BILLING_INFO_FIELDS = [
  'name',
  'email',
  'tax_id',
  'tax_id_type',
  'address_line1',
  'address_line2',
  'address_city',
  'address_state',
  'address_postal_code',
  'address_country',
] as const;
export type BillingInfoField = (typeof BILLING_INFO_FIELDS)[number];
export type BillingInfo = Partial<Readonly<Record<BillingInfoField, string>>>;
