import { expect, test } from 'vitest';
import { HOUR_MS, MINUTE_MS } from '../../src/domain/time.ts';
import type { TransportReply } from '../../src/modelslab/transport.ts';
import { startClient } from '../sandbox/sandbox-client.ts';
import { AKeeper } from './a-keeper.ts';
import { aPageIsOut, LOST, PAYS_BY_CARD_OR_LINK } from './a-page-beside-a-card.ts';
import { charges } from './sandbox-record.ts';
import { answer, WatchedWire } from './watched-wire.ts';

/** page-paid-and-not-heard, where the provider refuses who asks again in other words (they are not documented). */
test.each<[number, string, string]>([
  [400, 'session_not_found', 'No such checkout session.'],
  [404, 'not_found', 'Not found'],
  [409, 'session_completed', 'The checkout session is complete.'],
  [400, 'session_consumed', 'This session was processed before.'],
  [400, 'duplicate_session', 'A transaction for this session exists.'],
])('the one "paid" is lost, then %i %s: paid once', async (status, code, message) => {
  const client = await startClient();
  let paidAt = Number.POSITIVE_INFINITY;
  const seen = new Map<string, TransportReply>();
  let isDone = false;
  const transport = new WatchedWire(
    async (send, _, { url }) => {
      if (!url.endsWith('/confirm-checkout')) return await send();
      if (isDone) return answer(status, { data: null, error: { code, message } });
      const said = await send();
      if (said.kind !== 'answered' || said.status !== 200) return said;
      isDone = true;
      paidAt = client.clock.now();
      return LOST;
    },
    async (send, { url }) => {
      const isLate = client.clock.now() - paidAt < 90_000;
      const known = seen.get(url);
      if (isLate && url.includes('/wallet/') && known?.kind === 'answered')
        return { ...known, headers: { ...known.headers, date: new Date(client.clock.now()).toUTCString() } };
      const reply = await send();
      seen.set(url, reply);
      return reply;
    },
  );
  const keeper = await AKeeper.open(client, { wallet: PAYS_BY_CARD_OR_LINK, transport });
  await aPageIsOut(keeper);
  await client.patch({ pay_link: true });
  await keeper.live(HOUR_MS);
  expect(isDone).toBe(true);
  const paid = [...(await charges(client)), ...(await charges(client, 'checkout'))];
  expect(paid.map(({ kind, amount_cents }) => `${kind} ${amount_cents}`)).toEqual(['checkout 5000']);
});

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
