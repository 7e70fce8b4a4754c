import type { AccountName } from '../domain/ids.ts';
import { OTHER_NAME } from '../keeper/new-name.ts';
import type { PlannedAccount } from '../keeper/plan-account.ts';

/** Names that are told of those that share an account. */
const NAMED_MAX = 5;

type Seen = Extract<PlannedAccount, { readonly kind: 'decided' }>;

/** The other names of this config whose credentials lead to the same account at the provider. */
export function sameAccounts(
  planned: readonly PlannedAccount[],
): ReadonlyMap<AccountName, readonly AccountName[]> {
  const names = new Map<string, AccountName[]>();
  for (const one of planned) {
    if (one.kind === 'unseen' || !('identity' in one.who)) continue;
    const { identity } = one.who;
    names.set(identity, [...(names.get(identity) ?? []), one.account.name]);
  }
  return new Map(
    [...names.values()].flatMap((group) =>
      group.map((name) => [name, group.slice(0, NAMED_MAX + 1).filter((other) => other !== name)] as const),
    ),
  );
}

/** Why the credentials are another account's than the config means; `null` where nothing says so. */
export function whoElse({ who }: Seen, twins: readonly AccountName[]): string | null {
  if (twins.length > 0)
    return `its credentials lead to the same account at the provider as those of ${twins.slice(0, NAMED_MAX).join(', ')}: give each its own, or keep one name`;
  return who.kind === 'other' ? OTHER_NAME : null;
}
