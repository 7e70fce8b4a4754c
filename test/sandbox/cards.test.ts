import { expect, test } from 'vitest';
import { first, startClient } from './sandbox-client.ts';

test.each([
  ['4000000000000002', 'generic_decline'],
  ['4000000000009995', 'insufficient_funds'],
  ['4000000000009987', 'lost_card'],
  ['4000000000009979', 'stolen_card'],
  ['4000000000000069', 'expired_card'],
  ['4000000000000127', 'incorrect_cvc'],
  ['4000000000000119', 'processing_error'],
  ['4000000000006975', 'card_velocity_exceeded'],
])('the test number %s cannot be attached and declines with %s', async (number, code) => {
  const client = await startClient();
  const card = (await client.tokenise(number)).body.id;
  const attach = await client.ask('/billing/payment-methods', { body: { payment_method_id: card } });
  expect(attach).toMatchObject({ status: 402, body: { error: { details: { decline_code: code } } } });
  const { status, body } = await client.fund(20, 'k1', card);
  expect(status).toBe(402);
  expect(body.error).toMatchObject({ code: 'payment_declined', details: { decline_code: code } });
  const intent = body.error.details.payment_intent_id;
  expect((await client.ask(`/payments/${intent}/status`)).body.data.status).toBe('failed');
  expect(await client.charges()).toEqual([]);
});

test('4000000000000341 attaches and declines when it is charged', async () => {
  const client = await startClient();
  const card = (await client.tokenise('4000000000000341')).body.id;
  const attach = await client.ask('/billing/payment-methods', {
    body: { payment_method_id: card, make_default: true },
  });
  expect(attach.body.data).toMatchObject({ id: card, is_default: true, last4: '0341' });
  expect((await client.fund(20, 'k1', card)).status).toBe(402);
});

test('a working card can be tokenised, attached, made the default, charged and removed', async () => {
  const client = await startClient();
  const { body } = await client.tokenise('378282246310005', { cvc: '1234' });
  expect(body).toMatchObject({ object: 'payment_method', card: { brand: 'amex', last4: '0005' } });
  expect((await client.fund(20, 'k1', body.id)).status).toBe(200);
  await client.ask('/billing/payment-methods', { body: { payment_method_id: body.id } });
  await client.ask(`/billing/payment-methods/${body.id}/default`, { method: 'PUT' });
  const cards = (await client.ask('/billing/payment-methods')).body.data;
  expect(cards.map((card: { is_default: boolean }) => card.is_default)).toEqual([false, false, true]);
  expect((await client.ask(`/billing/payment-methods/${body.id}`, { method: 'DELETE' })).status).toBe(200);
  expect((await client.fund(20, 'k2', body.id)).status).toBe(422);
});

test.each(['4000002500003155', '4000002760003184', '4000000000003220'])(
  '%s asks for 3-D Secure: nothing is charged until its holder approves',
  async (number) => {
    const client = await startClient();
    const card = (await client.tokenise(number)).body.id;
    const { status, body } = await client.fund(20, 'k1', card);
    expect(status).toBe(202);
    const intent = body.data.payment.payment_intent_id;
    expect(body.data.payment).toMatchObject({ status: 'requires_action', client_secret: expect.any(String) });
    expect((await client.ask(`/payments/${intent}/status`)).body.data.status).toBe('pending');
    expect(await client.charges()).toEqual([]);
    await client.patch({ complete_3ds: true });
    expect((await client.ask(`/payments/${intent}/status`)).body.data.status).toBe('succeeded');
    expect(await client.balance()).toBe(70);
    expect(await client.charges()).toMatchObject([{ kind: 'fund', key: 'k1', card }]);
  },
);

test('a holder who refuses 3-D Secure leaves a failed payment', async () => {
  const client = await startClient();
  await client.patch({ cards: [{ brand: 'visa', last4: '3220', behaviour: 'requires_action' }] });
  const card = first((await client.control('/accounts/agent-0001')).body.cards).id;
  const intent = (await client.fund(20, 'k1', card)).body.data.payment.payment_intent_id;
  await client.patch({ fail_3ds: intent });
  expect((await client.ask(`/payments/${intent}/status`)).body.data.status).toBe('failed');
  expect(await client.balance()).toBe(50);
});

