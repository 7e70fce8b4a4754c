import { assert } from '../domain/assert.ts';
import type { OutboxMessage } from '../domain/incident.ts';
import { formatInstant } from '../domain/time.ts';
import { burstTitle } from './burst-words.ts';
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
  const line = burstTitle(messages);
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
