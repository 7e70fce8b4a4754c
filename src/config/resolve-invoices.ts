import { resolve } from 'node:path';
import type { InvoicesSpec } from '../domain/spec.ts';
import type { Loading } from './loading.ts';
import { parseSpot } from './parse-spot.ts';
import type { Spot } from './spot.ts';
import { invoicesSchema } from './upkeep-schemas.ts';

/** `policies.NAME.invoices` with its path made absolute; `null` where it is absent, or after reporting. */
export function resolveInvoices(spot: Spot, { folder, problems }: Loading): InvoicesSpec | null {
  if (spot.node === null) return null;
  const parsed = parseSpot(invoicesSchema, spot, problems);
  return parsed === null ? null : { archive: resolve(folder, parsed.archive) };
}
