import type { MicroUsd } from '../domain/money.ts';
import type { EpochMs } from '../domain/time.ts';

/** What is remembered of an account's spending: sums that fade with a half-life, so old hours weigh less. */
export type Burn = {
  readonly at: EpochMs;
  readonly balanceMicroUsd: MicroUsd;
  readonly spentMicroUsd: number;
  readonly elapsedMs: number;
};

const HALF_LIFE_MS = 30 * 60_000;
/** Less watching than this is no basis for a forecast. */
const ELAPSED_MIN_MS = 5_000;

/**
 * Takes in a balance. An interval in which the balance rose, or money was withdrawn, says nothing about spending and is
 * left out.
 */
export function observeBurn(
  previous: Burn | null,
  {
    at,
    balanceMicroUsd,
    isWithdrawn,
  }: Pick<Burn, 'at' | 'balanceMicroUsd'> & { readonly isWithdrawn: boolean },
): Burn {
  if (previous === null || at <= previous.at) {
    return {
      at,
      balanceMicroUsd,
      spentMicroUsd: previous?.spentMicroUsd ?? 0,
      elapsedMs: previous?.elapsedMs ?? 0,
    };
  }
  const spent = previous.balanceMicroUsd - balanceMicroUsd;
  if (spent < 0 || isWithdrawn) return { ...previous, at, balanceMicroUsd };
  const intervalMs = at - previous.at;
  const fade = 0.5 ** (intervalMs / HALF_LIFE_MS);
  return {
    at,
    balanceMicroUsd,
    spentMicroUsd: previous.spentMicroUsd * fade + spent,
    elapsedMs: previous.elapsedMs * fade + intervalMs,
  };
}

/** Micro-dollars per second; `null` while too little is known. */
export function burnPerSecond(burn: Burn | null): number | null {
  if (burn === null || burn.elapsedMs < ELAPSED_MIN_MS) return null;
  return (burn.spentMicroUsd / burn.elapsedMs) * 1_000;
}

/**
 * Milliseconds until the wallet is empty at that burn: Infinity when idle, `null` while unknown. An empty one has none:
 * it burns nothing because it cannot, and would otherwise pass for idle.
 */
export function runwayMs(balanceMicroUsd: MicroUsd, microUsdPerSecond: number | null): number | null {
  if (balanceMicroUsd <= 0) return 0;
  if (microUsdPerSecond === null) return null;
  if (microUsdPerSecond <= 0) return Number.POSITIVE_INFINITY;
  return (balanceMicroUsd / microUsdPerSecond) * 1_000;
}
