import type { EndpointName } from '../contract/endpoints.ts';
import type { ChargeAction } from '../domain/decision.ts';
import type { PaymentMethodId, PlanId } from '../domain/ids.ts';
import { type Cents, dollarsText, parseCents } from '../domain/money.ts';

/** The one call that an action stands for: endpoint, path id and exact body bytes (seed, "Fund Wallet" and others). */
export type MoneyCall = {
  readonly endpoint: EndpointName;
  readonly pathId: string | null;
  readonly body: string;
};

/** What a key stands for, as one text (I5). */
export function bytesOf({ endpoint, pathId, body }: MoneyCall): string {
  return JSON.stringify([endpoint, pathId, body]);
}

export function moneyCall(action: ChargeAction, amountCents: Cents): MoneyCall {
  switch (action.kind) {
    case 'fund':
      return action.coupon === null
        ? {
            endpoint: 'fundWallet',
            pathId: null,
            body: `{"amount":${dollarsText(amountCents)},"payment_method_id":${JSON.stringify(action.card)}}`,
          }
        : redeeming(action.coupon, action.card, amountCents);
    case 'fund_link':
      return {
        endpoint: 'createPaymentLink',
        pathId: null,
        body: `{"purpose":"fund","amount":${dollarsText(amountCents)}}`,
      };
    case 'subscribe_link':
      return {
        endpoint: 'createPaymentLink',
        pathId: null,
        body: `{"purpose":"subscribe","plan_id":${planJson(action.plan)}}`,
      };
    case 'fix_payment':
      return { endpoint: 'fixPayment', pathId: action.subscription, body: '' };
    case 'resume':
      return { endpoint: 'resumeSubscription', pathId: action.subscription, body: '' };
    case 'pause':
      return { endpoint: 'pauseSubscription', pathId: action.subscription, body: '' };
    case 'reset_cycle':
      return { endpoint: 'resetSubscriptionCycle', pathId: action.subscription, body: '' };
    case 'charge_amount':
      return {
        endpoint: 'chargeSubscriptionAmount',
        pathId: null,
        body: `{"amount":${dollarsText(amountCents)}}`,
      };
    case 'withdraw':
      return { endpoint: 'withdraw', pathId: null, body: `{"amount":${dollarsText(action.payoutCents)}}` };
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

/** A bonus coupon is redeemed together with the purchase that it adds to (API sheet #22). */
function redeeming(coupon: string, card: PaymentMethodId, amountCents: Cents): MoneyCall {
  const amount = dollarsText(amountCents);
  const body = `{"coupon_code":${JSON.stringify(coupon)},"payment_method_id":${JSON.stringify(card)},"purchase_amount":${amount}}`;
  return { endpoint: 'redeemCoupon', pathId: null, body };
}

/** What a withdrawal pays out, from its own body: it counts against no cap, so the intent's amount is zero. */
export function payoutOf(body: string): Cents | null {
  return parseCents(/"amount":([\d.]+)/.exec(body)?.[1] ?? '');
}

/** API sheet #26: plan ids are integers; one that is not goes out as it came. */
function planJson(plan: PlanId): string {
  return /^[1-9]\d{0,14}$/.test(plan) ? plan : JSON.stringify(plan);
}
