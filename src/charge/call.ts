import type { EndpointName } from '../contract/endpoints.ts';
import type { ChargeAction } from '../domain/decision.ts';
import type { PlanId } from '../domain/ids.ts';
import { type Cents, dollarsText } from '../domain/money.ts';

/** The one call that an action stands for: endpoint, path id and exact body bytes (seed, "Fund Wallet" and others). */
export type MoneyCall = {
  readonly endpoint: EndpointName;
  readonly pathId: string | null;
  readonly body: string;
};

export function moneyCall(action: ChargeAction, amountCents: Cents): MoneyCall {
  switch (action.kind) {
    case 'fund':
      return {
        endpoint: 'fundWallet',
        pathId: null,
        body: `{"amount":${dollarsText(amountCents)},"payment_method_id":${JSON.stringify(action.card)}}`,
      };
    case 'fix_payment':
      return { endpoint: 'fixPayment', pathId: action.subscription, body: '' };
    case 'resume':
      return { endpoint: 'resumeSubscription', pathId: action.subscription, body: '' };
    case 'subscribe':
      return {
        endpoint: 'createSubscription',
        pathId: null,
        body: `{"plan_id":${planJson(action.plan)},"payment_method_id":${JSON.stringify(action.card)}}`,
      };
    case 'change_plan':
      return {
        endpoint: 'updateSubscription',
        pathId: action.subscription,
        body: `{"new_plan_id":${planJson(action.plan)}}`,
      };
  }
}

/** API sheet #26: plan ids are integers; one that is not goes out as it came. */
function planJson(plan: PlanId): string {
  return /^[1-9]\d{0,14}$/.test(plan) ? plan : JSON.stringify(plan);
}
