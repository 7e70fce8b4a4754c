import type { CapScope } from './caps.ts';
import type { AccountSpec, CapsSpec, FleetSpec } from './spec.ts';

/** The scopes whose caps a charge of this account must fit: account, and group and fleet where they have any. */
export function capScopes(fleet: FleetSpec, account: AccountSpec): readonly CapScope[] {
  const scopes: CapScope[] = [{ kind: 'account', name: account.name, caps: account.policy.caps }];
  const groupCaps = account.group === null ? undefined : fleet.groups.get(account.group);
  if (account.group !== null && groupCaps !== undefined && hasCap(groupCaps)) {
    scopes.push({ kind: 'group', name: account.group, caps: groupCaps });
  }
  if (hasCap(fleet.caps)) scopes.push({ kind: 'fleet', name: 'fleet', caps: fleet.caps });
  return scopes;
}

function hasCap(caps: CapsSpec): boolean {
  return Object.values(caps).some((cap) => cap !== null);
}
