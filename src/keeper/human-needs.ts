import type { Decision } from '../domain/decision.ts';
import type { Standing } from '../domain/history.ts';
import type { HumanNeed } from '../telemetry/account-metrics.ts';

/** What an account waits for a person for, for metrics; `open-facts.ts` and `decision-facts.ts` tell the same. Pure. */
export function humanNeeds(seen: {
  readonly decisions: readonly Decision[];
  readonly standing: Standing;
  readonly asksToConfirm: boolean;
}): ReadonlySet<HumanNeed> {
  const needs = new Set<HumanNeed>();
  for (const decision of seen.decisions) {
    if (decision.kind === 'needs_human') needs.add(decision.reason);
    if (decision.kind === 'freeze') needs.add('frozen');
  }
  if (seen.standing.frozenBecause !== null) needs.add('frozen');
  // A payment link counts as long as the policy waits for it: the money may have come another way.
  if (seen.asksToConfirm) needs.add('requires_action');
  return needs;
}
