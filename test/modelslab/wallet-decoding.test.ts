import { afterAll, beforeAll, expect, test } from 'vitest';
import type { PaymentIntentId, PlanId } from '../../src/domain/ids.ts';
import { cents } from '../../src/domain/money.ts';
import { redeemCoupon } from '../../src/modelslab/coupons.ts';
import { getPaymentStatus } from '../../src/modelslab/payments.ts';
import { createSubscription } from '../../src/modelslab/subscriptions.ts';
import {
  enableAutoFunding,
  fundWallet,
  getWalletBalance,
  listWalletTransactions,
} from '../../src/modelslab/wallet.ts';
import { decoded } from './decoded.ts';
import { caller, enveloped, scripted } from './scripted-transport.ts';

// Far from UTC, so that a time taken as local shows.
const timezone = process.env['TZ'];
beforeAll(() => {
  process.env['TZ'] = 'America/New_York';
});
afterAll(() => {
  if (timezone === undefined) delete process.env['TZ'];
  else process.env['TZ'] = timezone;
});

test.each<[string, unknown, unknown]>([
  ['as documented', { balance: 75.5, currency: 'usd' }, 75_500_000],
  ['in a wallet', { wallet: { balance: 3.1, currency: 'USD' } }, 3_100_000],
  ['as text', { balance: '20.10' }, 20_100_000],
  ['finer than a cent', { balance: 0.0000019 }, 1],
  ['in debt', { balance: -0.25, currency: 'usd' }, -250_000],
  [
    'in another currency',
    { balance: 75.5, currency: 'eur' },
    'malformed currency: a currency other than usd',
  ],
  ['as no number', { balance: 'NaN' }, 'malformed balance: not an amount in dollars'],
  ['beyond belief', { balance: 1e300 }, 'malformed balance: not an amount in dollars'],
  ['missing', { currency: 'usd' }, 'malformed balance: Invalid input'],
])('reads a balance %s', async (_how, data, expected) => {
  const value = await decoded((client) => getWalletBalance(client, caller), data);
  expect(typeof value === 'string' ? value : value.balanceMicroUsd).toEqual(expected);
});

const ROW = {
  id: 7,
  source: 'stripe',
  transaction_id: 'pi_1',
  type: 'credit',
  amount: 50,
  status: 'success',
  usecase: 'wallet_funding',
  created_at: '2026-11-23 15:00:00',
};
test.each<[string, object, string | object]>([
  ['as documented', {}, { id: '7', amountMicroUsd: 50_000_000, createdAt: Date.UTC(2026, 10, 23, 15) }],
  [
    'with a Laravel time',
    { created_at: '2026-11-23T15:00:00.000000Z' },
    { createdAt: Date.UTC(2026, 10, 23, 15) },
  ],
  [
    'with a time without zone',
    { created_at: '2026-11-23T15:00:00' },
    { createdAt: Date.UTC(2026, 10, 23, 15) },
  ],
  ['with an offset', { created_at: '2026-11-23T16:00:00+01:00' }, { createdAt: Date.UTC(2026, 10, 23, 15) }],
  ['with Unix seconds', { created_at: 1_795_446_000 }, { createdAt: 1_795_446_000_000 }],
  [
    'with nothing optional',
    { source: null, usecase: undefined, transaction_id: null, status: null },
    { source: '', status: '' },
  ],
  ['with an amount below zero', { amount: -1 }, 'malformed items.0.amount: an amount below zero'],
  ['with no time', { created_at: 'yesterday' }, 'malformed items.0.created_at: not a point in time'],
  ['of the year 1970', { created_at: 1 }, 'malformed items.0.created_at: not a point in time'],
  ['of the year 2300', { created_at: '2300-01-01' }, 'malformed items.0.created_at: not a point in time'],
  ['before time', { created_at: -9e15 }, 'malformed items.0.created_at: not a point in time'],
  ['after time', { created_at: 9e15 }, 'malformed items.0.created_at: not a point in time'],
  ['with milliseconds', { created_at: 1_795_446_000_000 }, { createdAt: 1_795_446_000_000 }],
  ['with no id', { id: null }, 'malformed items.0.id: Invalid input'],
  ['in another currency', { currency: 'jpy' }, 'malformed items.0.currency: a currency other than usd'],
])('reads a ledger row %s', async (_how, change, expected) => {
  const data = {
    items: [{ ...ROW, ...change }],
    count: 1,
    total: 1,
    wallet: { balance: 1, currency: 'usd' },
  };
  const value = await decoded((client) => listWalletTransactions(client, caller), data);
  if (typeof value === 'string') expect(value).toBe(expected);
  else expect(value.rows[0]).toMatchObject(Object(expected));
});

