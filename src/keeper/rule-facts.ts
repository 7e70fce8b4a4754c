import { subscriptionByHand, upkeepFailed } from '../alerts/degraded-facts.ts';
import { fingerprint } from '../alerts/fingerprint.ts';
import type { Act } from '../domain/decision.ts';
import type { AccountName } from '../domain/ids.ts';
import type { IncidentFact } from '../domain/incident.ts';
import type { AccountSpec } from '../domain/spec.ts';
import { type EpochMs, HOUR_MS } from '../domain/time.ts';
import type { Declared } from '../policy/subscription-trouble.ts';
import type { Ruling } from './observe-rules.ts';

/** Rules that miss what they ask for do nothing: so long in silence. */
const UNKNOWN_TOLD_AFTER_MS = HOUR_MS;

/** Rules that cannot be kept, for want of news from the provider. Pure. */
export function unknownUsageFacts(
  { name }: AccountSpec,
  ruling: Ruling | null,
  now: EpochMs,
): readonly IncidentFact[] {
  const unknown = ruling?.unknown ?? null;
  if (unknown === null || now - unknown.since < UNKNOWN_TOLD_AFTER_MS) return [];
  const why = `Rules that ask for usage change nothing: ${unknown.why}`;
  return [upkeepFailed({ account: name, task: 'subscription_rules', why })];
}

/** Names the incident of a change by hand. */
export function byHand(account: AccountName): string {
  return fingerprint('purser.degraded', account, 'subscription_by_hand');
}

/** A change by hand, told as long as it stays and something else is wanted. */
export function handFacts({ name }: AccountSpec, act: Act, declared: Declared): readonly IncidentFact[] {
  const wanted = declared.wanted;
  const parts =
    wanted === null ? [] : [wanted.plan, wanted.state].flatMap((part) => ('why' in part ? [part.why] : []));
  return [subscriptionByHand({ account: name, what: act.sentence, wanted: parts.join('; ') })];
}
