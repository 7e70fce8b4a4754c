import type { AccountSpec } from '../domain/spec.ts';

/** An account that left the config while a charge of it is open: it is watched until that is settled, never charged. */
export function retired(spec: AccountSpec): AccountSpec {
  return {
    ...spec,
    billingInfo: null,
    policy: { ...spec.policy, wallet: null, subscription: null, invoices: null },
  };
}
