import type { CapScope } from '../domain/caps.ts';
import type { AccountName } from '../domain/ids.ts';
import type { AccountSpec } from '../domain/spec.ts';
import { type KeeperContext, moneyNow } from './context.ts';

/**
 * After the journal was lost, shared caps count only what was read since. Nothing is charged against them before the
 * ledger of every account that shares them was read once (charging.md, fence 3); `null` where it was.
 */
export async function unreadNeighbour(
  context: KeeperContext,
  account: AccountSpec,
  scopes: readonly CapScope[],
): Promise<AccountName | null> {
  const shared = scopes.filter(({ kind }) => kind !== 'account');
  if (shared.length === 0) return null;
  const watch = await context.journal.watch(account.name, moneyNow(context));
  if (watch.kind === 'clear') return null;
  for (const { name, group, policy } of context.spec().accounts.values()) {
    const shares = shared.some((scope) => scope.kind === 'fleet' || scope.name === group);
    if (!shares || policy.wallet === null) continue; // what pays for subscriptions alone stands in no ledger
    if ((await context.journal.memory(name)).scannedAt === null) return name;
  }
  return null;
}
