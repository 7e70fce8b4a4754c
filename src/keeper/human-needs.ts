import type { Intent } from '../charge/intent.ts';
import type { Decision } from '../domain/decision.ts';
import type { Standing } from '../domain/history.ts';
import type { HumanNeed } from '../telemetry/account-metrics.ts';
import { isWanted, type Needs } from './open-facts.ts';

/** What an account waits for a person for, for metrics; `open-facts.ts` and `decision-facts.ts` tell the same. Pure. */
export function humanNeeds(seen: {
  readonly decisions: readonly Decision[];
  readonly standing: Standing;
  readonly open: readonly Intent[];
  readonly needs: Needs;
}): ReadonlySet<HumanNeed> {
  const needs = new Set<HumanNeed>();
  for (const decision of seen.decisions) {
    if (decision.kind === 'needs_human') needs.add(decision.reason);
    if (decision.kind === 'freeze') needs.add('frozen');
  }
  if (seen.standing.frozenBecause !== null) needs.add('frozen');
  // A payment link counts as long as the policy waits for it: the money may have come another way.
  const isAsked = (intent: Intent) => intent.state.kind === 'action' && isWanted(intent, seen.needs);
  if (seen.open.some(isAsked)) needs.add('requires_action');
  return needs;
}
