import type { IncidentChange, IncidentFact, IncidentState, Severity, Telling } from './incident.ts';
import type { EpochMs } from './time.ts';

/** What a change makes of an incident. `state` is `null` where it stays as it is, `tell` where people hear nothing. */
export type Advance = { readonly state: IncidentState | null; readonly tell: Telling | null };

const NOTHING: Advance = { state: null, tell: null };

/**
 * The states of the incident of one fingerprint:
 * - firing: told when it begins, every `repeatMs` while it lasts, when it grows graver than people know, and when there is
 *   another address to pay at;
 * - acknowledged, by a person: told once, not repeated; one that grows graver fires again;
 * - resolved: told once. What fires afterwards is a new incident.
 */
export function advanceIncident(options: {
  readonly previous: IncidentState | null;
  readonly change: IncidentChange;
  readonly now: EpochMs;
  readonly repeatMs: number;
}): Advance {
  const { previous, change, now, repeatMs } = options;
  const open = previous === null || previous.status === 'resolved' ? null : previous;
  switch (change.kind) {
    case 'notice':
      return { state: null, tell: 'notice' };
    case 'acknowledge': {
      if (open === null || open.status === 'acknowledged') return NOTHING;
      const acknowledgement = { at: now, note: change.note };
      return {
        state: { ...open, status: 'acknowledged', acknowledgement, toldAt: now },
        tell: 'acknowledged',
      };
    }
    case 'resolve': {
      if (open === null) return NOTHING;
      const fact = { ...open.fact, headline: change.headline ?? open.fact.headline };
      const over = { status: 'resolved', resolvedAt: now, toldAt: now, acknowledgement: null } as const;
      return { state: { ...open, ...over, fact }, tell: 'resolved' };
    }
    case 'fire':
      return open === null
        ? { state: begun(change.fact, now), tell: 'firing' }
        : refreshed(open, change.fact, { now, repeatMs });
  }
}

function begun(fact: IncidentFact, now: EpochMs): IncidentState {
  return {
    fingerprint: fact.fingerprint,
    fact,
    status: 'firing',
    startedAt: now,
    resolvedAt: null,
    toldAt: now,
    toldSeverity: fact.severity,
    acknowledgement: null,
  };
}

function refreshed(
  open: IncidentState,
  fact: IncidentFact,
  { now, repeatMs }: { now: EpochMs; repeatMs: number },
): Advance {
  const isGraver = GRAVITY[fact.severity] > GRAVITY[open.toldSeverity];
  if (isGraver) {
    const anew = {
      status: 'firing',
      acknowledgement: null,
      toldAt: now,
      toldSeverity: fact.severity,
    } as const;
    return { state: { ...open, ...anew, fact }, tell: 'firing' };
  }
  // A new address is told at once: the one that people have does not work any more.
  const isNewLink = fact.pay !== undefined && fact.pay.url !== open.fact.pay?.url;
  // Also where a clock that was ahead has been put back since: it would be silent for as long as that was.
  const isDue = open.status === 'firing' && Math.abs(now - open.toldAt) >= repeatMs;
  const isTold = isNewLink || isDue;
  return { state: { ...open, fact, toldAt: isTold ? now : open.toldAt }, tell: isTold ? 'firing' : null };
}

const GRAVITY: Readonly<Record<Severity, number>> = { info: 0, warning: 1, critical: 2 };
