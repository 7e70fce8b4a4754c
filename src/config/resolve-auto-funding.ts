import { AUTO_FUNDING_AMOUNT_MIN_CENTS, AUTO_FUNDING_THRESHOLD_MIN_CENTS } from '../contract/limits.ts';
import { type Cents, cents, formatCents } from '../domain/money.ts';
import type { AutoFundingSpec } from '../domain/spec.ts';
import type { Problems } from './config-problem.ts';
import { readAmount } from './read-amount.ts';
import { type Spot, spotAt } from './spot.ts';

/** `policies.NAME.wallet.auto_funding`, or `null` where its amounts cannot be read; what is reported fails the load. */
export function resolveAutoFunding(
  spot: Spot,
  minBalanceCents: Cents,
  problems: Problems,
): AutoFundingSpec | null {
  if (spotAt(spot, 'threshold').node === null) {
    const { node } = spot;
    return node?.kind === 'scalar' && node.value === 'off' ? { kind: 'off' } : { kind: 'leave' };
  }
  const thresholdCents = readAmount(spot, 'threshold', problems);
  const amountCents = readAmount(spot, 'amount', problems);
  if (thresholdCents === null || amountCents === null) return null;
  refuseUnder(spotAt(spot, 'threshold'), thresholdCents, AUTO_FUNDING_THRESHOLD_MIN_CENTS, problems);
  refuseUnder(spotAt(spot, 'amount'), amountCents, AUTO_FUNDING_AMOUNT_MIN_CENTS, problems);
  if (thresholdCents >= minBalanceCents) {
    const minimum = formatCents(minBalanceCents);
    const message = `threshold ${formatCents(thresholdCents)} is not below min_balance ${minimum}: both would charge for one need`;
    problems.error(spotAt(spot, 'threshold'), message, 'lower it: it is the backstop');
  }
  return { kind: 'set', thresholdCents, amountCents };
}

function refuseUnder(spot: Spot, amount: Cents, minimum: number, problems: Problems): void {
  if (amount >= minimum) return;
  const least = formatCents(cents(minimum));
  problems.error(
    spot,
    `${formatCents(amount)} is under the provider's minimum ${least}`,
    `write at least ${least}`,
  );
}
