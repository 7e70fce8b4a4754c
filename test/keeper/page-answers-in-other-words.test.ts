import { expect, test } from 'vitest';
import { HOUR_MS, MINUTE_MS } from '../../src/domain/time.ts';
import { startClient } from '../sandbox/sandbox-client.ts';
import { AKeeper } from './a-keeper.ts';
import { lower } from './a-low-wallet.ts';
import { aLedgerBehind, aPageIsOut, LOST, PAYS_BY_CARD_OR_LINK, paidIn } from './a-page-beside-a-card.ts';
import { charges } from './sandbox-record.ts';
import { answer, WatchedWire } from './watched-wire.ts';

const refusal = (code: string, message = 'x') => ({ data: null, error: { code, message } });

type Words = {
  readonly afterwards: readonly [number, unknown];
  /** The sandbox's own, if left out. */
  readonly notYet?: readonly [number, unknown];
  /** What is answered in the page's first moments, and for how long. */
  readonly early?: readonly [number, unknown, number];
};

/** The one "paid" of a page is lost, and the ledger is 90 s late; the card beside the page is free. */
test.each<[string, Words]>([
  ['not found', { afterwards: [400, refusal('session_not_found', 'No such checkout session.')] }],
  ['bare not found', { afterwards: [404, refusal('not_found', 'Not found')] }],
  ['completed', { afterwards: [409, refusal('session_completed')] }],
  ['consumed', { afterwards: [400, refusal('session_consumed')] }],
  ['duplicate', { afterwards: [400, refusal('duplicate_session')] }],
  ['expired', { afterwards: [410, refusal('session_expired')] }],
  ['not found or expired', { afterwards: [404, refusal('session_not_found_or_expired')] }],
  ['expired or used', { afterwards: [400, refusal('session_expired_or_already_used')] }],
  ['not unpaid', { afterwards: [409, refusal('session_not_unpaid')] }],
  ['the same code, other words', { notYet: [400, refusal('invalid_session', 'Not paid yet.')], afterwards: [400, refusal('invalid_session', 'Session already processed.')] }],
  ['bare words', { notYet: [400, { message: 'The session is not paid.' }], afterwards: [400, { message: 'The session was already processed.' }] }],
  ['bare words of an error', { notYet: [400, { status: 'error', message: 'Not paid' }], afterwards: [400, { status: 'error', message: 'Already credited' }] }],
  ['what a replica said that had not got it yet', { early: [404, refusal('session_not_found'), 20_000], afterwards: [404, refusal('session_not_found')] }],
  ['invalid, as in its first seconds', { early: [422, refusal('validation_error'), 5_000], afterwards: [422, refusal('validation_error')] }],
  ['not found, and its first minute was missed', { early: [503, {}, 2 * MINUTE_MS], afterwards: [404, refusal('session_not_found')] }],
  ['completed, and its first minute was missed', { early: [503, {}, 2 * MINUTE_MS], afterwards: [404, refusal('session_completed')] }],
])('a page whose "paid" is lost, and which is then %s, is paid once', async (_what, { notYet, early, afterwards }) => {
  const client = await startClient();
  let paidAt = Number.POSITIVE_INFINITY;
  let madeAt = Number.POSITIVE_INFINITY;
  const transport = new WatchedWire(async (send, _, { url }) => {
    if (url.endsWith('/payment-link')) madeAt = client.clock.now();
    if (!url.endsWith('/confirm-checkout')) return await send();
    if (early !== undefined && client.clock.now() - madeAt < early[2]) return answer(early[0], early[1]);
    if (paidAt !== Number.POSITIVE_INFINITY) return answer(...afterwards);
    const said = await send();
    if (said.kind !== 'answered' || said.status !== 200) return notYet === undefined ? said : answer(...notYet);
    paidAt = client.clock.now();
    return LOST;
  }, aLedgerBehind(client, () => paidAt, 90_000));
  const keeper = await AKeeper.open(client, { wallet: PAYS_BY_CARD_OR_LINK, transport });
  await aPageIsOut(keeper);
  await client.patch({ pay_link: true });
  await keeper.live(HOUR_MS);
  expect(paidAt).toBeLessThan(client.clock.now());
  expect(await paidIn(client)).toEqual(['checkout 5000']);
}); // biome-ignore format: a table

/** page-under-way, where the provider says so as an error ("error while the human has not paid yet (code not documented)"). */
test.each<[number, string, string]>([
  [400, 'payment_processing', 'The payment is still being processed by the bank.'],
  [409, 'payment_pending', 'Your payment is on its way; try again later.'],
  [409, 'already_processing', 'This session is already being processed.'],
  [422, 'checkout_processing', 'Payment processing.'],
])('a page paid by bank debit, %i %s: no card beside', async (status, code, message) => {
  const client = await startClient();
  const scene = { isProcessing: false };
  const transport = new WatchedWire(async (send, _, { url }) =>
    scene.isProcessing && url.endsWith('/confirm-checkout')
      ? answer(status, { data: null, error: { code, message } })
      : await send(),
  );
  const keeper = await AKeeper.open(client, { wallet: PAYS_BY_CARD_OR_LINK, transport });
  await aPageIsOut(keeper);
  scene.isProcessing = true;
  await keeper.live(2 * HOUR_MS + MINUTE_MS);
  expect(await charges(client)).toEqual([]);
});

/** For an hour confirm is a bare 404 (a wrong deploy); a person pays 32 min into it, on Stripe's page; webhook credits; ledger 90 s late. */
test('a refusal that has stood for half an hour says nothing of a payment of now', async () => {
  const client = await startClient();
  const scene = { isOn: false };
  let paidAt = Number.POSITIVE_INFINITY;
  const transport = new WatchedWire(
    async (send, _, { url }) =>
      scene.isOn && url.endsWith('/confirm-checkout') ? answer(404, { message: 'Not found' }) : await send(),
    aLedgerBehind(client, () => paidAt, 90_000),
  );
  const keeper = await AKeeper.open(client, { wallet: PAYS_BY_CARD_OR_LINK, transport });
  await keeper.pass();
  await client.patch({ cards: [{ id: 'pm_agent_0001_visa', behaviour: 'insufficient_funds' }] });
  await lower(client);
  await keeper.live(5 * HOUR_MS);
  scene.isOn = true;
  await keeper.live(58 * MINUTE_MS);
  await client.patch({ cards: [{ id: 'pm_agent_0001_visa', behaviour: 'succeed' }] });
  await keeper.live(MINUTE_MS);
  paidAt = client.clock.now();
  await client.patch({ pay_link: true });
  await keeper.live(10 * MINUTE_MS);
  scene.isOn = false;
  await keeper.live(HOUR_MS);
  expect(await paidIn(client)).toEqual(['checkout 5000']);
});
