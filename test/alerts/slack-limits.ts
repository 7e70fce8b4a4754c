import { expect } from 'vitest';
import type { SlackPayload } from '../../src/alerts/slack-message.ts';

type Block = SlackPayload['blocks'][number];

/**
 * Slack's published limits (docs.slack.dev: Block Kit reference, chat.postMessage): 50 blocks a message; header 150
 * characters; section text 1 to 3,000; 10 fields of 2,000; 25 elements of actions, button text 75, url 3,000; 10 elements
 * of context; text is cut at 40,000.
 */
export function expectWithinLimits(payload: SlackPayload): void {
  const blocks = [...payload.blocks, ...payload.attachments.flatMap((attachment) => attachment.blocks)];
  expect(blocks.length).toBeLessThanOrEqual(50);
  expect(payload.text.length).toBeGreaterThan(0);
  expect(payload.text.length).toBeLessThanOrEqual(40_000);
  expect(payload.text).not.toMatch(/\n/);
  for (const block of blocks) expectBlock(block);
}

function expectBlock(block: Block): void {
  switch (block.type) {
    case 'header':
      expectText(block.text.text, 150);
      return;
    case 'section':
      if ('text' in block) expectText(block.text.text, 3_000);
      else {
        expect(block.fields.length).toBeGreaterThan(0);
        expect(block.fields.length).toBeLessThanOrEqual(10);
        for (const field of block.fields) expectText(field.text, 2_000);
      }
      return;
    case 'actions':
      expect(block.elements.length).toBeLessThanOrEqual(25);
      for (const button of block.elements) {
        expectText(button.text.text, 75);
        expectText(button.url, 3_000);
      }
      return;
    case 'context':
      expect(block.elements.length).toBeLessThanOrEqual(10);
      for (const element of block.elements) expectText(element.text, 2_000);
      return;
  }
}

function expectText(text: string, lengthMax: number): void {
  expect(text.length).toBeGreaterThan(0);
  expect(text.length).toBeLessThanOrEqual(lengthMax);
}
