import { request } from 'undici';
import { expect, test } from 'vitest';
import { first, startClient } from './sandbox-client.ts';

test('a coupon credits once per account and leaves no card charge', async () => {
  const client = await startClient();
  const redeem = () => client.ask('/wallet/coupons/redeem', { body: { coupon_code: 'welcome50' } });
  const validate = async () => (await client.ask('/wallet/coupons/validate?coupon_code=WELCOME50')).body.data;
  expect(await validate()).toMatchObject({ valid: true, amount: 50 });
  expect((await redeem()).body.data).toMatchObject({ credited: 50, balance: 100 });
  expect((await redeem()).body.error.code).toBe('coupon_already_redeemed');
  expect(await validate()).toMatchObject({ valid: false, error: expect.any(String) });
  expect(await client.charges()).toEqual([]);
});

test('a bonus coupon charges its purchase and adds the bonus', async () => {
  const client = await startClient();
  const redeem = (more: object) =>
    client.ask('/wallet/coupons/redeem', { body: { coupon_code: 'BONUS20', ...more }, key: 'k1' });
  expect((await redeem({ payment_method_id: 'pm_agent_0001_visa', purchase_amount: 20 })).status).toBe(422);
  const bought = await redeem({ payment_method_id: 'pm_agent_0001_visa', purchase_amount: 30 });
  expect(bought.body.data).toMatchObject({ credited: 6, balance: 86 });
  expect(await client.charges()).toMatchObject([{ kind: 'coupon', amount_cents: 3_000, key: 'k1' }]);
});

test('expired and unknown coupons say so', async () => {
  const client = await startClient();
  for (const [code, error] of [
    ['SUMMER24', 'coupon_expired'],
    ['NOPE', 'coupon_invalid'],
  ]) {
    const { status, body } = await client.ask('/wallet/coupons/redeem', { body: { coupon_code: code } });
    expect(status).toBe(422);
    expect(body.error.code).toBe(error);
  }
});

test('only a reseller withdraws, and no more than the balance', async () => {
  const client = await startClient();
  const withdraw = (amount: number) => client.ask('/wallet/withdraw', { body: { amount } });
  expect((await withdraw(10)).status).toBe(403);
  await client.patch({ reseller: true });
  expect((await withdraw(51)).status).toBe(422);
  expect((await withdraw(10)).body.data.balance).toBe(40);
});

test('every charge has an invoice, whose PDF opens without a token and is well formed', async () => {
  const client = await startClient();
  await client.fund(20, 'k1');
  const invoice = first((await client.ask('/billing/invoices')).body.data);
  expect(invoice).toMatchObject({ amount: 20, status: 'paid' });
  expect((await client.ask(`/billing/invoices/${invoice.id}`)).body.data).toEqual(invoice);
  const told = (await client.ask(`/billing/invoices/${invoice.id}/pdf`)).body;
  const { url } = told.data;
  expect(told.url).toBe(url);
  const { headers, body } = await request(url);
  expect(headers['content-type']).toBe('application/pdf');
  const pdf = await body.text();
  expect(pdf).toMatch(/^%PDF-1\.4\n/);
  expect(pdf).toContain('(Paid: $20.00 USD)');
  const start = Number(/startxref\n(\d+)\n%%EOF\n$/.exec(pdf)?.[1]);
  expect(pdf.slice(start, start + 4)).toBe('xref');
  const places = [...pdf.matchAll(/^(\d{10}) 00000 n $/gm)].map((match) => Number(match[1]));
  expect(places).toHaveLength(5);
  for (const [index, place] of places.entries()) {
    expect(pdf.slice(place)).toMatch(new RegExp(`^${index + 1} 0 obj\n`));
  }
  const [stream = '', length] = [
    /stream\n([\s\S]*)\nendstream/.exec(pdf)?.[1],
    /\/Length (\d+)/.exec(pdf)?.[1],
  ];
  expect(stream).toHaveLength(Number(length));
  expect((await request(url.replace('doc_', 'doc_x'))).statusCode).toBe(404);
});
