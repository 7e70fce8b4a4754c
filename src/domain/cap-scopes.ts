import type { CapScope } from './caps.ts';
import type { AccountSpec, FleetSpec } from './spec.ts';

/** The scopes whose caps a charge of this account must fit: account, its group, the fleet. */
export function capScopes(fleet: FleetSpec, account: AccountSpec): readonly CapScope[] {
  const scopes: CapScope[] = [{ kind: 'account', name: account.name, caps: account.policy.caps }];
  const groupCaps = account.group === null ? undefined : fleet.groups.get(account.group);
  if (account.group !== null && groupCaps !== undefined) {
    scopes.push({ kind: 'group', name: account.group, caps: groupCaps });
  }
  scopes.push({ kind: 'fleet', name: 'fleet', caps: fleet.caps });
  return scopes;
}
