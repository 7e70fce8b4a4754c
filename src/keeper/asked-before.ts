import { payoutOf } from '../charge/call.ts';
import type { Intent } from '../charge/intent.ts';
import type { EnsureOrder, HandOrder } from '../domain/hand-order.ts';
import type { AccountSpec } from '../domain/spec.ts';
import type { AccountRuntime } from './account-runtime.ts';
import type { KeeperContext } from './context.ts';
import type { Target } from './order-case.ts';

/**
 * The open charge of an equal order that nobody waits for any more: whoever lost an answer and asks again is told how
 * that one ends, and charges nothing.
 */
export async function askedBefore(
  context: KeeperContext,
  runtime: AccountRuntime,
  one: { account: AccountSpec; order: Exclude<HandOrder, EnsureOrder>; target: Target },
): Promise<Intent | null> {
  const open = await context.journal.openIntents(one.account.name);
  const owned = new Set(runtime.desk.others().map(({ intent }) => intent));
  return (
    open.find((intent) => intent.origin === 'hand' && !owned.has(intent.id) && isEqual(intent, one)) ?? null
  );
}

function isEqual(
  intent: Intent,
  { order, target }: { readonly order: Exclude<HandOrder, EnsureOrder>; readonly target: Target },
): boolean {
  if (intent.kind !== order.kind) return false;
  switch (order.kind) {
    case 'fund':
      return (
        intent.amountCents === order.amountCents &&
        (order.card === null || order.card === intent.card) &&
        (order.coupon !== null) === (intent.endpoint === 'redeemCoupon')
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
