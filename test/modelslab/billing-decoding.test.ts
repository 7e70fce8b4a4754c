import { expect, test } from 'vitest';
import { cents } from '../../src/domain/money.ts';
import { createPaymentLink, getStripeConfig } from '../../src/modelslab/billing.ts';
import { couponProblem, validateCoupon } from '../../src/modelslab/coupons.ts';
import { getInvoicePdf, listInvoices } from '../../src/modelslab/invoices.ts';
import { getMe } from '../../src/modelslab/usage.ts';
import { decoded } from './decoded.ts';
import { answered, caller, scripted } from './scripted-transport.ts';

test('reads the Stripe key and a payment link bare as well as enveloped', async () => {
  const link = {
    payment_url: 'https://checkout.stripe.com/c/1',
    session_id: 'cs_1',
    expires_at: '2026-11-24T15:00:00Z',
  };
  const bare = scripted([
    answered(200, { publishable_key: 'pk_live_1', instructions: 'x' }),
    answered(200, link),
  ]);
  expect(await getStripeConfig(bare.client, caller)).toMatchObject({
    value: { publishableKey: 'pk_live_1' },
  });
  const fund = { purpose: 'fund', amountCents: cents(5_010) } as const;
  const expected = { paymentUrl: link.payment_url, sessionId: 'cs_1', expiresAt: Date.UTC(2026, 10, 24, 15) };
  expect(await createPaymentLink(bare.client, caller, fund)).toMatchObject({ value: expected });
  expect(bare.transport.requests[1]?.body).toBe('{"purpose":"fund","amount":50.1}');
  expect(await decoded((client) => createPaymentLink(client, caller, fund), link)).toEqual(expected);
});

test('a payment link that is not a web address is malformed: people click on it', async () => {
  const fund = { purpose: 'fund', amountCents: cents(5_000) } as const;
  const data = { payment_url: 'javascript:alert(1)', session_id: 'cs_1' };
  expect(await decoded((client) => createPaymentLink(client, caller, fund), data)).toMatch(
    /^malformed payment_url/,
  );
});

test('a secret key in place of the publishable one is malformed', async () => {
  const data = { publishable_key: 'sk_live_1' };
  expect(await decoded((client) => getStripeConfig(client, caller), data)).toMatch(
    /^malformed publishable_key/,
  );
});

test('a coupon with an error in its data is not valid', async () => {
  const check = (data: unknown) =>
    decoded((client) => validateCoupon(client, caller, { couponCode: 'X' }), data);
  expect(await check({ discount: 10 })).toMatchObject({ isValid: true, facts: { discount: 10 } });
  const bad = await check({ error: { message: 'expired' } });
  expect(typeof bad === 'string' ? bad : [bad.isValid, couponProblem(bad)]).toEqual([false, 'expired']);
});

test.each<[string, unknown]>([
  ['url', { url: 'https://x.test/1.pdf' }],
  ['pdf_url', { pdf_url: 'https://x.test/1.pdf', total: 5 }],
  ['bare text', 'https://x.test/1.pdf'],
])('finds the invoice’s PDF in %s', async (_where, data) => {
  const args = { invoiceId: 'in_1' };
  expect(await decoded((client) => getInvoicePdf(client, caller, args), data)).toEqual({
    url: 'https://x.test/1.pdf',
  });
});

test('content of unknown shape is passed on with its secrets masked', async () => {
  const rows = {
    items: [{ id: 'in_1', total: 5, payment: { client_secret: 'pi_1_secret_2', text: 'pi_1_secret_2' } }],
  };
  expect(await decoded((client) => listInvoices(client, caller), rows)).toEqual([
    { id: 'in_1', total: 5, payment: { client_secret: '[secret]', text: '[secret]' } },
  ]);
  const numbered = {
    items: [
      { id: 42, number: 'A-1' },
      { id: '1', number: '4242424242424242' },
    ],
  };
  expect(await decoded((client) => listInvoices(client, caller), numbered)).toEqual([
    { id: 42, number: 'A-1' },
    { id: '1', number: '[secret]' },
  ]);
  const profile = { name: 'A', email: 'a@b.c', wallet_balance: { odd: 1 }, api_key: 'k' };
  expect(await decoded((client) => getMe(client, caller), profile)).toEqual({
    name: 'A',
    email: 'a@b.c',
    walletBalanceMicroUsd: null,
  });
});
