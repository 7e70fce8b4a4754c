import type { IncidentFact, OutboxMessage } from '../domain/incident.ts';
import { kindOf } from './burst.ts';
import { isSample } from './sample-facts.ts';

/** "40 × charge declined". */
export function burstTitle(messages: readonly OutboxMessage[]): string {
  const [first] = messages;
  if (first === undefined) return 'nothing';
  return `${isSample(first.fact) ? '[test] ' : ''}${messages.length} × ${kindWords(first.fact)}`;
}

function kindWords(fact: IncidentFact): string {
  switch (fact.type) {
    case 'wallet.low':
      return 'wallet low';
    case 'charge.succeeded':
      return 'funded';
    case 'charge.declined':
      return 'charge declined';
    case 'charge.outcome_unknown':
      return 'outcome of a charge unknown';
    case 'payment.action_required':
      return 'needs a person';
    case 'cap.reached':
      return 'cap reached';
    case 'subscription.past_due':
      return 'subscription past due';
    case 'subscription.repaired':
      return 'subscription active again';
    case 'purser.degraded':
      return DEGRADED[kindOf(fact)] ?? kindOf(fact).replaceAll('_', ' ');
  }
}

/** Where the word in the fingerprint does not say it. */
const DEGRADED: Readonly<Record<string, string>> = {
  balance_stale: 'not seen',
  default_card: 'another default card',
  foreign_charge: 'another purser makes the same charges',
  foreign_credit: 'a credit that purser did not make',
  orphan: 'left the config with an open charge',
  subscription_by_hand: 'subscription changed by hand',
  upkeep: 'not as declared',
};
