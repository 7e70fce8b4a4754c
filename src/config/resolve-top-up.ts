import { TOP_UP_MIN_CENTS } from '../contract/limits.ts';
import { type Cents, cents, formatCents } from '../domain/money.ts';
import type { TopUpSpec } from '../domain/spec.ts';
import { DAY_MS, HOUR_MS } from '../domain/time.ts';
import type { Problems } from './config-problem.ts';
import { isMisspelled } from './misspelled.ts';
import { parseKeys } from './parse-spot.ts';
import { readAmount } from './read-amount.ts';
import { readDuration } from './read-duration.ts';
import { type Spot, spotAt } from './spot.ts';
import { topUpSchema } from './wallet-schema.ts';

const RUNWAY_MAX_MS = 90 * DAY_MS;
const PROVIDER_MINIMUM = cents(TOP_UP_MIN_CENTS);
const KINDS = ['amount', 'to', 'runway'] as const;

/** `top_up:`, or `null` after reporting. `minBalanceCents` is `null` where it was itself at fault. */
export function resolveTopUp(
  spot: Spot,
  minBalanceCents: Cents | null,
  problems: Problems,
): TopUpSpec | null {
  const topUp = parseKeys(topUpSchema, spot, problems);
  if (topUp === null) return null;
  const given = KINDS.filter((kind) => spotAt(spot, kind).node !== null);
  const [kind] = given;
  if (given.length === 0 && KINDS.some((name) => isMisspelled(spotAt(spot, name)))) return null;
  if (kind === undefined || given.length > 1) {
    const found = given.length === 0 ? 'none' : given.join(' and ');
    problems.error(
      spot,
      `wanted exactly one of amount, to and runway, found ${found}`,
      'write { amount: 50 }, for example',
    );
    return null;
  }
  const minimum = spotAt(spot, 'minimum');
  if (minimum.node !== null && kind !== 'runway')
    problems.error(minimum, 'minimum goes with runway only', 'take it out');
  switch (kind) {
    case 'amount': {
      const amountCents = readChargeable(spot, 'amount', problems);
      return amountCents === null ? null : { kind, amountCents };
    }
    case 'to':
      return resolveTarget(spot, minBalanceCents, problems);
    case 'runway':
      return resolveRunway(topUp.runway, spot, problems);
  }
}

function resolveTarget(spot: Spot, minBalanceCents: Cents | null, problems: Problems): TopUpSpec | null {
  const targetCents = readAmount(spot, 'to', problems);
  if (targetCents === null || minBalanceCents === null) return null;
  if (targetCents > minBalanceCents) return { kind: 'to', targetCents };
  const target = spotAt(spot, 'to');
  const message = `the target ${formatCents(targetCents)} is not above min_balance ${formatCents(minBalanceCents)}`;
  problems.error(target, message, 'raise the target or lower min_balance');
  return null;
}

function resolveRunway(runway: string | undefined, spot: Spot, problems: Problems): TopUpSpec | null {
  const range = { spot: spotAt(spot, 'runway'), minMs: HOUR_MS, maxMs: RUNWAY_MAX_MS };
  const runwayMs = readDuration(runway, range, problems);
  const minimumCents =
    spotAt(spot, 'minimum').node === null ? PROVIDER_MINIMUM : readChargeable(spot, 'minimum', problems);
  return runwayMs === null || minimumCents === null ? null : { kind: 'runway', runwayMs, minimumCents };
}

/** An amount that the provider will take for a top-up (seed, "Fund Wallet": at least $10). */
function readChargeable(spot: Spot, key: 'amount' | 'minimum', problems: Problems): Cents | null {
  const amount = readAmount(spot, key, problems);
  if (amount === null || amount >= PROVIDER_MINIMUM) return amount;
  const message = `a top-up of ${formatCents(amount)} is under the provider's minimum ${formatCents(PROVIDER_MINIMUM)}`;
  problems.error(spotAt(spot, key), message, 'write 10 or more');
  return null;
}
