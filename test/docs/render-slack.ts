import type { SlackPayload } from '../../src/alerts/slack-message.ts';

type Block = SlackPayload['blocks'][number];

/** A message as plain text, about as Slack shows it: the header, and the rest beside a bar. */
export function renderSlack({ blocks, attachments }: SlackPayload): string {
  const beside = attachments.flatMap((attachment) => attachment.blocks.flatMap(linesOf));
  return [...blocks.flatMap(linesOf), ...beside.map((line) => `┃ ${line}`.trimEnd())].join('\n');
}

function linesOf(block: Block): readonly string[] {
  switch (block.type) {
    case 'header':
      return [block.text.text];
    case 'section':
      return 'text' in block
        ? plain(block.text.text).split('\n')
        : [block.fields.map(({ text }) => plain(text)).join(' · ')];
    case 'actions':
      return [block.elements.map(({ text }) => `[ ${text.text} ]`).join(' ')];
    case 'context':
      return block.elements.map(({ text }) => `(${plain(text)})`);
  }
}

function plain(text: string): string {
  return text.replaceAll('*', '').replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&amp;', '&');
}
