import { formatMicroUsd, type MicroUsd } from '../domain/money.ts';
import { DAY_MS, HOUR_MS, MINUTE_MS } from '../domain/time.ts';

/** "$3.10 left (~2h)"; without the bracket where the runway is unknown, "(idle)" where nothing is spent. */
export function balanceLeft(balanceMicroUsd: MicroUsd, runwayMs: number | null): string {
  const runway = runwayWords(runwayMs);
  return `${formatMicroUsd(balanceMicroUsd)} left${runway === null ? '' : ` (${runway})`}`;
}

/**
 * "~34h", "idle" where nothing is spent, "empty" where nothing is left, `null` where the burn is not known. One unit,
 * cut down: an estimate with two would look like a measurement.
 */
export function runwayWords(runwayMs: number | null): string | null {
  if (runwayMs === null || Number.isNaN(runwayMs)) return null;
  if (!Number.isFinite(runwayMs)) return 'idle';
  if (runwayMs <= 0) return 'empty';
  if (runwayMs < MINUTE_MS) return 'under 1m';
  if (runwayMs < HOUR_MS) return `~${Math.floor(runwayMs / MINUTE_MS)}m`;
  if (runwayMs > 365 * DAY_MS) return 'over a year';
  return runwayMs < 3 * DAY_MS ? `~${Math.floor(runwayMs / HOUR_MS)}h` : `~${Math.floor(runwayMs / DAY_MS)}d`;
}
