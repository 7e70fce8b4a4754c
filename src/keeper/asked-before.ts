import { payoutOf } from '../charge/call.ts';
import type { Intent } from '../charge/intent.ts';
import type { EnsureOrder, HandOrder } from '../domain/hand-order.ts';
import type { AccountRuntime } from './account-runtime.ts';
import type { KeeperContext } from './context.ts';
import type { Sight } from './observe.ts';
import { type Target, targetOf } from './order-case.ts';
import type { PlacedOrder } from './order-desk.ts';

/**
 * Whoever lost an answer and asks again is told how that charge ends, and charges nothing: an order whose equal is open,
 * and that nobody waits for any more, is bound to it. To be done before anything open is settled, for once that one has
 * ended the order looks like a new one; and at the end of a pass, for those that came while it was at work. The orders that
 * are left are new indeed.
 */
export async function bindAskedBefore(
  context: KeeperContext,
  runtime: AccountRuntime,
  seen: { readonly asked: readonly PlacedOrder[]; readonly open: readonly Intent[]; readonly sight: Sight },
): Promise<readonly PlacedOrder[]> {
  const byHand = seen.open.filter(({ origin }) => origin === 'hand');
  const left: PlacedOrder[] = [];
  for (const placed of seen.asked) {
    const { order } = placed;
    const owned = new Set(runtime.desk.others().map(({ intent }) => intent));
    const ofKind = byHand.filter(({ id, kind }) => kind === order.kind && !owned.has(id));
    if (placed.intent === null && order.kind !== 'ensure' && ofKind.length > 0) {
      const target = await targetOf(context, order, seen.sight);
      const earlier = target === null ? null : ofKind.find((intent) => isEqual(intent, { order, target }));
      // Where it cannot be told whether it is the same, the order waits for a pass that can.
      if (earlier === null) continue;
      placed.intent = earlier?.id ?? null;
    }
    left.push(placed);
  }
  return left;
}

function isEqual(
  intent: Intent,
  { order, target }: { readonly order: Exclude<HandOrder, EnsureOrder>; readonly target: Target },
): boolean {
  switch (order.kind) {
    case 'fund':
      return (
        intent.amountCents === order.amountCents &&
        (order.card === null || order.card === intent.card) &&
        isWithCoupon(intent, order.coupon)
      );
    case 'fund_link':
    case 'charge_amount':
      return intent.amountCents === order.amountCents;
    case 'withdraw':
      return payoutOf(intent.body) === order.amountCents;
    case 'subscribe':
    case 'subscribe_link':
      return intent.plan === (target.plan?.id ?? null);
    case 'change_plan':
      return (
        intent.plan === (target.plan?.id ?? null) && intent.subscription === (target.subscription?.id ?? null)
      );
    case 'fix_payment':
    case 'resume':
    case 'pause':
    case 'reset_cycle':
      return intent.subscription === (target.subscription?.id ?? null);
  }
}

function isWithCoupon({ endpoint, body }: Intent, coupon: string | null): boolean {
  if (coupon === null) return endpoint !== 'redeemCoupon';
  return endpoint === 'redeemCoupon' && body.includes(JSON.stringify(coupon));
}
