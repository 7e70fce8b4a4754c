import type { AccountMemory } from '../charge/journal.ts';
import type { CapScope } from '../domain/caps.ts';
import type { AccountName } from '../domain/ids.ts';
import type { AccountSpec } from '../domain/spec.ts';
import { type KeeperContext, moneyNow } from './context.ts';

/**
 * After the journal was lost, shared caps count only what was read since. Nothing is charged against them before the
 * ledger of every account that shares them was read to its end, and again behind the quarantine, for one page may be
 * stale (charging.md, fence 3); `null` where it was.
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
    if (isScanDue(context, await context.journal.memory(name))) return name;
  }
  return null;
}

/** Whether the whole ledger is to be read: it never was, or not since the quarantine ended. */
export function isScanDue(context: KeeperContext, { scannedAt }: AccountMemory): boolean {
  if (scannedAt === null) return true;
  const until = context.quarantineUntil();
  return until !== null && scannedAt < until && moneyNow(context) >= until;
}
