import type { AccountName } from '../domain/ids.ts';
import type { UpkeepMemory } from '../domain/upkeep.ts';
import { rechargeSet } from '../keeper/keep-auto-funding.ts';

/** To be said wherever somebody stops an account: purser cannot hold back what it told the provider to charge by itself. */
export function rechargeNote(upkeep: Pick<UpkeepMemory, 'read'>, account: AccountName): string | null {
  const set = rechargeSet(upkeep, account);
  return set === null
    ? null
    : `The provider's own recharge, which purser set (${set}), is not bound by it: purser wallet auto-funding off ${account} ends it.`;
}
