import { TOP_UP_MIN_CENTS } from '../../contract/limits.ts';
import { unreachable } from '../../domain/assert.ts';
import { usdFromCents, usdFromMicro } from '../../domain/money.ts';
import type { PaymentIntent } from './account.ts';
import { invalid, type Outcome, ok } from './answer.ts';
import type { Call } from './call.ts';
import { centsField, hasField, textField } from './input.ts';
import { balanceOf, creditCardPayment } from './ledger.ts';
import { declined, findCard } from './paying.ts';
import { executeCharge } from './processor.ts';
import { openSession, paymentUrl } from './session.ts';

/** The highest single charge the processor takes (Stripe: 999,999.99). */
const AMOUNT_MAX_CENTS = 99_999_999;

/** API sheet #16: the money call. */
export function fundWallet(call: Call): Outcome {
  const { world, account, now, body } = call;
  if (!hasField(body, 'amount')) return invalid('amount', 'The amount field is required.');
  const amountCents = centsField(body, 'amount');
  if (amountCents === null)
    return invalid('amount', 'The amount must be a number with at most two decimals.');
  if (amountCents < TOP_UP_MIN_CENTS) return invalid('amount', 'The amount must be at least 10.');
  if (amountCents > AMOUNT_MAX_CENTS)
    return invalid('amount', 'The amount may not be greater than 999999.99.');
  if (!hasField(body, 'payment_method_id')) {
    const session = openSession(call, { purpose: 'fund', amountCents, planId: null });
    return ok({ checkout_url: paymentUrl(world, session), session_id: session.id });
  }
  const card = findCard(call, textField(body, 'payment_method_id'));
  if (card === null) return invalid('payment_method_id', 'The selected payment method id is invalid.');
  const result = executeCharge(world, account, {
    card,
    amountCents,
    kind: 'fund',
    key: call.key,
    at: now,
    description: 'Wallet funding',
    canWait: true,
  });
  switch (result.kind) {
    case 'succeeded':
      creditCardPayment(world, account, { intent: result.intent, usecase: 'wallet_funding', at: now });
      return funded(call, result.intent);
    case 'requires_action':
      return actionRequired(result.intent);
    case 'declined':
      return declined(result);
    default:
      return unreachable(result);
  }
}

/** The real answer is undocumented: the vendor's command-line client reads `balance` and nothing else. */
function funded(call: Call, intent: PaymentIntent): Outcome {
  const data = {
    balance: usdFromMicro(balanceOf(call.account)),
    currency: 'USD',
    amount: usdFromCents(intent.amountCents),
    status: 'succeeded',
  };
  const isFull = call.world.faults.fund_answer === 'full';
  return ok(isFull ? { ...data, payment_intent_id: intent.id } : data);
}

function actionRequired(intent: PaymentIntent): Outcome {
  const data = {
    message: 'This payment requires additional authentication by the card holder.',
    payment: { status: 'requires_action', payment_intent_id: intent.id, client_secret: intent.secret },
  };
  return ok(data, 202);
}
