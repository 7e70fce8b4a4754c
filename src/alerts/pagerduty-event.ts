import { createHash } from 'node:crypto';
import { assert } from '../domain/assert.ts';
import type { OutboxMessage } from '../domain/incident.ts';
import { formatCents } from '../domain/money.ts';
import { formatInstant } from '../domain/time.ts';
import { burstTitle } from './burst-words.ts';
import { runbookUrl } from './runbook.ts';

/** Limits of Events API v2. */
const SUMMARY_MAX = 1_024;
const DEDUP_KEY_MAX = 255;
/** Headlines of a burst that stand in its details. */
const HEADLINES_MAX = 50;

export type PagerdutyEvent = {
  /** Below the host; what needs nobody is a change event, which wakes nobody. */
  readonly path: '/v2/enqueue' | '/v2/change/enqueue';
  /** Without the routing key. */
  readonly body: Readonly<Record<string, unknown>>;
};

/** The alert of one incident. That it is not critical stands in it, for `hasOutgrown`. */
export function pagerdutyKey({ fact, status, id }: OutboxMessage): string {
  if (status === 'notice') return dedupKey(id);
  const severity = fact.severity === 'critical' ? '' : `${fact.severity}/`;
  return dedupKey(fact.fingerprint, severity);
}

/** The alert of a burst: the same when it is sent again. Its severity stands in it, for `hasOutgrown`. */
export function burstKeyOf(messages: readonly OutboxMessage[]): string {
  const [first] = messages;
  assert(first !== undefined, 'a burst of nothing');
  return dedupKey(`burst/${first.fact.severity}/${first.id}`);
}

/** Whether an incident is critical now and its alert was not: that may have paged nobody, or is being looked after. */
export function hasOutgrown({ fact, status }: OutboxMessage, key: string): boolean {
  return (
    status === 'firing' && fact.severity === 'critical' && /^purser\/(burst\/)?(warning|info)\//.test(key)
  );
}

/** Many messages of one `burstKey` as one event: how many, and their names. */
export function pagerdutyBurst(
  messages: readonly OutboxMessage[],
  options: { readonly runbooks: string; readonly key: string },
): PagerdutyEvent {
  const [first] = messages;
  assert(first !== undefined, 'a burst of nothing');
  const names = messages.map(({ fact }) => fact.account ?? fact.headline);
  const headline = `${burstTitle(messages)}: ${names.join(', ')}`;
  const detail = messages.slice(0, HEADLINES_MAX).map(({ fact }) => fact.headline);
  const { pay: _pay, ...fact } = first.fact;
  const about = { account: null, amountCents: null, intentId: null, requestId: null };
  const one = { ...first, fact: { ...fact, ...about, headline, detail: detail.join('\n') } };
  return pagerdutyEvent(one, options);
}

/**
 * An event of PagerDuty's Events API v2. An incident is an alert under one `dedup_key` from its beginning to its end; a
 * notice is an alert that a person closes, or, where it is only for information, a change event.
 */
export function pagerdutyEvent(
  message: OutboxMessage,
  { runbooks, key }: { readonly runbooks: string; readonly key: string },
): PagerdutyEvent {
  const { fact, status } = message;
  const runbook = runbookUrl(fact, runbooks);
  const links = [
    ...(fact.pay === undefined || status === 'resolved' ? [] : [{ href: fact.pay.url, text: 'Pay' }]),
    ...(runbook?.startsWith('http') === true ? [{ href: runbook, text: 'Runbook' }] : []),
  ];
  const summary = cut(fact.headline, SUMMARY_MAX);
  const source = fact.account ?? 'purser';
  const timestamp = formatInstant(message.at);
  const details = {
    detail: fact.detail,
    status,
    fingerprint: fact.fingerprint,
    started_at: formatInstant(message.startedAt),
    ...(fact.amountCents === null ? {} : { amount: formatCents(fact.amountCents) }),
    ...(fact.intentId === null ? {} : { intent_id: fact.intentId }),
    ...(fact.requestId === null ? {} : { request_id: fact.requestId }),
    ...(message.note === undefined ? {} : { note: message.note }),
    ...(runbook === null ? {} : { runbook }),
  };
  if (status === 'notice' && fact.severity === 'info') {
    const payload = { summary, source, timestamp, custom_details: details };
    return { path: '/v2/change/enqueue', body: { payload, links } };
  }
  const payload = {
    summary,
    source,
    severity: fact.severity,
    timestamp,
    component: 'purser',
    class: fact.type,
    custom_details: details,
  };
  return {
    path: '/v2/enqueue',
    body: {
      event_action: ACTIONS[status],
      dedup_key: key,
      payload,
      links,
      client: 'purser',
    },
  };
}

const ACTIONS = {
  firing: 'trigger',
  notice: 'trigger',
  acknowledged: 'acknowledge',
  resolved: 'resolve',
} as const;

function dedupKey(id: string, severity = ''): string {
  const key = `purser/${severity}${id}`;
  const digest = () => createHash('sha256').update(id).digest('hex');
  return key.length <= DEDUP_KEY_MAX ? key : `purser/${severity}${digest()}`;
}

/** Never through a surrogate pair. */
function cut(text: string, lengthMax: number): string {
  const line = text.replace(/\s+/g, ' ').trim();
  return line.length <= lengthMax ? line : `${line.slice(0, lengthMax - 1).toWellFormed()}…`;
}
