import type { Subscription } from '../domain/observation.ts';
import type { SubscriptionSpec } from '../domain/spec.ts';
import { addMs, type EpochMs, formatInstant, MINUTE_MS } from '../domain/time.ts';
import type { Caller } from '../modelslab/reading.ts';
import { getUsageHistory, getUsageProducts } from '../modelslab/usage.ts';
import { callsLeft, newestUse } from '../modelslab/usage-remaining.ts';
import { isLive } from '../policy/subscription-plan.ts';
import type { AccountRuntime } from './account-runtime.ts';
import { type KeeperContext, moneyNow } from './context.ts';

/** What was last read of an account's usage, for rules that ask for it. */
export type UsageSeen = {
  readonly readAtMs: number;
  readonly readAt: EpochMs;
  /** The subscription and plan that it was read for. */
  readonly subject: string;
  /** Share of the plan's calls that remains; `null` where it is not known. */
  readonly share: number | null;
  /** `null` where it is not known; otherwise the last use since `now - idleFor`. */
  readonly lastUsed: { readonly at: EpochMs | null } | null;
  readonly failure: string;
  /** Since when the rules miss something. */
  readonly unknownSince: EpochMs | null;
};

const READ_EVERY_MS = 10 * MINUTE_MS;
/** Before an idle subscription is paused it is asked anew whether it is idle. */
const FRESH_MS = MINUTE_MS;
const HISTORY_ROWS = 200;

/** Usage, read only where the rules ask for it, and then now and then. A read that fails is not known: nothing is guessed. */
export async function readUsage(
  context: KeeperContext,
  runtime: AccountRuntime,
  about: {
    readonly caller: Caller;
    readonly spec: SubscriptionSpec;
    readonly subscription: Subscription;
    /** Nothing but fresh news keeps it from being paused. */
    readonly isIdle: (seen: UsageSeen) => boolean;
  },
): Promise<UsageSeen> {
  const { spec, subscription, isIdle } = about;
  const subject = `${subscription.id}/${subscription.planId ?? subscription.planName}/${subscription.currentPeriodEnd}`;
  const known = runtime.usage?.subject === subject ? runtime.usage : null;
  const ageMs = known === null ? Number.POSITIVE_INFINITY : context.clock.monotonicMs() - known.readAtMs;
  const isDue =
    ageMs >= READ_EVERY_MS || (known !== null && ageMs >= FRESH_MS && isLive(subscription) && isIdle(known));
  if (known !== null && !isDue) return known;
  const now = moneyNow(context);
  const products = asksProducts(spec) && isLive(subscription) ? await readShare(context, about) : NOT_ASKED;
  const idleForMs = spec.pause?.idleForMs ?? null;
  const history =
    idleForMs === null ? NOT_ASKED : await readLastUse(context, about.caller, addMs(now, -idleForMs));
  const failure = products.failure ?? history.failure;
  const seen: UsageSeen = {
    readAtMs: context.clock.monotonicMs(),
    readAt: now,
    subject,
    share: products.value,
    lastUsed:
      history.failure === null
        ? { at: later(history.value, runtime.usage?.lastUsed?.at ?? null, now) }
        : null,
    failure: failure ?? '',
    unknownSince: failure === null ? null : (runtime.usage?.unknownSince ?? now),
  };
  if (failure !== null && runtime.usage?.failure !== failure)
    context.log.warn('usage.unknown', { account: runtime.name, why: failure });
  runtime.usage = seen;
  return seen;
}

/** What was seen to be used was used, whatever one answer lacks; an instant to come was none. */
function later(seen: EpochMs | null, before: EpochMs | null, now: EpochMs): EpochMs | null {
  if (before === null || before > now) return seen;
  return seen === null || before > seen ? before : seen;
}

type Answer<Value> = { readonly value: Value | null; readonly failure: string | null };
const NOT_ASKED = { value: null, failure: null };

function asksProducts({ rules }: SubscriptionSpec): boolean {
  return rules.some(({ when }) => when.kind === 'remaining_below');
}

async function readShare(
  context: KeeperContext,
  { caller, subscription }: { readonly caller: Caller; readonly subscription: Subscription },
): Promise<Answer<number>> {
  const reply = await getUsageProducts(context.client, caller);
  if (reply.kind === 'failed')
    return { value: null, failure: `its usage could not be read (${reply.failure.message})` };
  const left = callsLeft(reply.value, { id: subscription.planId, name: subscription.planName });
  if (left === null) return { value: null, failure: 'the provider does not tell it of this plan' };
  return { value: Math.max(0, left.remaining) / left.limit, failure: null };
}

async function readLastUse(context: KeeperContext, caller: Caller, since: EpochMs): Promise<Answer<EpochMs>> {
  const args = { from: formatInstant(since), limit: HISTORY_ROWS };
  const reply = await getUsageHistory(context.client, caller, args);
  if (reply.kind === 'failed')
    return { value: null, failure: `its last use could not be read (${reply.failure.message})` };
  const newest = newestUse(reply.value);
  // A full page of older rows only says that `from` was not heeded: what came after them is not known.
  const isDeaf =
    reply.value.length >= HISTORY_ROWS && newest !== undefined && newest !== null && newest < since;
  if (newest === undefined || isDeaf)
    return { value: null, failure: 'its last use is not told in a known form' };
  return { value: newest, failure: null };
}
