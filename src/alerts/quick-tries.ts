import pRetry from 'p-retry';
import type { Clock, Random } from '../domain/ports.ts';
import { SECOND_MS } from '../domain/time.ts';
import type { DeliveryFailure, DeliveryOutcome } from './receiver.ts';

const TRIES = 3;

/**
 * A few tries within seconds, for what passes by itself: a dropped connection, a restart. Everything longer is the
 * outbox's. p-retry counts the tries; the waiting is the clock's, so that virtual time has it too.
 */
export async function tryQuickly(options: {
  attempt: () => Promise<DeliveryOutcome>;
  clock: Clock;
  random: Random;
  signal: AbortSignal;
}): Promise<DeliveryOutcome> {
  const { attempt, clock, random, signal } = options;
  const once = async () => {
    const outcome = await attempt();
    // Whoever names a time to come back is taken at their word: by the outbox.
    if (outcome.kind === 'brief' && outcome.retryAfterMs === null) throw new BriefFailure(outcome);
    return outcome;
  };
  try {
    return await pRetry(once, {
      retries: TRIES - 1,
      minTimeout: 0, // p-retry sets no timer of its own
      shouldRetry: async ({ error, attemptNumber }) => {
        if (!(error instanceof BriefFailure) || signal.aborted) return false;
        await clock.sleep(attemptNumber * SECOND_MS * (0.5 + random.uniform()), signal);
        return !signal.aborted;
      },
    });
  } catch (error) {
    if (error instanceof BriefFailure) return error.failure;
    throw error;
  }
}

/** p-retry speaks in errors; this carries the value through it. */
class BriefFailure extends Error {
  override readonly name = 'BriefFailure';
  readonly failure: DeliveryFailure;

  constructor(failure: DeliveryFailure) {
    super(failure.detail);
    this.failure = failure;
  }
}
