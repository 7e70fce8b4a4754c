import { assert } from '../domain/assert.ts';
import type { IncidentFact, OutboxMessage } from '../domain/incident.ts';
import { formatInstant } from '../domain/time.ts';
import { kindOf } from './burst.ts';
import { isSample } from './sample-facts.ts';
import {
  CONTEXT_MAX,
  HEADER_MAX,
  markdown,
  SECTION_MAX,
  type SlackPayload,
  statusWords,
  TEXT_MAX,
} from './slack-message.ts';
import { slackLine } from './slack-text.ts';

/** So many are shown with their whole headline; of the others the names, as far as there is room. */
const HEADLINES_MAX = 10;
const HEADLINE_MAX = 200;

/** Many messages of one `burstKey` as one: how many, the first in full, the others by name. */
export function slackBurst(messages: readonly OutboxMessage[], revision: string | null): SlackPayload {
  const [first] = messages;
  assert(first !== undefined, 'a burst of nothing');
  const status = statusWords(first);
  const line = `${isSample(first.fact) ? '[test] ' : ''}${messages.length} × ${kindWords(first.fact)}`;
  const header = slackLine(`${status.emoji} ${line}`, HEADER_MAX);
  const last = messages.at(-1)?.at ?? first.at;
  const context = [
    `${status.word}, ${first.fact.severity}`,
    revision === null ? null : `config ${revision}`,
    formatInstant(last),
  ].filter((part) => part !== null);
  const headlines = messages
    .slice(0, HEADLINES_MAX)
    .map(({ fact }) => `• ${slackLine(fact.headline, HEADLINE_MAX)}`);
  const others = messages.slice(HEADLINES_MAX).map(({ fact }) => fact.account ?? fact.headline);
  const sections = [headlines.join('\n'), ...(others.length === 0 ? [] : [nameList(others)])];
  return {
    text: slackLine(`${status.emoji} ${status.word}: ${line}`, TEXT_MAX),
    blocks: [{ type: 'header', text: { type: 'plain_text', text: header, emoji: true } }],
    attachments: [
      {
        color: status.color,
        blocks: [
          ...sections.map((text) => ({ type: 'section', text: markdown(text) }) as const),
          { type: 'context', elements: [markdown(slackLine(context.join(' · '), CONTEXT_MAX))] },
        ],
      },
    ],
  };
}

function nameList(names: readonly string[]): string {
  return slackLine(`and ${names.length} more: ${names.join(', ')}`, SECTION_MAX);
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
