import { expect, test } from 'vitest';
import { webhookPayload } from '../../src/alerts/webhook-message.ts';
import { cents } from '../../src/domain/money.ts';
import { addMs, HOUR_MS } from '../../src/domain/time.ts';
import { SOME_INSTANT, someMessage } from './some-message.ts';

test('says everything a program needs, with the amount as decimal text', () => {
  const message = someMessage('msg_1', { fact: { amountCents: cents(5_000), requestId: 'req_1' } });
  expect(
    webhookPayload(
      { ...message, startedAt: addMs(SOME_INSTANT, -HOUR_MS) },
      'https://wiki.example.com/purser/',
    ),
  ).toEqual({
    type: 'wallet.low',
    timestamp: '2026-11-23T15:04:05Z',
    data: {
      status: 'firing',
      fingerprint: 'wallet.low/render-eu',
      severity: 'warning',
      account: 'render-eu',
      intent_id: null,
      amount: { value: '50.00', currency: 'usd' },
      headline: 'render-eu: wallet low, $3.10 left',
      detail: 'The minimum is $20.00. Cooling down.',
      request_id: 'req_1',
      runbook_url: 'https://wiki.example.com/purser/PurserWalletBelowMinimum.md',
      started_at: '2026-11-23T14:04:05Z',
    },
  });
});

test.each([
  [cents(5), '0.05'],
  [cents(123_456_789), '1234567.89'],
  [cents(-310), '-3.10'],
])('%i cents are "%s"', (amountCents, value) => {
  expect(
    webhookPayload(someMessage('m', { fact: { amountCents } }), 'https://wiki.example.com/purser/').data
      .amount?.value,
  ).toBe(value);
});

test('no amount is null, not zero', () => {
  expect(webhookPayload(someMessage('m'), 'https://wiki.example.com/purser/').data.amount).toBe(null);
});
