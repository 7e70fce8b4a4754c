import type { IncidentState } from '../domain/incident.ts';
import type { AccountView, IntentView } from '../keeper/view.ts';
import { needsAttention } from './needs-attention.ts';
import type { Overdue } from './overdue.ts';

/** Critical: money needs attention. Warning: something is not watched. */
export type Trouble = { readonly severity: 'critical' | 'warning'; readonly sentence: string };

export type Fleet = {
  readonly accounts: readonly AccountView[];
  /** Accounts of the config that no pass has seen yet. */
  readonly unseen: readonly string[];
  /** Accounts that should have been looked at since, the oldest look first. */
  readonly overdue: readonly Overdue[];
  readonly open_intents: readonly IntentView[];
  readonly alerts: readonly IncidentState[];
  readonly is_running: boolean;
};

/** What is wrong with a fleet, the worst first. An alert says it better than its account does. */
export function fleetTroubles({
  accounts,
  unseen,
  overdue,
  open_intents,
  alerts,
  is_running,
}: Fleet): readonly Trouble[] {
  const firing = alerts.filter(({ fact }) => fact.severity === 'critical');
  const told = new Set<string | null>(firing.map(({ fact }) => fact.account));
  const names: readonly string[] = [...accounts, ...open_intents].map(({ account }) => account);
  const untold = [...new Set(names)].filter((name) => !told.has(name));
  const critical = [
    ...firing.map(alertShown),
    ...untold.flatMap((name) => {
      const view = accounts.find(({ account }) => account === name) ?? NOTHING_SEEN;
      const open = open_intents.filter(({ account }) => account === name);
      // Nobody waits any more for the answer of what was armed when the process went.
      const why = needsAttention(view, is_running ? open : open.map(admitDoubt));
      return why === null ? [] : [`${name} ${why}`];
    }),
  ];
  const warnings = [
    ...(is_running
      ? overdueTold(overdue)
      : ['purser is not running on this store: this is what it saw last']),
    ...accounts.flatMap(({ account, failure }) =>
      failure === null ? [] : [`${account} is not seen: ${failure}`],
    ),
    ...unseen.map((name) => `${name} was never seen`),
  ];
  return [
    ...critical.map((sentence) => ({ severity: 'critical', sentence }) as const),
    ...warnings.map((sentence) => ({ severity: 'warning', sentence }) as const),
  ];
}

/** A purser that cannot write its journal cannot write this there either. */
function overdueTold([oldest, ...others]: readonly Overdue[]): readonly string[] {
  if (oldest === undefined) return [];
  const more = others.length === 0 ? '' : ` and ${others.length} more`;
  return [
    `${oldest.account}${more}: nothing new since ${oldest.observed_at}; \`purser healthcheck\` and the log of the purser that runs say why`,
  ];
}

/** An alert in one line. */
export function alertShown({ fact, status }: IncidentState): string {
  return status === 'acknowledged' ? `${fact.headline} (acknowledged)` : fact.headline;
}

function admitDoubt(intent: IntentView): IntentView {
  return intent.state === 'armed' ? { ...intent, state: 'in_doubt' } : intent;
}

const NOTHING_SEEN = { frozen: null, wallet: null, subscription: null };
