import type { AccountName, GroupName } from '../domain/ids.ts';
import type { OutboxMessage } from '../domain/incident.ts';
import type { AlertsSpec, RouteSpec } from '../domain/spec.ts';

/**
 * Receivers of a message, each once, in the order of the routes. The first route that matches wins unless it
 * `continues`. A fact without an account matches only routes that name no group. Names that are no receiver are left
 * out: config refuses them, and a reload may have taken one away since. How an incident goes on is told to those who know
 * of it (`told`), whatever its severity is now: nobody is left with an alarm that has no end. Where one of those is not in
 * the config any more, it may have got another name: then those whom the routes name hear it too.
 */
export function receiversOf(options: {
  message: Pick<OutboxMessage, 'status' | 'fact'>;
  alerts: AlertsSpec;
  groupOf: (account: AccountName) => GroupName | null;
  told: readonly string[];
}): readonly string[] {
  const { message, alerts, groupOf, told } = options;
  const chosen = new Set<string>();
  if (isAfterwards(message)) {
    for (const name of told) if (alerts.receivers.has(name)) chosen.add(name);
    if (told.every((name) => chosen.has(name))) return [...chosen];
  }
  const { account } = message.fact;
  const group = account === null ? null : groupOf(account);
  for (const route of alerts.routes) {
    if (!matches(route, message, group)) continue;
    for (const name of route.to) if (alerts.receivers.has(name)) chosen.add(name);
    if (!route.continues) break;
  }
  return [...chosen];
}

/** A message about an incident that people have heard of. */
export function isAfterwards({ status }: Pick<OutboxMessage, 'status'>): boolean {
  return status === 'acknowledged' || status === 'resolved';
}

function matches(route: RouteSpec, message: Pick<OutboxMessage, 'fact'>, group: GroupName | null): boolean {
  const severityFits = route.severities.length === 0 || route.severities.includes(message.fact.severity);
  const groupFits = route.groups.length === 0 || (group !== null && route.groups.includes(group));
  return severityFits && groupFits;
}
