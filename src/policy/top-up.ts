import { TOP_UP_MIN_CENTS } from '../contract/limits.ts';
import { type Cents, cents, centsUp, type MicroUsd, microFromCents, microUsd } from '../domain/money.ts';
import type { TopUpSpec } from '../domain/spec.ts';

/** A million dollars. */
const WANTED_MAX_MICRO_USD = 1e12;

/**
 * How much to charge, in cents: never under the provider's minimum ($10), and where the amount is worked out rather
 * than written down, never over `perChargeCents`.
 */
export function topUpCents(
  topUp: TopUpSpec,
  now: {
    readonly balanceMicroUsd: MicroUsd;
    readonly burnPerSecond: number | null;
    readonly perChargeCents: Cents | null;
  },
): Cents {
  switch (topUp.kind) {
    case 'amount':
      return topUp.amountCents;
    case 'to':
      return clamp(missing(microFromCents(topUp.targetCents), now.balanceMicroUsd), now.perChargeCents);
    case 'runway': {
      // One wild balance makes a wild burn: what it asks for is bounded here and by the caps.
      const wanted = microUsd(
        Math.min(Math.ceil(((now.burnPerSecond ?? 0) * topUp.runwayMs) / 1_000), WANTED_MAX_MICRO_USD),
      );
      const amount = Math.max(missing(wanted, now.balanceMicroUsd), topUp.minimumCents);
      return clamp(cents(amount), now.perChargeCents);
    }
  }
}

function missing(targetMicroUsd: MicroUsd, balanceMicroUsd: MicroUsd): Cents {
  return centsUp(microUsd(targetMicroUsd - balanceMicroUsd));
}

function clamp(amount: Cents, perChargeCents: Cents | null): Cents {
  const least = Math.max(amount, TOP_UP_MIN_CENTS);
  return cents(perChargeCents === null ? least : Math.max(TOP_UP_MIN_CENTS, Math.min(least, perChargeCents)));
}
