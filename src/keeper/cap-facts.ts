import { fingerprint } from '../alerts/fingerprint.ts';
import { type CapWindow, capReached } from '../alerts/incident-facts.ts';
import { capScopes } from '../domain/cap-scopes.ts';
import { type CapScope, capRefusal } from '../domain/caps.ts';
import type { Hold } from '../domain/decision.ts';
import type { ChargeHistory } from '../domain/history.ts';
import type { AccountName } from '../domain/ids.ts';
import type { IncidentFact } from '../domain/incident.ts';
import { cents } from '../domain/money.ts';
import type { FleetSpec } from '../domain/spec.ts';

/** Which scope's cap a decision ran into, worked out again from the history that it was decided on. */
export function capFacts(
  account: AccountName,
  hold: Hold,
  history: ChargeHistory | null,
): readonly IncidentFact[] {
  const window = WINDOW_OF[hold.reason];
  if (window === undefined || history === null || hold.amountCents === null) return [];
  for (const { scope, usage } of history.usage) {
    const refusal = capRefusal(scope, usage, hold.amountCents);
    // What is asked for in parts does not fit as a whole, which is no news of a cap.
    if (refusal === null || refusal.reason !== hold.reason) continue;
    const limit = refusal.limitCents ?? cents(scope.caps.chargesPerDay ?? 0);
    return [
      capReached({
        scope: scope.kind,
        name: scope.name,
        window,
        limit,
        account,
        refusedCents: hold.amountCents,
        roomBy: hold.until,
      }),
    ];
  }
  return [];
}

/** The accounts under the shared cap that an incident is of; none where it is of something else. */
export function underCap(fact: IncidentFact, spec: FleetSpec): readonly AccountName[] {
  const isOf = ({ kind, name }: Pick<CapScope, 'kind' | 'name'>): boolean =>
    fact.fingerprint.startsWith(`${fingerprint('cap.reached', `${kind}:${name}`)}/`);
  const isOwn = fact.account !== null && isOf({ kind: 'account', name: fact.account });
  if (fact.type !== 'cap.reached' || isOwn) return [];
  const accounts = [...spec.accounts.values()].filter((account) => capScopes(spec, account).some(isOf));
  return accounts.map(({ name }) => name);
}

const WINDOW_OF: Readonly<Record<string, CapWindow>> = {
  cap_per_charge: 'charge',
  cap_day: 'day',
  cap_week: 'week',
  cap_month: 'month',
  cap_charges_per_day: 'charges_per_day',
};
