import type { ManualClock } from '../sandbox/manual-clock.ts';

const TRIES_MAX = 4_000;

/**
 * Lets time go by in steps, with room for real HTTP between them, until the condition holds. Bounded: fails with the
 * sentence when it never does.
 */
export async function stepUntil(
  clock: Pick<ManualClock, 'advance'>,
  stepMs: number,
  sentence: string,
  isReached: () => boolean | Promise<boolean>,
): Promise<void> {
  for (let tries = 0; tries < TRIES_MAX; tries += 1) {
    if (await isReached()) return;
    clock.advance(stepMs);
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
  throw new Error(`it never came that ${sentence}`);
}
