import type { AccountName } from '../domain/ids.ts';
import type { EpochMs } from '../domain/time.ts';
import type { UpkeepMemory } from '../domain/upkeep.ts';
import type { SubscriptionMemory } from '../policy/subscription-memory.ts';

const TASK = 'subscription_rules';

export function readSubscriptionMemory(
  upkeep: UpkeepMemory,
  account: AccountName,
): SubscriptionMemory | null {
  const record = upkeep.read(account, TASK);
  return record === null ? null : (JSON.parse(record.digest) as SubscriptionMemory); // what `keep` wrote
}

/** Durable when it resolves; writes nothing that is there already. */
export async function keepSubscriptionMemory(
  upkeep: UpkeepMemory,
  account: AccountName,
  { memory, now }: { readonly memory: SubscriptionMemory; readonly now: EpochMs },
): Promise<void> {
  const digest = JSON.stringify(memory);
  if (upkeep.read(account, TASK)?.digest === digest) return;
  const detail = `subscription ${memory.subscription}`;
  await upkeep.write(account, TASK, { digest, result: 'done', detail, at: now });
}
