import type { Decision } from '../domain/decision.ts';
import { getSubscriptionStatus } from '../modelslab/subscriptions.ts';
import type { LastLive } from '../policy/last-live.ts';
import { hold } from '../policy/shared-checks.ts';
import type { KeeperContext } from './context.ts';
import type { Sight } from './observe.ts';

const GONE = 410;

/**
 * Before another one is bought for a subscription that lists lack, it is asked about by itself (API sheet #28): whether every
 * one is listed, also one that rests, is not documented.
 */
export async function unlessUnlisted(
  context: KeeperContext,
  sight: Sight,
  { decision, lastLive }: { readonly decision: Decision; readonly lastLive: LastLive | null },
): Promise<Decision> {
  const isBuying = decision.kind === 'charge' && decision.action.kind.startsWith('subscribe');
  if (!isBuying || lastLive === null || lastLive.missing === null) return decision;
  const { subscription } = lastLive;
  const reply = await getSubscriptionStatus(context.client, sight.caller, { subscriptionId: subscription });
  if (reply.kind === 'failed') {
    const { reason, status, message } = reply.failure;
    if (reason === 'not_found' || status === GONE) return decision;
    return hold('provider_unreachable', `whether ${subscription} is over could not be read (${message})`);
  }
  const { status } = reply.value;
  if (status === 'canceled') return decision;
  const sentence = `the list lacks subscription ${subscription}, but its status is ${status}: no other one is bought`;
  return { kind: 'needs_human', reason: 'status_unknown', sentence, amountCents: null };
}
