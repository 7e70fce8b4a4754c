import { afterAll, beforeAll, expect, test } from 'vitest';
import { cents } from '../../src/domain/money.ts';
import { Secret } from '../../src/domain/secret.ts';
import { epochMs } from '../../src/domain/time.ts';
import { addPaymentMethod, createSetupIntent } from '../../src/modelslab/billing.ts';
import { takeLedgerLook } from '../../src/modelslab/ledger-look.ts';
import { confirmSetupIntent, createPaymentMethod } from '../../src/modelslab/stripe.ts';
import { fundWallet } from '../../src/modelslab/wallet.ts';
import { CARD, freshCard, okValue, openStages } from './endpoint-stage.ts';

let stages: Awaited<ReturnType<typeof openStages>>;
beforeAll(async () => {
  stages = await openStages(5);
});
afterAll(() => stages.close());

test('a card goes to Stripe, comes back as an id, and pays', async () => {
  const stage = stages.stage();
  const { client, caller } = stage;
  const paymentMethodId = await freshCard(stage);
  const funded = await fundWallet(client, caller, { amountCents: cents(5_000), paymentMethodId });
  expect(funded).toMatchObject({ kind: 'ok', value: { amount: 50 } });
  const look = okValue(await takeLedgerLook(client, caller, { since: epochMs(0), depth: 'complete' }));
  expect(look).toMatchObject({ isComplete: true, credits: [{ amountCents: 5_000, isSuccessful: true }, {}] });
});

test('a card is set up without a charge, and attached', async () => {
  const stage = stages.stage();
  const { client, caller } = stage;
  const { setupIntentId, clientSecret } = okValue(await createSetupIntent(client, caller));
  const confirmed = await confirmSetupIntent(await stage.stripe(), {
    setupIntentId,
    clientSecret,
    with: { kind: 'card', card: CARD },
  });
  const { status, paymentMethodId } = okValue(confirmed);
  expect(status).toBe('succeeded');
  if (paymentMethodId === null) throw new Error('no payment method came back');
  const added = await addPaymentMethod(client, caller, { paymentMethodId, makeDefault: false });
  expect(added).toMatchObject({ kind: 'ok', value: { last4: '4242' } });
});

test('Stripe refuses a wrong number, and the number is not told', async () => {
  const access = await stages.stage().stripe();
  const number = new Secret('4242424242424241');
  const reply = await createPaymentMethod(access, { ...CARD, number });
  expect(reply).toMatchObject({ kind: 'failed', failure: { status: 402, code: 'incorrect_number' } });
  expect(JSON.stringify(reply)).not.toContain('4242');
});

test('a confirmation without the right client secret is refused', async () => {
  const stage = stages.stage();
  const { setupIntentId } = okValue(await createSetupIntent(stage.client, stage.caller));
  const clientSecret = new Secret(`${setupIntentId}_secret_wrong`);
  const card = { kind: 'card', card: CARD } as const;
  const reply = await confirmSetupIntent(await stage.stripe(), { setupIntentId, clientSecret, with: card });
  expect(reply).toMatchObject({
    kind: 'failed',
    failure: { reason: expect.stringMatching(/refused|not_found/) },
  });
  expect(JSON.stringify(reply)).not.toContain('_secret_');
});

test('a key that comes twice is charged once and seen as a replay', async () => {
  const stage = stages.stage();
  const { client, caller } = stage;
  const { id } = await stage.card();
  const order = { amountCents: cents(5_000), paymentMethodId: id, idempotencyKey: 'purser-1-test' };
  expect(await fundWallet(client, caller, order)).toMatchObject({ kind: 'ok', replay: false });
  expect(await fundWallet(client, caller, order)).toMatchObject({ kind: 'ok', replay: true });
  const look = okValue(await takeLedgerLook(client, caller, { since: epochMs(0), depth: 'page' }));
  expect(look.credits).toHaveLength(2);
});
