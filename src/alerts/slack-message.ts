import type { OutboxMessage, Severity } from '../domain/incident.ts';
import { formatCents } from '../domain/money.ts';
import { formatDuration, formatInstant } from '../domain/time.ts';
import { slackLine, slackText } from './slack-text.ts';

/** Limits of Slack's Block Kit reference; `TEXT` is what a notification shows. */
export const TEXT_MAX = 1_000;
export const HEADER_MAX = 150;
const FIELD_MAX = 2_000;
export const SECTION_MAX = 3_000;
export const CONTEXT_MAX = 2_000;
const URL_MAX = 3_000;

/** Critical, warning, info; grey while somebody looks after it, and green once it is over. */
const COLORS: Readonly<Record<Severity, string>> = {
  critical: '#d62828',
  warning: '#f4a100',
  info: '#3a7bd5',
};
const RESOLVED_COLOR = '#2a9d48';
const ACKNOWLEDGED_COLOR = '#7a7f87';

type PlainText = { readonly type: 'plain_text'; readonly text: string; readonly emoji: true };
type Markdown = { readonly type: 'mrkdwn'; readonly text: string; readonly verbatim: true };
type Block =
  | { readonly type: 'header'; readonly text: PlainText }
  | { readonly type: 'section'; readonly text: Markdown }
  | { readonly type: 'section'; readonly fields: readonly Markdown[] }
  | { readonly type: 'actions'; readonly elements: readonly Button[] }
  | { readonly type: 'context'; readonly elements: readonly Markdown[] };
type Button = {
  readonly type: 'button';
  readonly text: PlainText;
  readonly url: string;
  readonly style: 'primary';
};

export type SlackPayload = {
  /** The whole fact in one line: what a phone and a screen reader show. */
  readonly text: string;
  readonly blocks: readonly Block[];
  /** The rest stands beside a bar in the colour of the severity, which only attachments have. */
  readonly attachments: readonly [{ readonly color: string; readonly blocks: readonly Block[] }];
};

/** Incoming-webhook payload. `revision` of the config is shown where the caller knows it. */
export function slackPayload(message: OutboxMessage, revision: string | null): SlackPayload {
  const { fact } = message;
  const status = statusWords(message);
  const details: Block[] = [{ type: 'section', fields: fieldsOf(message) }];
  for (const text of wordsOf(message)) details.push({ type: 'section', text: markdown(text) });
  details.push(...payButton(message));
  details.push({
    type: 'context',
    elements: [markdown(slackLine(contextOf(message, revision), CONTEXT_MAX))],
  });
  const isNews = message.status === 'firing' || message.status === 'notice';
  const title = isNews ? fact.headline : `${status.word}: ${fact.headline}`;
  const header = slackLine(`${status.emoji} ${title}`, HEADER_MAX);
  return {
    text: slackLine(`${status.emoji} ${status.word}: ${fact.headline}`, TEXT_MAX),
    blocks: [{ type: 'header', text: { type: 'plain_text', text: header, emoji: true } }],
    attachments: [{ color: status.color, blocks: details }],
  };
}

/** What was to be done, or was being done, is not said any more of what is over. */
function wordsOf({ status, note, fact, at, startedAt }: OutboxMessage): readonly string[] {
  const words =
    status === 'resolved' ? [`Over after ${formatDuration(at - startedAt)}.`] : [note ?? '', fact.detail];
  return words.map((text) => slackText(text.trim(), SECTION_MAX)).filter((text) => text !== '');
}

/** While it is asked for. Slack takes addresses of at most 3,000 characters; a longer one is left to the webhook. */
function payButton({ fact, status }: OutboxMessage): readonly Block[] {
  if (fact.pay === undefined || status === 'resolved' || fact.pay.url.length > URL_MAX) return [];
  const amount = fact.amountCents === null ? '' : ` ${formatCents(fact.amountCents)}`;
  const text = { type: 'plain_text', text: `Pay${amount}`, emoji: true } as const;
  const until = `The link works until ${formatInstant(fact.pay.expiresAt)}.`;
  return [
    { type: 'actions', elements: [{ type: 'button', text, url: fact.pay.url, style: 'primary' }] },
    { type: 'context', elements: [markdown(slackLine(until, CONTEXT_MAX))] },
  ];
}

export function statusWords(message: Pick<OutboxMessage, 'status' | 'fact'>): {
  emoji: string;
  word: string;
  color: string;
} {
  const { severity } = message.fact;
  switch (message.status) {
    case 'resolved':
      return { emoji: '✅', word: 'Resolved', color: RESOLVED_COLOR };
    case 'acknowledged':
      return { emoji: '👀', word: 'Acknowledged', color: ACKNOWLEDGED_COLOR };
    case 'notice':
      return { emoji: severity === 'info' ? 'ℹ️' : '⚠️', word: 'Notice', color: COLORS[severity] };
    case 'firing':
      return { emoji: severity === 'critical' ? '🔴' : '⚠️', word: 'Firing', color: COLORS[severity] };
  }
}

/** Six at most: Slack takes ten, people take in six. */
function fieldsOf(message: OutboxMessage): readonly Markdown[] {
  const { fact, startedAt, at } = message;
  const fields: (readonly [string, string | null])[] = [
    ['Status', statusWords(message).word],
    ['Severity', fact.severity],
    ['Account', fact.account],
    ['Amount', fact.amountCents === null ? null : formatCents(fact.amountCents)],
    ['Type', fact.type],
    ['Since', message.status === 'notice' || startedAt === at ? null : formatInstant(startedAt)],
  ];
  return fields.flatMap(([label, value]) =>
    value === null ? [] : [markdown(slackLine(`*${label}*  ${value}`, FIELD_MAX))],
  );
}

function contextOf(message: OutboxMessage, revision: string | null): string {
  const { fact, at } = message;
  const parts = [
    fact.intentId === null ? null : `intent ${fact.intentId}`,
    fact.requestId === null ? null : `request ${fact.requestId}`,
    revision === null ? null : `config ${revision}`,
    formatInstant(at),
  ];
  return parts.filter((part) => part !== null).join(' · ');
}

export function markdown(text: string): Markdown {
  return { type: 'mrkdwn', text, verbatim: true };
}
