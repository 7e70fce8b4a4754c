import type { AccountName } from '../domain/ids.ts';
import type { AccountSpec } from '../domain/spec.ts';
import type { EpochMs } from '../domain/time.ts';
import type { UpkeepMemory } from '../domain/upkeep.ts';
import { type LastLive, noteLive } from '../policy/last-live.ts';
import type { SubscriptionMemory } from '../policy/subscription-memory.ts';
import { isLive } from '../policy/subscription-plan.ts';
import type { AccountRuntime } from './account-runtime.ts';
import { isClockOff, type KeeperContext, moneyNow } from './context.ts';
import type { Sight } from './observe.ts';

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

export function readLastLive(upkeep: UpkeepMemory, runtime: AccountRuntime): LastLive | null {
  if (runtime.lastLive !== null) return runtime.lastLive;
  const record = upkeep.read(runtime.name, LIVE_TASK);
  if (record === null) return null;
  const kept = JSON.parse(record.digest) as Pick<LastLive, 'subscription'> & Partial<LastLive>; // what `keep` wrote, or an older one
  runtime.lastLive = { missing: null, earlier: [], ...kept };
  return runtime.lastLive;
}

/** Durable when it resolves; writes nothing that is there already. */
export async function keepSubscriptionMemory(
  upkeep: UpkeepMemory,
  runtime: AccountRuntime,
  { memory, lastLive, now }: ToRemember & { readonly now: EpochMs },
): Promise<void> {
  const kept = [
    [RULES_TASK, memory],
    [LIVE_TASK, lastLive],
  ] as const;
  for (const [task, what] of kept) {
    if (what === null) continue;
    const digest = JSON.stringify(what);
    if (upkeep.read(runtime.name, task)?.digest === digest) continue;
    const detail = `subscription ${what.subscription}`;
    await upkeep.write(runtime.name, task, { digest, result: 'done', detail, at: now });
  }
  runtime.lastLive = lastLive ?? runtime.lastLive;
}

/** What a list showed, in a pass in which nothing is decided. */
export async function noteListed(
  context: KeeperContext,
  { policy }: AccountSpec,
  runtime: AccountRuntime,
  { subscriptions, plans }: Sight,
): Promise<void> {
  const spec = policy.subscription;
  if (spec === null || subscriptions === null || isClockOff(context)) return;
  const now = moneyNow(context);
  const lastLive = noteLive(readLastLive(context.upkeep, runtime), { spec, subscriptions, plans }, now);
  // What it lacks is not gone where it shows nothing live in its place.
  if (lastLive === null || (lastLive.missing !== null && !subscriptions.some(isLive))) return;
  await keepSubscriptionMemory(context.upkeep, runtime, { memory: null, lastLive, now });
}
