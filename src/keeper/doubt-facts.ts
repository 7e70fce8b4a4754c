import { outcomeUnknown } from '../alerts/incident-facts.ts';
import type { Intent } from '../charge/intent.ts';
import type { IncidentFact } from '../domain/incident.ts';
import { type EpochMs, MINUTE_MS } from '../domain/time.ts';

/** A doubt is told when the quick replays did not end it; most are over before. */
const TOLD_AFTER_MS = MINUTE_MS;
const QUICK_SENDS = 4;

/** The doubts of an account that people have to know of, as long as they last. Pure. */
export function doubtFacts(open: readonly Intent[], now: EpochMs): readonly IncidentFact[] {
  return open
    .filter((intent) => intent.state.kind === 'in_doubt' && isLong(intent, now))
    .map(({ account, amountCents, armedAt, id }) =>
      outcomeUnknown({ account, amountCents, since: armedAt, intentId: id, requestId: null }),
    );
}

function isLong(intent: Intent, now: EpochMs): boolean {
  return intent.sends >= QUICK_SENDS || now - intent.armedAt >= TOLD_AFTER_MS || !intent.canReplay;
}
