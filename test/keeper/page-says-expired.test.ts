import { expect, test } from 'vitest';
import { HOUR_MS, MINUTE_MS } from '../../src/domain/time.ts';
import type { TransportReply } from '../../src/modelslab/transport.ts';
import { startClient } from '../sandbox/sandbox-client.ts';
import { AKeeper } from './a-keeper.ts';
import { aPageIsOut, LOST, PAYS_BY_CARD_OR_LINK } from './a-page-beside-a-card.ts';
import { charges } from './sandbox-record.ts';
import { answer, WatchedWire } from './watched-wire.ts';

/** page-answers-in-other-words, with codes in which "expired" … stands for "used up". */
test.each<[number, string]>([
  [410, 'session_expired'],
  [404, 'session_not_found_or_expired'],
  [400, 'session_expired_or_already_used'],
  [409, 'session_not_unpaid'],
])('the one "paid" is lost, then %i %s: paid once', async (status, code) => {
  const client = await startClient();
  let paidAt = Number.POSITIVE_INFINITY;
  const seen = new Map<string, TransportReply>();
  let isDone = false;
  const transport = new WatchedWire(
    async (send, _, { url }) => {
      if (!url.endsWith('/confirm-checkout')) return await send();
      if (isDone) return answer(status, { data: null, error: { code, message: 'x' } });
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
  const paid = [...(await charges(client)), ...(await charges(client, 'checkout'))];
  expect(paid.map(({ kind, amount_cents }) => `${kind} ${amount_cents}`)).toEqual(['checkout 5000']);
});

/** For an hour confirm is a bare 404 (a wrong deploy); a person pays 32 min into it, on Stripe's page; webhook credits; ledger 90 s late. */
test('a refusal that has stood for half an hour says nothing of a payment of now', async () => {
  const client = await startClient();
  const scene = { isOn: false };
  let paidAt = Number.POSITIVE_INFINITY;
  const seen = new Map<string, TransportReply>();
  const transport = new WatchedWire(
    async (send, _, { url }) =>
      scene.isOn && url.endsWith('/confirm-checkout') ? answer(404, { message: 'Not found' }) : await send(),
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
  await keeper.pass();
  await client.patch({ cards: [{ id: 'pm_agent_0001_visa', behaviour: 'insufficient_funds' }] });
  await (await import('./a-low-wallet.ts')).lower(client);
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
  const paid = [...(await charges(client)), ...(await charges(client, 'checkout'))];
  expect(paid.map(({ kind, amount_cents }) => `${kind} ${amount_cents}`)).toEqual(['checkout 5000']);
});
