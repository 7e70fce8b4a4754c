import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type PaymentIntentId, parseProviderId } from '../../src/domain/ids.ts';
import { cents } from '../../src/domain/money.ts';
import { epochMs } from '../../src/domain/time.ts';
import { createPaymentLink, listPaymentMethods } from '../../src/modelslab/billing.ts';
import { takeLedgerLook } from '../../src/modelslab/ledger-look.ts';
import { getPaymentStatus } from '../../src/modelslab/payments.ts';
import { listPlans, listSubscriptions } from '../../src/modelslab/subscriptions.ts';
import { getWalletBalance } from '../../src/modelslab/wallet.ts';
import { fuzzRuns } from '../fuzz-runs.ts';
import { answered, caller, scripted } from './scripted-transport.ts';

type Client = ReturnType<typeof scripted>['client'];

const PAYMENT = parseProviderId<PaymentIntentId>('pi_1') as PaymentIntentId; // a literal with that pattern
const READS = {
  getWalletBalance: (client: Client) => getWalletBalance(client, caller),
  listPaymentMethods: (client: Client) => listPaymentMethods(client, caller),
  listSubscriptions: (client: Client) => listSubscriptions(client, caller),
  listPlans: (client: Client) => listPlans(client, caller),
  getPaymentStatus: (client: Client) => getPaymentStatus(client, caller, { paymentIntentId: PAYMENT }),
  takeLedgerLook: (client: Client) => takeLedgerLook(client, caller, { since: epochMs(0), depth: 'page' }),
  createPaymentLink: (client: Client) =>
    createPaymentLink(client, caller, { purpose: 'fund', amountCents: cents(1_000) }),
};

/** Values that go wrong more often than others. */
const oddValue = fc.oneof(
  fc.jsonValue({ maxDepth: 2 }),
  fc.constantFrom<unknown>(
    0,
    -0,
    -1,
    1e-7,
    1e21,
    9e15,
    -9e15,
    1e300,
    '1e400',
    '0x10',
    '',
    ' ',
    '٣',
    null,
    [],
    {},
  ),
  fc.constantFrom<unknown>(
    '9999-99-99',
    '275761-01-01',
    '2026-11-23',
    '-1',
    'usd',
    'pi_1',
    '__proto__',
    true,
  ),
);
const FIELDS = [
  'data', 'items', 'wallet', 'balance', 'currency', 'total', 'total_credited', 'amount_used', 'id', 'type', 'amount',
  'created_at', 'status', 'transaction_id', 'subscription_plans', 'subscriptions', 'addon', 'normal', 'plan', 'price',
  'plan_id', 'current_period_end', 'payment_intent_id', 'card', 'exp_month', 'is_default', 'payment_url', 'session_id',
  'error', 'meta', 'request_id', 'retry_after', 'message', 'details',
] as const; // biome-ignore format: a list of words
const { body } = fc.letrec((tie) => ({
  body: fc.oneof(
    { maxDepth: 4 },
    oddValue,
    fc.array(tie('body'), { maxLength: 3 }),
    fc.dictionary(fc.constantFrom(...FIELDS), tie('body'), { maxKeys: 6 }),
  ),
}));

test.each(Object.entries(READS))('%s takes any JSON for an answer and never breaks', async (_name, read) => {
  await fc.assert(
    fc.asyncProperty(body, fc.constantFrom(200, 202, 204, 302, 400, 402, 404, 422), async (data, status) => {
      const { client } = scripted([answered(status, { data }), answered(status, data)]);
      for (const reply of [await read(client), await read(client)]) {
        if (reply.kind === 'ok') expect(status).toBeLessThan(300);
        else expect(reply.failure.message.length).toBeLessThanOrEqual(200);
        expectSaneNumbers(reply);
      }
    }),
    fuzzRuns(500),
  );
});

test.each(Object.entries(READS))('%s survives an answer that is nested without end', async (_name, read) => {
  const depth = 60_000;
  for (const key of ['items', 'data', 'details', 'error']) {
    const text = `{"data":${`{"${key}":`.repeat(depth)}1${'}'.repeat(depth)}}`;
    const { client } = scripted([answered(200, text)]);
    expect((await read(client)).kind).toBe('failed');
    const refused = scripted([answered(422, `{"error":${text}}`)]);
    expect((await read(refused.client)).kind).toBe('failed');
  }
});

/** Every number that came through can be counted with, and every instant printed. */
function expectSaneNumbers(value: unknown): void {
  if (typeof value === 'number') expect(Number.isSafeInteger(value)).toBe(true);
  if (typeof value !== 'object' || value === null) return;
  for (const [name, inner] of Object.entries(value)) {
    if (name === 'details') continue;
    if (/At$|PeriodEnd$/.test(name) && typeof inner === 'number') new Date(inner).toISOString();
    expectSaneNumbers(inner);
  }
}
