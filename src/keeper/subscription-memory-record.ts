import type { AccountName } from '../domain/ids.ts';
import type { EpochMs } from '../domain/time.ts';
import type { UpkeepMemory } from '../domain/upkeep.ts';
import type { LastLive } from '../policy/last-live.ts';
import type { SubscriptionMemory } from '../policy/subscription-memory.ts';

const RULES_TASK = 'subscription_rules';
const LIVE_TASK = 'subscription_last_live';

/** What a pass is to remember of the account's subscription; `null` for what stays as it is remembered. */
export type ToRemember = { readonly memory: SubscriptionMemory | null; readonly lastLive: LastLive | null };

export function readSubscriptionMemory(
  upkeep: UpkeepMemory,
  account: AccountName,
): SubscriptionMemory | null {
  const record = upkeep.read(account, RULES_TASK);
  if (record === null) return null;
  const memory = JSON.parse(record.digest) as Omit<SubscriptionMemory, 'lowsSeen'>; // what `keep` wrote, now or before
  return { lowsSeen: [], ...memory };
}

export function readLastLive(upkeep: UpkeepMemory, account: AccountName): LastLive | null {
  const record = upkeep.read(account, LIVE_TASK);
  return record === null ? null : (JSON.parse(record.digest) as LastLive); // what `keep` wrote
}

/** Durable when it resolves; writes nothing that is there already. */
export async function keepSubscriptionMemory(
  upkeep: UpkeepMemory,
  account: AccountName,
  { memory, lastLive, now }: ToRemember & { readonly now: EpochMs },
): Promise<void> {
  const keep = async (task: string, what: SubscriptionMemory | LastLive | null): Promise<void> => {
    const digest = JSON.stringify(what);
    if (what === null || upkeep.read(account, task)?.digest === digest) return;
    const detail = `subscription ${what.subscription}`;
    await upkeep.write(account, task, { digest, result: 'done', detail, at: now });
  };
  await keep(RULES_TASK, memory);
  await keep(LIVE_TASK, lastLive);
}
