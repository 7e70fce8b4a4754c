import { evidenceOf, type Intent } from '../charge/intent.ts';
import type { AccountSpec } from '../domain/spec.ts';
import { listPaymentMethods } from '../modelslab/billing.ts';
import { listSubscriptions } from '../modelslab/subscriptions.ts';
import type { KeeperContext } from './context.ts';
import type { Sight } from './observe.ts';
import { isReached } from './subscription-goal.ts';

/**
 * Whether a request was refused only because a person was faster: the subscription is as it was to become, or the card
 * is saved no more. Asked anew; an answer that does not come says nothing.
 */
export async function isRefusalMoot(
  context: KeeperContext,
  { intent, sight, account }: { intent: Intent; sight: Sight; account: AccountSpec | null },
): Promise<boolean> {
  if (intent.card !== null) {
    const cards = await listPaymentMethods(context.client, sight.caller);
    if (cards.kind === 'ok' && cards.value.every(({ id }) => id !== intent.card)) return true;
  }
  if (evidenceOf(intent.kind) !== 'subscription') return false;
  const list = await listSubscriptions(context.client, sight.caller);
  if (list.kind === 'failed') return false;
  const spec = account?.policy.subscription ?? null;
  const wanted = sight.ruling?.wanted ?? null;
  return isReached({ intent, subscriptions: list.value, plans: sight.plans, spec, wanted });
}
