import type { Plan, Subscription } from '../domain/observation.ts';
import type { AccountSpec, SubscriptionSpec } from '../domain/spec.ts';
import { addMs, type EpochMs, epochMs } from '../domain/time.ts';
import type { Caller } from '../modelslab/reading.ts';
import { ruledSubscription } from '../policy/ruled-trouble.ts';
import { freshMemory, type SubscriptionMemory } from '../policy/subscription-memory.ts';
import { isLive } from '../policy/subscription-plan.ts';
import { lowStates, nextLows, nextLowsSeen, READS_APART_MS } from '../policy/usage-lows.ts';
import { soonest, type UsageFacts, type Wanted, wantedSubscription } from '../policy/wanted-subscription.ts';
import type { AccountRuntime } from './account-runtime.ts';
import { type KeeperContext, moneyNow } from './context.ts';
import { readUsage, type UsageSeen } from './read-usage.ts';
import { readSubscriptionMemory } from './subscription-memory-record.ts';

/** What the rules of a policy want in this pass, of which subscription, and what is remembered of it. */
export type Ruling = {
  readonly wanted: Wanted;
  /** `null` where there is none to rule. */
  readonly subject: { readonly subscription: Subscription; readonly memory: SubscriptionMemory } | null;
  /** Since when the rules miss what they ask for, and what it is. */
  readonly unknown: { readonly since: EpochMs; readonly why: string } | null;
};

/** Rules, clock, usage and memory to what is wanted now. Writes nothing. */
export async function observeRules(
  context: KeeperContext,
  account: AccountSpec,
  runtime: AccountRuntime,
  seen: {
    readonly caller: Caller;
    readonly spec: SubscriptionSpec;
    readonly subscriptions: readonly Subscription[];
    readonly plans: readonly Plan[] | null;
  },
): Promise<Ruling> {
  const { spec, plans, caller } = seen;
  const at = { now: moneyNow(context), zone: account.timezone };
  const subscription = ruledSubscription(seen);
  if (subscription === null) {
    return { wanted: wantedSubscription(spec, NOTHING_KNOWN, at), subject: null, unknown: null };
  }
  const known = readSubscriptionMemory(context.upkeep, account.name);
  const isFirstSight = known?.subscription !== subscription.id;
  const before = known === null || isFirstSight ? freshMemory(subscription.id, at.now) : known;
  const memory = noteResumed(before, subscription, at.now);
  const awakeSince = epochMs(Math.max(memory.firstSeenAt, memory.resumedAt ?? 0));
  const factsOf = (usage: UsageSeen | null, lows: UsageFacts['lows'] = new Map()): UsageFacts => ({
    lows,
    unknownBecause: usage?.failure ?? '',
    lastUsed: usage?.lastUsed ?? null,
    awakeSince,
  });
  const isIdle = (usage: UsageSeen): boolean =>
    wantedSubscription({ ...spec, rules: [] }, factsOf(usage), at).state.kind === 'paused';
  const usage = asksUsage(spec)
    ? await readUsage(context, runtime, { caller, spec, subscription, isIdle })
    : null;
  const read = { share: usage?.share ?? null, readAt: usage?.readAt ?? at.now, seen: memory.lowsSeen };
  const low = { spec, subscription, plans, ...read, isFirstSight, now: at.now };
  const lows = nextLows({ ...low, lows: memory.lows });
  const lowsSeen = nextLowsSeen({ ...low, lows });
  const byClock = wantedSubscription(spec, factsOf(usage, lowStates({ ...low, lows })), at);
  const turns = [
    ...lows.map(({ until }) => until),
    ...lowsSeen.map((seen) => addMs(seen.at, READS_APART_MS)),
  ];
  const wanted = { ...byClock, until: turns.filter((turn) => turn > at.now).reduce(soonest, byClock.until) };
  const since = usage?.unknownSince ?? null;
  return {
    wanted,
    subject: { subscription, memory: { ...memory, lows, lowsSeen } },
    unknown: since === null ? null : { since, why: usage?.failure ?? '' },
  };
}

const NOTHING_KNOWN: UsageFacts = {
  lows: new Map(),
  unknownBecause: 'there is no subscription',
  lastUsed: null,
  awakeSince: epochMs(0),
};

function asksUsage({ rules, pause }: SubscriptionSpec): boolean {
  return (pause?.idleForMs ?? null) !== null || rules.some(({ when }) => when.kind === 'remaining_below');
}

/** Whoever resumed it: idleness counts from there. */
function noteResumed(
  memory: SubscriptionMemory,
  subscription: Subscription,
  now: EpochMs,
): SubscriptionMemory {
  const { isPaused, resumedAt } = memory;
  const wasPaused = isPaused !== null && isPaused.value === true;
  const isNoted = wasPaused && resumedAt !== null && resumedAt >= isPaused.at;
  return wasPaused && !isNoted && isLive(subscription) ? { ...memory, resumedAt: now } : memory;
}
