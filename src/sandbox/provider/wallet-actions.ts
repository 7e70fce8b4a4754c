import { AUTO_FUNDING_AMOUNT_MIN_CENTS, AUTO_FUNDING_THRESHOLD_MIN_CENTS } from '../../contract/limits.ts';
import { microFromCents, usdFromCents, usdFromMicro } from '../../domain/money.ts';
import { fail, invalid, type Outcome, ok } from './answer.ts';
import type { Call } from './call.ts';
import { centsField, hasField } from './input.ts';
import { balanceOf, debit } from './ledger.ts';
import { newId } from './random.ts';

/** API sheet #18. The seed's field names, and those that the vendor's own client sends. */
export function enableAutoFunding(call: Call): Outcome {
  const { body, account, now } = call;
  const amountField = hasField(body, 'auto_charge_amount') ? 'auto_charge_amount' : 'amount';
  const amountCents = centsField(body, amountField);
  if (amountCents === null || amountCents < AUTO_FUNDING_AMOUNT_MIN_CENTS) {
    return invalid('auto_charge_amount', 'The auto charge amount must be at least 5.');
  }
  const thresholdField = hasField(body, 'charge_threshold') ? 'charge_threshold' : 'threshold';
  const thresholdCents = centsField(body, thresholdField);
  if (thresholdCents === null || thresholdCents < AUTO_FUNDING_THRESHOLD_MIN_CENTS) {
    return invalid('charge_threshold', 'The charge threshold must be at least 1.');
  }
  account.autoFunding = { amountCents, thresholdCents, notBefore: now };
  return ok({
    message: 'Auto-funding enabled.',
    enabled: true,
    auto_charge_amount: usdFromCents(amountCents),
    charge_threshold: usdFromCents(thresholdCents),
  });
}

/** API sheet #19. */
export function disableAutoFunding(call: Call): Outcome {
  call.account.autoFunding = null;
  return ok({ message: 'Auto-funding disabled.', enabled: false });
}

/** API sheet #20: resellers only. */
export function withdraw(call: Call): Outcome {
  const { world, account, now, body } = call;
  if (!account.isReseller) return fail(403, 'forbidden', 'Withdrawals are available to resellers only.');
  const amountCents = centsField(body, 'amount');
  if (amountCents === null || amountCents <= 0)
    return invalid('amount', 'The amount must be greater than 0.');
  const amountMicroUsd = microFromCents(amountCents);
  if (amountMicroUsd > balanceOf(account)) return invalid('amount', 'The amount exceeds the wallet balance.');
  const transactionId = newId(world, 'po');
  debit(world, account, { amountMicroUsd, source: 'stripe', transactionId, usecase: 'withdrawal', at: now });
  return ok({
    message: 'Withdrawal requested.',
    amount: usdFromCents(amountCents),
    balance: usdFromMicro(balanceOf(account)),
    currency: 'USD',
  });
}
