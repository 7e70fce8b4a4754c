import type { IncidentFact } from '../domain/incident.ts';

/** The page with the first thing to do; `null` where there is nothing to do. */
export function runbookUrl(fact: Pick<IncidentFact, 'type' | 'fingerprint'>, base: string): string | null {
  const page = pageOf(fact);
  return page === null ? null : `${base.replace(/\/+$/, '')}/${page}.md`;
}

function pageOf({ type, fingerprint }: Pick<IncidentFact, 'type' | 'fingerprint'>): string | null {
  switch (type) {
    case 'wallet.low':
      return 'PurserWalletBelowMinimum';
    case 'charge.declined':
      return 'PurserChargeDeclined';
    case 'charge.outcome_unknown':
      return 'PurserChargeOutcomeUnknown';
    case 'payment.action_required':
    case 'subscription.past_due':
      return 'PurserNeedsHuman';
    case 'cap.reached':
      return 'PurserCapReached';
    case 'purser.degraded':
      return DEGRADED[fingerprint.split('/')[2] ?? ''] ?? 'PurserNeedsHuman';
    case 'charge.succeeded':
    case 'subscription.repaired':
      return null;
  }
}

/** By the third part of the fingerprint; whatever else ails an account wants a person to look. */
const DEGRADED: Readonly<Record<string, string>> = {
  config_reload_failed: 'PurserConfigReloadFailed',
  config_needs_restart: 'PurserConfigReloadFailed',
  unreachable: 'PurserProviderUnreachable',
  balance_stale: 'PurserBalanceStale',
  credentials_refused: 'PurserTokenExpiring',
  token_expiring: 'PurserTokenExpiring',
  card_expiring: 'PurserCardExpiring',
  store_failing: 'PurserReconcileStalled',
  charge_stuck: 'PurserChargeOutcomeUnknown',
  orphan: 'PurserChargeOutcomeUnknown',
};
