import type { Charge, Decision } from '../domain/decision.ts';
import { getSubscriptionStatus } from '../modelslab/subscriptions.ts';
import { type LastLive, withoutEarlier } from '../policy/last-live.ts';
import { hold } from '../policy/shared-checks.ts';
import type { Declared } from '../policy/subscription-trouble.ts';
import { isInTheWay, isOfFollowed, unlistedIn } from '../policy/unlisted.ts';
import type { KeeperContext } from './context.ts';
import type { Sight } from './observe.ts';

const GONE = 410;

/**
 * Before one is bought, paid or changed while lists lack another that was followed, that one is asked about by itself (API
 * sheet #28): whether every one is listed, also one that rests, is not documented. Those that are over are not asked again.
 */
export async function unlessUnlisted(
  context: KeeperContext,
  sight: Sight,
  one: { readonly decision: Decision; readonly declared: Declared; readonly lastLive: LastLive | null },
): Promise<{ readonly decision: Decision; readonly lastLive: LastLive | null }> {
  const { decision, declared } = one;
  let { lastLive } = one;
  if (decision.kind !== 'charge' || lastLive === null) return { decision, lastLive };
  if (isOfFollowed(decision.action, lastLive, declared)) return { decision, lastLive };
  for (const subscriptionId of unlistedIn(lastLive, declared.subscriptions ?? [])) {
    const reply = await getSubscriptionStatus(context.client, sight.caller, { subscriptionId });
    if (reply.kind === 'failed' && !isNotThere(reply.failure)) {
      const sentence = `whether ${subscriptionId} is over could not be read (${reply.failure.message})`;
      return { decision: hold('provider_unreachable', sentence), lastLive };
    }
    if (reply.kind === 'failed' || reply.value.status === 'canceled') {
      lastLive = withoutEarlier(lastLive, subscriptionId);
    } else if (isInTheWay(reply.value, decision.action, declared)) {
      const sentence = `the list lacks subscription ${subscriptionId}, but its status is ${reply.value.status}: no other one is ${DONE[decision.reason]}`;
      return {
        decision: { kind: 'needs_human', reason: 'status_unknown', sentence, amountCents: null },
        lastLive,
      };
    }
  }
  return { decision, lastLive };
}

const DONE: Readonly<Record<Charge['reason'], string>> = {
  past_due: 'paid',
  paused: 'resumed',
  pause_wanted: 'paused',
  no_subscription: 'bought',
  wrong_plan: 'changed',
  below_minimum: 'charged',
  by_hand: 'charged',
};

function isNotThere({
  reason,
  status,
}: {
  readonly reason: string;
  readonly status: number | null;
}): boolean {
  return reason === 'not_found' || status === GONE;
}