test.each([
  ['a wrong check digit', '4242424242424241', {}, 'incorrect_number', 'number'],
  ['month 13', '4242424242424242', { exp_month: '13' }, 'invalid_expiry_month', 'exp_month'],
  [
    'a month that is over',
    '4242424242424242',
    { exp_month: '10', exp_year: '2026' },
    'invalid_expiry_month',
    'exp_month',
  ],
  ['a year that is over', '4242424242424242', { exp_year: '25' }, 'invalid_expiry_year', 'exp_year'],
  ['a security code of two digits', '4242424242424242', { cvc: '99' }, 'invalid_cvc', 'cvc'],
])('tokenising with %s fails', async (_what, number, over, code, param) => {
  const client = await startClient();
  const { status, body } = await client.tokenise(number, over);
  expect(status).toBe(402);
  expect(body.error).toMatchObject({ type: 'card_error', code, param });
});

test('a number that is no test card is refused, and no number is ever kept', async () => {
  const client = await startClient();
  const { status, body } = await client.tokenise('4539148803436467');
  expect(status).toBe(402);
  expect(body.error.decline_code).toBe('test_mode_live_card');
  await client.tokenise('4242424242424242');
  const seen = JSON.stringify([
    (await client.control('/requests')).body,
    (await client.control('/accounts/agent-0001')).body,
  ]);
  expect(seen).not.toMatch(/4242424242424242|4539148803436467/);
});

test('Stripe wants the publishable key, and the client secret to confirm a setup intent', async () => {
  const client = await startClient();
  expect((await client.stripe('/v1/payment_methods', { type: 'card' }, 'pk_live_other')).status).toBe(401);
  const { setup_intent_id: id, client_secret } = (await client.ask('/billing/setup-intent', { body: {} }))
    .body.data;
  const card = {
    'payment_method_data[type]': 'card',
    'payment_method_data[card][number]': '4242424242424242',
    'payment_method_data[card][exp_month]': '12',
    'payment_method_data[card][exp_year]': '2030',
    'payment_method_data[card][cvc]': '123',
  };
  const path = `/v1/setup_intents/${id}/confirm`;
  expect((await client.stripe(path, card)).body.error.param).toBe('client_secret');
  const wrong = await client.stripe(path, { ...card, client_secret: `${client_secret}x` });
  expect(wrong.body.error.param).toBe('client_secret');
  const { body } = await client.stripe(path, { ...card, client_secret });
  expect(body).toMatchObject({ id, status: 'succeeded', payment_method: expect.stringMatching(/^pm_/) });
  expect((await client.stripe(path, { ...card, client_secret })).body.error.code).toBe(
    'setup_intent_unexpected_state',
  );
  expect((await client.fund(20, 'k1', body.payment_method)).status).toBe(200);
});

test('a card declines once the month printed on it is over', async () => {
  const client = await startClient();
  await client.patch({ cards: [{ id: 'pm_agent_0001_visa', exp_month: 11, exp_year: 2026 }] });
  expect((await client.fund(20, 'k1')).status).toBe(200);
  await client.patch({ cards: [{ id: 'pm_agent_0001_visa', exp_month: 10 }] });
  expect((await client.fund(20, 'k2')).body.error.details.decline_code).toBe('expired_card');
});

test('a card that trusts its set-up asks for 3-D Secure once', async () => {
  const client = await startClient();
  const { setup_intent_id: id, client_secret } = (await client.ask('/billing/setup-intent', { body: {} }))
    .body.data;
  const card = (await client.tokenise('4000002500003155')).body.id;
  const path = `/v1/setup_intents/${id}/confirm`;
  const { body } = await client.stripe(path, { payment_method: card, client_secret });
  expect(body.status).toBe('requires_action');
  await client.patch({ complete_3ds: id });
  expect((await client.fund(20, 'k1', card)).status).toBe(200);
});
