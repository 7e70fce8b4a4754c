import type { ChargeAction } from '../domain/decision.ts';
import { isRuled, type PolicySpec } from '../domain/spec.ts';

/** Whether the words of a policy, of which a reload may have changed some, still have it make such a call by itself. */
export function isMadeBy({ wallet, subscription }: PolicySpec, kind: ChargeAction['kind']): boolean {
  switch (kind) {
    case 'fund':
    case 'fund_link':
    case 'withdraw':
      return wallet !== null;
    case 'fix_payment':
      return subscription?.whenPastDue === 'fix_payment';
    case 'subscribe':
    case 'subscribe_link':
      return subscription?.whenCanceled === 'subscribe';
    case 'resume':
      return isRuled(subscription) || subscription?.whenPaused === 'resume';
    case 'change_plan':
      return isRuled(subscription) || subscription?.whenWrongPlan === 'change';
    case 'pause':
      return isRuled(subscription);
    case 'charge_amount':
    case 'reset_cycle':
      return false; // only people ask for those
  }
}
