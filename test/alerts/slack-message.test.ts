import fc from 'fast-check';
import { expect, test } from 'vitest';
import { chargeDeclined } from '../../src/alerts/incident-facts.ts';
import { slackPayload } from '../../src/alerts/slack-message.ts';
import type { IntentId } from '../../src/domain/ids.ts';
import type { OutboxMessage } from '../../src/domain/incident.ts';
import { cents, microUsd } from '../../src/domain/money.ts';
import { addMs, HOUR_MS } from '../../src/domain/time.ts';
import { expectWithinLimits } from './slack-limits.ts';
import { account, SOME_INSTANT, someMessage } from './some-message.ts';

const declined: OutboxMessage = {
  id: 'msg_1',
  status: 'firing',
  at: SOME_INSTANT,
  startedAt: addMs(SOME_INSTANT, -4 * HOUR_MS),
  fact: chargeDeclined({
    account: account('render-eu'),
    kind: 'fund',
    amountCents: cents(5_000),
    balanceMicroUsd: microUsd(3_100_000),
    runwayMs: 2 * HOUR_MS,
    code: 'insufficient_funds',
    cardLast4: '4242',
    next: 'purser tries the same card again in 6h.',
    intentId: 'int_1' as IntentId, // any text will do here
    requestId: 'req_9',
  }),
};

test('shows the whole fact in one line, then header, fields, what purser did, and context', () => {
  const markdown = (text: string) => ({ type: 'mrkdwn', text, verbatim: true });
  expect(slackPayload(declined, 'abc123')).toEqual({
    text: '🔴 Firing: render-eu: charge declined, $3.10 left (~2h)',
    blocks: [
      {
        type: 'header',
        text: { type: 'plain_text', text: '🔴 render-eu: charge declined, $3.10 left (~2h)', emoji: true },
      },
    ],
    attachments: [
      {
        color: '#d62828',
        blocks: [
          {
            type: 'section',
            fields: [
              markdown('*Status* Firing'),
              markdown('*Severity* critical'),
              markdown('*Account* render-eu'),
              markdown('*Amount* $50.00'),
              markdown('*Type* charge.declined'),
              markdown('*Since* 2026-11-23T11:04:05Z'),
            ],
          },
          {
            type: 'section',
            text: markdown(
              'The card ending 4242 was declined (insufficient_funds) for a charge of $50.00. ' +
                'purser tries the same card again in 6h.',
            ),
          },
          {
            type: 'context',
            elements: [markdown('intent int_1 · request req_9 · config abc123 · 2026-11-23T15:04:05Z')],
          },
        ],
      },
    ],
  });
});

test.each([
  ['resolved', 'critical', '✅ Resolved', '#2a9d48'],
  ['firing', 'warning', '⚠️ Firing', '#f4a100'],
  ['notice', 'info', 'ℹ️ Notice', '#3a7bd5'],
  ['notice', 'warning', '⚠️ Notice', '#f4a100'],
] as const)('%s and %s show as "%s" in %s', (status, severity, words, color) => {
  const payload = slackPayload(someMessage('m', { status, fact: { severity } }), null);
  expect(payload.text.startsWith(`${words}: `)).toBe(true);
  expect(payload.attachments[0].color).toBe(color);
});

test('leaves out what is not known', () => {
  const text = JSON.stringify(slackPayload(someMessage('m', { fact: { account: null, detail: '' } }), null));
  expect(text).not.toMatch(/null|intent|request|config|Account|Amount/);
});

test('keeps to every limit of Slack, whatever the fact says', () => {
  const text = fc.string({ unit: fc.constantFrom('a', '&', '<', '\n', ' ', '😀'), maxLength: 5_000 });
  fc.assert(
    fc.property(text, text, (headline, detail) => {
      const payload = slackPayload(
        someMessage('m', { fact: { headline, detail, requestId: detail } }),
        headline,
      );
      expectWithinLimits(payload);
      expect(JSON.stringify(payload)).not.toMatch(/</);
    }),
    { numRuns: 50 },
  );
});

test('a button to pay keeps to the limits, and an address that is too long is left out', () => {
  for (const length of [3_000, 3_001]) {
    const url = `https://checkout.example.com/${'x'.repeat(length - 29)}`;
    const pay = { url, expiresAt: SOME_INSTANT };
    const payload = slackPayload(someMessage('m', { fact: { pay, amountCents: cents(999_999_999) } }), null);
    expectWithinLimits(payload);
    expect(JSON.stringify(payload).includes('"actions"')).toBe(length <= 3_000);
  }
});

test('what is acknowledged says so, and what was said', () => {
  const message = { ...someMessage('m', { status: 'acknowledged' }), note: 'Ann calls <the bank>' };
  const payload = slackPayload(message, null);
  expectWithinLimits(payload);
  expect(payload.text).toMatch(/^👀 Acknowledged: render-eu/u);
  expect(JSON.stringify(payload)).toContain('Ann calls &lt;the bank&gt;');
});
