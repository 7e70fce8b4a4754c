import type { AccountName } from '../domain/ids.ts';
import { type KeeperContext, moneyNow } from './context.ts';
import { frozenFact } from './decision-facts.ts';

/** Stops an account until a person looks, and tells it in the same transaction (I7). One that is frozen stays as it is: false. */
export async function freezeAccount(
  context: KeeperContext,
  account: AccountName,
  reason: string,
): Promise<boolean> {
  const holds = await context.journal.holds(account);
  if (holds.some(({ kind }) => kind === 'freeze')) return false;
  const fact = frozenFact(account, reason);
  context.log.error('account.frozen', { account, reason });
  await context.journal.setHold({ account, kind: 'freeze', reason, since: moneyNow(context), intent: null }, [
    { kind: 'fire', fact },
  ]);
  context.incidents.holdEvent(account, fact.fingerprint);
  context.onTold();
  return true;
}
