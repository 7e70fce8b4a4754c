import { expect, test } from 'vitest';
import { HOUR_MS } from '../../src/domain/time.ts';
import { startClient } from '../sandbox/sandbox-client.ts';
import { AKeeper } from './a-keeper.ts';
import { aPageByHand } from './a-page-beside-a-card.ts';
import { holdsOf, statesOf } from './standing-of.ts';
import { answer, WatchedWire } from './watched-wire.ts';

const refusal = (code: string, message = 'x') => ({ data: null, error: { code, message } });

/** What confirm answers before a payment is not documented (API sheet #17). Nobody ever pays the page. */
test.each<[number, unknown, 'from the first' | 'from its end on']>([
  [403, refusal('checkout_incomplete'), 'from the first'],
  [404, refusal('checkout_incomplete'), 'from the first'],
  [409, refusal('checkout_incomplete'), 'from the first'],
  [400, refusal('invalid_session', 'The session is not paid, or was already processed.'), 'from the first'],
  [404, refusal('session_not_found', 'Checkout session not found or already used.'), 'from the first'],
  [409, refusal('payment_pending'), 'from the first'],
  [200, { data: { status: 'pending' }, error: null }, 'from the first'],
  [200, { data: { status: 'success', payment_status: 'unpaid' }, error: null }, 'from the first'],
  [200, { status: 'error', message: 'The session is not paid yet.' }, 'from the first'],
  [200, refusal('checkout_incomplete'), 'from the first'],
  [400, refusal('invalid_session', 'This checkout session has expired or was already used.'), 'from its end on'],
  [410, refusal('session_gone', 'Session expired or already completed.'), 'from its end on'],
  [404, refusal('not_found'), 'from its end on'],
])('a page that nobody pays, where "not yet" is %i %j %s, ends and freezes nothing', async (status, body, when) => {
  const client = await startClient();
  let madeAt = Number.POSITIVE_INFINITY;
  const transport = new WatchedWire(async (send, _, { url }) => {
    if (url.endsWith('/payment-link')) madeAt = client.clock.now();
    const isOver = client.clock.now() - madeAt >= 24 * HOUR_MS;
    const isOdd = url.endsWith('/confirm-checkout') && (when === 'from the first' || isOver);
    return isOdd ? answer(status, body) : await send();
  });
  const keeper = await AKeeper.open(client, { wallet: { pay_with: ['default'] }, transport });
    await aPageByHand(keeper);
  await keeper.rest(26 * HOUR_MS);
  expect([await statesOf(keeper), await holdsOf(keeper)]).toEqual([['fund_link released'], []]);
  expect((await keeper.told()).filter((one) => !one.includes('to pay'))).toEqual([]);
}); // biome-ignore format: a table

/** A full rate limit, or a refused token, in words of its own, says nothing about the page. */
test.each<[number, string]>([
  [429, 'You have already used your 15 requests for this minute.'],
  [401, 'This token was replaced: it has already been used for a refresh.'],
  [403, 'Too many devices: this token is already used elsewhere.'],
])('%i "%s" is no payment', async (status, message) => {
  const client = await startClient();
  let count = 0;
  const transport = new WatchedWire(async (send, _, { url }) => {
    if (!url.endsWith('/confirm-checkout')) return await send();
    count += 1;
    return count === 3 ? answer(status, { message }, { 'retry-after': '20' }) : await send();
  });
  const keeper = await AKeeper.open(client, { wallet: { pay_with: ['default'] }, transport });
  await aPageByHand(keeper);
  await keeper.live(4 * HOUR_MS);
  expect([await statesOf(keeper), await holdsOf(keeper)]).toEqual([['fund_link link_open'], []]);
});
