import { expect, test } from 'vitest';
import { cents } from '../../src/domain/money.ts';
import { HOUR_MS, MINUTE_MS } from '../../src/domain/time.ts';
import { startClient } from '../sandbox/sandbox-client.ts';
import { AKeeper } from './a-keeper.ts';
import { lower } from './a-low-wallet.ts';
import { aPageIsOut, PAYS_BY_CARD_OR_LINK } from './a-page-beside-a-card.ts';
import { charges } from './sandbox-record.ts';
import { holdsOf, statesOf } from './standing-of.ts';
import { answer, WatchedWire } from './watched-wire.ts';

const VISA = 'pm_agent_0001_visa';

/**
 * Stripe Checkout with a payment that takes days (bank debit): the session is `complete` and its `payment_status` is `unpaid`
 * until the money arrives (Stripe, "Delayed notification payment methods"). The person has paid; nobody can pay again.
 */
test.each<[string, Record<string, unknown>, number]>([
  ['complete, payment_status unpaid', { status: 'complete', payment_status: 'unpaid' }, 200],
  ['processing', { status: 'processing' }, 200],
  ['pending', { status: 'pending' }, 200],
])(
  'a page of which a person has paid by bank debit (%s) is not paid by card beside',
  async (_what, data, status) => {
    const client = await startClient();
    const scene = { isProcessing: false };
    const transport = new WatchedWire(async (send, _, { url }) =>
      scene.isProcessing && url.endsWith('/confirm-checkout')
        ? answer(status, { data, error: null })
        : await send(),
    );
    const keeper = await AKeeper.open(client, { wallet: { pay_with: ['default', 'human'] }, transport });
    await keeper.pass();
    await client.patch({ cards: [{ id: VISA, behaviour: 'insufficient_funds' }] });
    await lower(client);
    await keeper.live(5 * HOUR_MS);
    scene.isProcessing = true; // a person has paid, the bank takes its time
    await keeper.live(58 * MINUTE_MS);
    await client.patch({ cards: [{ id: VISA, behaviour: 'succeed' }] });
    await keeper.live(2 * HOUR_MS);
    expect([await charges(client), await statesOf(keeper)]).toEqual([
      [],
      ['fund_link link_open', 'fund released'],
    ]);
  },
);

/** An account with $50; a person pays a page of $10, made by hand, by bank debit, which takes three days (Stripe's own words). */
test('a page that is paid by bank debit freezes nothing', async () => {
  const client = await startClient();
  const scene = { isProcessing: false };
  const transport = new WatchedWire(async (send, _, { url }) =>
    scene.isProcessing && url.endsWith('/confirm-checkout')
      ? answer(200, { data: { status: 'complete', payment_status: 'unpaid' }, error: null })
      : await send(),
  );
  const keeper = await AKeeper.open(client, { wallet: { pay_with: ['default'] }, transport });
  await keeper.live(5 * MINUTE_MS);
  const page = keeper.place({ kind: 'fund_link', amountCents: cents(1_000) });
  await keeper.live(10 * MINUTE_MS);
  page.withdraw();
  scene.isProcessing = true;
  await keeper.rest(40 * HOUR_MS);
  expect([await statesOf(keeper), await holdsOf(keeper)]).toEqual([['fund_link link_open'], []]);
});

/** Purser hears of the page for the first time when somebody has paid on it. */
test('a page that was paid by bank debit before it said what it says unpaid is not paid by card beside', async () => {
  const client = await startClient();
  let madeAt = Number.POSITIVE_INFINITY;
  const transport = new WatchedWire(async (send, _, { url }) => {
    if (url.endsWith('/payment-link')) madeAt = client.clock.now();
    if (!url.endsWith('/confirm-checkout')) return await send();
    const isDown = client.clock.now() - madeAt < 2 * MINUTE_MS;
    return isDown ? answer(503, {}) : answer(200, { data: { status: 'processing' }, error: null });
  });
  const keeper = await AKeeper.open(client, { wallet: PAYS_BY_CARD_OR_LINK, transport });
  await aPageIsOut(keeper);
  await keeper.live(2 * HOUR_MS);
  expect(await charges(client)).toEqual([]);
});

/** Between the words of a debit that takes its days confirm is silent now and then. */
test('a debit that takes longer than its page lives freezes nothing, and the low wallet is told', async () => {
  const client = await startClient();
  let madeAt = Number.POSITIVE_INFINITY;
  let count = 0;
  const transport = new WatchedWire(async (send, _, { url }) => {
    if (url.endsWith('/payment-link')) madeAt = client.clock.now();
    if (!url.endsWith('/confirm-checkout') || client.clock.now() - madeAt < HOUR_MS) return await send();
    count += 1;
    return count % 10 === 0 ? answer(503, {}) : answer(200, { data: { status: 'processing' }, error: null });
  });
  const keeper = await AKeeper.open(client, { wallet: { pay_with: ['human'] }, transport });
  await keeper.live(5 * MINUTE_MS);
  await lower(client);
  await keeper.rest(54 * HOUR_MS);
  expect([await statesOf(keeper), await holdsOf(keeper)]).toEqual([['fund_link link_open'], []]);
  expect(await keeper.told()).toContainEqual(expect.stringMatching(/^firing wallet\.low/));
});
