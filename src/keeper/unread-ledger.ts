import { capScopes } from '../domain/cap-scopes.ts';
import type { AccountName } from '../domain/ids.ts';
import type { AccountSpec } from '../domain/spec.ts';
import { type KeeperContext, moneyNow } from './context.ts';

/**
 * After the journal was lost, caps count only what was read since. Nothing is charged against them before the ledger of the
 * account, and of every other that shares them, was read once (charging.md, fence 3); `null` where it was.
 */
export async function unreadLedger(
  context: KeeperContext,
  account: AccountSpec,
): Promise<AccountName | null> {
  const watch = await context.journal.watch(account.name, moneyNow(context));
  if (watch.kind === 'clear') return null;
  const scopes = capScopes(context.spec(), account);
  for (const { name, group, policy } of context.spec().accounts.values()) {
    const shares = scopes.some(
      (scope) =>
        scope.kind === 'fleet' || (scope.kind === 'account' ? account.name === name : scope.name === group),
    );
    if (!shares || policy.wallet === null) continue; // what pays for subscriptions alone stands in no ledger
    if ((await context.journal.memory(name)).scannedAt === null) return name;
  }
  return null;
}
