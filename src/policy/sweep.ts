import type { HandOrder } from '../domain/hand-order.ts';
import { cents, type MicroUsd, microFromCents } from '../domain/money.ts';
import type { WalletSpec } from '../domain/spec.ts';
import { DAY_MS, type EpochMs } from '../domain/time.ts';

/** Less than this is not worth a withdrawal. */
const SWEEP_MIN_CENTS = 1_000;

/**
 * What lies above `max_balance`, as an order to withdraw it; `null` where nothing is to be. Once a day at most, and not
 * within a day of a charge: money that was just charged to a card is not sent out again. Nor is what a job was promised.
 */
export function sweep(
  spec: Pick<WalletSpec, 'maxBalanceCents'>,
  now: {
    readonly balanceMicroUsd: MicroUsd;
    readonly lastChargeAt: EpochMs | null;
    readonly lastSweepAt: EpochMs | null;
    /** When somebody was last told that the wallet holds more than that. */
    readonly lastPromiseAt: EpochMs | null;
    readonly at: EpochMs;
  },
): HandOrder | null {
  if (spec.maxBalanceCents === null) return null;
  const { lastChargeAt, lastSweepAt, lastPromiseAt } = now;
  const isLately = [lastChargeAt, lastSweepAt, lastPromiseAt].some(
    (at) => at !== null && now.at - at < DAY_MS,
  );
  const aboveMicroUsd = now.balanceMicroUsd - microFromCents(spec.maxBalanceCents);
  const amountCents = cents(Math.max(0, Math.floor(aboveMicroUsd / 10_000)));
  return isLately || amountCents < SWEEP_MIN_CENTS
    ? null
    : { kind: 'withdraw', amountCents, keepCents: spec.maxBalanceCents };
}
