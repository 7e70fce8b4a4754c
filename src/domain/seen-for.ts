import { type EpochMs, MINUTE_MS } from './time.ts';

/** For how long something was seen to be so, and when last. */
export type SeenFor = { readonly seenForMs: number; readonly seenAt: EpochMs };

/** So much of the time between two looks counts, where nothing else is said: what was wrong before and behind it may have been well in between. */
export const SEEN_GAP_MS = 4 * MINUTE_MS;

/** `gapMs` is how much of the time since the last look counts, at most. */
export function seenAgain(before: SeenFor | null, now: EpochMs, gapMs = SEEN_GAP_MS): SeenFor {
  if (before === null) return { seenForMs: 0, seenAt: now };
  const sinceMs = Math.min(gapMs, Math.max(0, now - before.seenAt));
  return { seenForMs: before.seenForMs + sinceMs, seenAt: now };
}
