import type { IncidentState, OutboxMessage } from '../domain/incident.ts';
import { formatCents } from '../domain/money.ts';
import { addMs, type EpochMs, epochMs, formatInstant, MINUTE_MS } from '../domain/time.ts';
import { runbookUrl } from './runbook.ts';

/** Alertmanager ends an alert at its `endsAt`; what still holds is sent again well before. */
const LASTS_MS = 5 * MINUTE_MS;

/** An alert of Alertmanager's API v2. The labels are its identity, so what changes is in the annotations. */
export type AlertmanagerAlert = {
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
  readonly startsAt: string;
  readonly endsAt: string;
};

/** A notice holds for as long as one sending does. */
export function alertmanagerAlert(
  message: Pick<OutboxMessage, 'fact' | 'startedAt' | 'status' | 'at' | 'note'>,
  options: { readonly runbooks: string; readonly now: EpochMs },
): AlertmanagerAlert {
  const { fact, status, note } = message;
  const { runbooks, now } = options;
  const runbook = runbookUrl(fact, runbooks);
  const isOver = status === 'resolved';
  // A clock that was ahead may have begun it later than now: Alertmanager refuses what ends before it begins.
  const startedAt = epochMs(Math.min(message.startedAt, isOver ? message.at : now));
  return {
    labels: {
      alertname: fact.type,
      severity: fact.severity,
      source: 'purser',
      fingerprint: fact.fingerprint,
      ...(fact.account === null ? {} : { account: fact.account }),
    },
    annotations: {
      summary: fact.headline,
      description: fact.detail,
      ...(fact.amountCents === null ? {} : { amount: formatCents(fact.amountCents) }),
      ...(fact.intentId === null ? {} : { intent_id: fact.intentId }),
      ...(fact.requestId === null ? {} : { request_id: fact.requestId }),
      ...(status === 'acknowledged' ? { acknowledged: note ?? 'yes' } : {}),
      ...(runbook === null ? {} : { runbook_url: runbook }),
      ...(fact.pay === undefined || isOver ? {} : { pay_url: fact.pay.url }),
    },
    startsAt: formatInstant(startedAt),
    endsAt: formatInstant(isOver ? message.at : addMs(now, LASTS_MS)),
  };
}

/** What holds now, as its last message would say it. */
export function asMessage(state: IncidentState): Parameters<typeof alertmanagerAlert>[0] {
  const { fact, status, startedAt, toldAt, acknowledgement } = state;
  const note = acknowledgement?.note ?? null;
  return { fact, status, startedAt, at: toldAt, ...(note === null ? {} : { note }) };
}
