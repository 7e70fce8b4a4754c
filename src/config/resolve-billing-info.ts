import type { z } from 'zod';
import type { BillingInfo } from '../contract/billing-info.ts';
import type { Problems } from './config-problem.ts';
import { type Spot, spotAt } from './spot.ts';
import type { billingInfoSchema } from './upkeep-schemas.ts';

type Written = z.output<typeof billingInfoSchema>;

/** `policies.NAME.billing_info`; empty where it is absent. A type may stand alone, for the tax ids of the accounts. */
export function billingInfoOfPolicy(written: Written | null, spot: Spot, problems: Problems): BillingInfo {
  const info = declaredIn(written, spot, problems);
  refuseUntyped(info, spot, problems);
  return info;
}

/** The account's own fields over those of its policy; `null` where neither declares any. */
export function billingInfoOfAccount(
  written: Written | null,
  policy: BillingInfo,
  spot: Spot,
  problems: Problems,
): BillingInfo | null {
  const own = declaredIn(written, spot, problems);
  const info = { ...policy, ...own };
  if (own.tax_id !== undefined) refuseUntyped(info, spot, problems); // the policy's own was looked at there
  return Object.keys(info).length === 0 ? null : info;
}

function declaredIn(written: Written | null, spot: Spot, problems: Problems): BillingInfo {
  if (written === null) return {};
  if (Object.keys(written).length === 0)
    problems.error(spot, 'billing_info declares nothing', 'add a field, such as "name: Acme Corp"');
  return written as BillingInfo; // zod makes no `undefined` of a key that is absent
}

/** The provider takes no tax id without its type (API sheet #10). */
function refuseUntyped(info: BillingInfo, spot: Spot, problems: Problems): void {
  if (info.tax_id === undefined || info.tax_id_type !== undefined) return;
  const mend = 'add it, such as "tax_id_type: eu_vat"';
  problems.error(spotAt(spot, 'tax_id'), 'tax_id needs tax_id_type beside it', mend);
}
