import type { IncidentType, OutboxMessage, Severity } from '../domain/incident.ts';
import { type Cents, formatCents } from '../domain/money.ts';
import { formatInstant } from '../domain/time.ts';
import { runbookUrl } from './runbook.ts';

/** The signed webhook's body; names and shape are an interface that receivers parse. */
export type WebhookPayload = {
  readonly type: IncidentType;
  readonly timestamp: string;
  readonly data: {
    readonly status: OutboxMessage['status'];
    readonly fingerprint: string;
    readonly severity: Severity;
    readonly account: string | null;
    readonly intent_id: string | null;
    /** Decimal dollars as text, two places, so that nobody reads them through a float. */
    readonly amount: { readonly value: string; readonly currency: 'usd' } | null;
    readonly headline: string;
    readonly detail: string;
    readonly request_id: string | null;
    /** The page with the first thing to do; `null` where there is nothing to do. */
    readonly runbook_url: string | null;
    /** What was said when it was acknowledged. */
    readonly note?: string;
    /** Only where the receiver asked for payment links and one is out. */
    readonly pay?: { readonly url: string; readonly expires_at: string };
    readonly started_at: string;
  };
};

/** `runbooks` is what stands in front of a runbook's name: `alerts.runbooks`. */
export function webhookPayload(message: OutboxMessage, runbooks: string): WebhookPayload {
  const { fact } = message;
  return {
    type: fact.type,
    timestamp: formatInstant(message.at),
    data: {
      status: message.status,
      fingerprint: fact.fingerprint,
      severity: fact.severity,
      account: fact.account,
      intent_id: fact.intentId,
      amount: amountOf(fact.amountCents),
      headline: fact.headline,
      detail: fact.detail,
      request_id: fact.requestId,
      runbook_url: runbookUrl(fact, runbooks),
      ...(message.note === undefined ? {} : { note: message.note }),
      ...(fact.pay === undefined || message.status === 'resolved'
        ? {}
        : { pay: { url: fact.pay.url, expires_at: formatInstant(fact.pay.expiresAt) } }),
      started_at: formatInstant(message.startedAt),
    },
  };
}

function amountOf(amount: Cents | null): WebhookPayload['data']['amount'] {
  return amount === null ? null : { value: formatCents(amount).replace('$', ''), currency: 'usd' };
}
