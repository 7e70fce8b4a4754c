import { expect, test } from 'vitest';
import { Secret } from '../../src/domain/secret.ts';
import { confirmSetupIntent, createPaymentMethod } from '../../src/modelslab/stripe.ts';
import type { TransportReply } from '../../src/modelslab/transport.ts';
import { ManualClock } from './manual-clock.ts';
import { answered, ScriptedTransport } from './scripted-transport.ts';

const NUMBER = '4242424242424242';
const card = { number: new Secret(NUMBER), expMonth: 12, expYear: 2027, cvc: new Secret('987') };

function access(reply: TransportReply) {
  const transport = new ScriptedTransport([reply]);
  const stripe = {
    stripeUrl: 'https://api.stripe.com',
    publishableKey: 'pk_test_1',
    transport,
    clock: new ManualClock(),
  };
  return { transport, stripe };
}

test('makes a payment method from a card, form-encoded under the publishable key', async () => {
  const { transport, stripe } = access(answered(200, { id: 'pm_1', object: 'payment_method' }));
  expect(await createPaymentMethod(stripe, card)).toMatchObject({
    kind: 'ok',
    value: { paymentMethodId: 'pm_1' },
  });
  const request = transport.requests[0];
  expect(request).toMatchObject({
    method: 'POST',
    url: 'https://api.stripe.com/v1/payment_methods',
    headers: {
      authorization: `Basic ${btoa('pk_test_1:')}`,
      'content-type': 'application/x-www-form-urlencoded',
    },
  });
  expect(Object.fromEntries(new URLSearchParams(request?.body))).toEqual({
    type: 'card',
    'card[number]': NUMBER,
    'card[exp_month]': '12',
    'card[exp_year]': '2027',
    'card[cvc]': '987',
  });
});

test('confirms a setup intent with a card and the client secret', async () => {
  const { transport, stripe } = access(
    answered(200, { id: 'seti_1', status: 'succeeded', payment_method: 'pm_2' }),
  );
  const clientSecret = new Secret('seti_1_secret_2');
  const reply = await confirmSetupIntent(stripe, {
    setupIntentId: 'seti_1',
    clientSecret,
    with: { kind: 'card', card },
  });
  expect(reply).toMatchObject({ kind: 'ok', value: { paymentMethodId: 'pm_2', status: 'succeeded' } });
  expect(transport.requests[0]?.url).toBe('https://api.stripe.com/v1/setup_intents/seti_1/confirm');
  expect(Object.fromEntries(new URLSearchParams(transport.requests[0]?.body))).toEqual({
    'payment_method_data[type]': 'card',
    'payment_method_data[card][number]': NUMBER,
    'payment_method_data[card][exp_month]': '12',
    'payment_method_data[card][exp_year]': '2027',
    'payment_method_data[card][cvc]': '987',
    client_secret: 'seti_1_secret_2',
  });
});

test('tells why Stripe refused a card, and nothing of the card', async () => {
  const { transport, stripe } = access(
    answered(402, {
      error: {
        type: 'card_error',
        code: 'incorrect_number',
        message: `Your card number ${NUMBER} is incorrect, cvc 987.`,
        param: 'number',
      },
    }),
  );
  const reply = await createPaymentMethod(stripe, card);
  expect(reply).toMatchObject({
    kind: 'failed',
    failure: {
      reason: 'refused',
      code: 'incorrect_number',
      message: 'Your card number [secret] is incorrect, cvc [secret].',
    },
  });
  expect(JSON.stringify(reply)).not.toMatch(/4242|987/);
  expect(transport.requests).toHaveLength(1);
});

test('is not repeated when no answer comes', async () => {
  const { transport, stripe } = access({ kind: 'lost', reason: 'timeout' });
  expect(await createPaymentMethod(stripe, card)).toMatchObject({
    failure: { reason: 'lost', code: 'timeout' },
  });
  expect(transport.requests).toHaveLength(1);
});