test.each([
  ['2026-11-23T15:00:00.000000Z', true],
  ['2026-11-23T16:00:00+0100', true],
  [1_795_446_000, true],
  ['1795446000', true],
  ['2026-11-23 15:00:00', false],
  ['2026-11-23', false],
  ['2026-11-23T00:00:00Z', false],
])('a row stamped %s can be believed to the minute: %s', async (created, isStampExact) => {
  const data = { items: [{ ...ROW, created_at: created }], count: 1, total: 1 };
  const value = await decoded((client) => listWalletTransactions(client, caller), data);
  expect(value).toMatchObject({ rows: [{ isStampExact }] });
});

test('reads the totals of a wallet only where both are there', async () => {
  const wallet = { balance: 40, currency: 'usd', total_credited: 100, amount_used: '60' };
  const read = (data: unknown) => decoded((client) => listWalletTransactions(client, caller), data);
  expect(await read({ items: [], total: 0, wallet })).toMatchObject({
    balanceMicroUsd: 40_000_000,
    totals: { creditedMicroUsd: 100_000_000, usedMicroUsd: 60_000_000 },
  });
  expect(await read({ items: [], total: 0, wallet: { balance: 40, total_credited: 100 } })).toMatchObject({
    totals: null,
  });
  expect(await read({ items: [], total: 0 })).toMatchObject({ balanceMicroUsd: null, totals: null });
});

test.each<[string, object, unknown]>([
  [
    'documented',
    { status: 'succeeded', payment_intent_id: 'pi_1', amount: 50, currency: 'usd' },
    { status: 'succeeded', amountCents: 5_000 },
  ],
  ['without an amount', { status: 'failed' }, { status: 'failed', amountCents: null }],
  [
    'in a word of Stripe’s that waits for a person',
    { status: 'requires_action' },
    { status: 'pending', statusText: 'requires_action' },
  ],
  ['in another word of Stripe’s', { status: 'processing' }, { status: 'unknown', statusText: 'processing' }],
  [
    'of another payment',
    { status: 'succeeded', payment_intent_id: 'pi_2' },
    'malformed payment_intent_id: the answer is about another payment',
  ],
])('reads a payment status %s', async (_how, data, expected) => {
  const args = { paymentIntentId: 'pi_1' as PaymentIntentId };
  const value = await decoded((client) => getPaymentStatus(client, caller, args), data);
  if (typeof value === 'string') expect(value).toBe(expected);
  else expect(value).toMatchObject(Object(expected));
});

test('sends amounts as shortest JSON numbers, plan ids as integers, and leaves out what is not given', async () => {
  const { client, transport } = scripted([enveloped({})]);
  await fundWallet(client, caller, { amountCents: cents(5_000), idempotencyKey: 'k' });
  await fundWallet(client, caller, { amountCents: cents(2_010) });
  await enableAutoFunding(client, caller, { amountCents: cents(2_505), thresholdCents: cents(500) });
  await createSubscription(client, caller, { planId: '42' as PlanId });
  await redeemCoupon(client, caller, { couponCode: 'WELCOME50', purchaseCents: cents(1) });
  expect(transport.requests.map((request) => request.body)).toEqual([
    '{"amount":50}',
    '{"amount":20.1}',
    '{"auto_charge_amount":25.05,"charge_threshold":5}',
    '{"plan_id":42}',
    '{"coupon_code":"WELCOME50","purchase_amount":0.01}',
  ]);
});
