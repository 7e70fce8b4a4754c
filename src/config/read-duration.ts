import { formatDuration, parseDurationMs } from '../domain/time.ts';
import type { Problems } from './config-problem.ts';
import { shownText } from './shown-text.ts';
import type { Spot } from './spot.ts';

/** A duration as milliseconds, within its range; `null` after reporting that it is not, and for `undefined`. */
export function readDuration(
  text: string | undefined,
  range: { spot: Spot; minMs: number; maxMs: number },
  problems: Problems,
): number | null {
  if (text === undefined) return null;
  const durationMs = parseDurationMs(text);
  if (durationMs !== null && durationMs >= range.minMs && durationMs <= range.maxMs) return durationMs;
  const least = range.minMs === 0 ? '0s' : formatDuration(range.minMs);
  const isShort = durationMs !== null && durationMs < range.minMs;
  const limit = isShort
    ? `the shortest allowed is ${least}`
    : `the longest allowed is ${formatDuration(range.maxMs)}`;
  problems.error(
    range.spot,
    `${shownText(range.spot.node, text)} is too ${isShort ? 'short' : 'long'}`,
    limit,
  );
  return null;
}
