import { expect, test } from 'vitest';
import { HOUR_MS, MINUTE_MS } from '../../src/domain/time.ts';
import type { TransportReply } from '../../src/modelslab/transport.ts';
import { startClient } from '../sandbox/sandbox-client.ts';
import { AKeeper } from './a-keeper.ts';
import { aPageIsOut, LOST, PAYS_BY_CARD_OR_LINK } from './a-page-beside-a-card.ts';
import { charges } from './sandbox-record.ts';
import { answer, WatchedWire } from './watched-wire.ts';

const env = (code: string, message: string) => ({ data: null, error: { code, message } });

/** The one "paid" is lost, the ledger is 90 s late (page-paid-and-not-heard). `early`: the first minute. */
test.each<[string, number, unknown, number, unknown]>([
  [
    'bare messages',
    400,
    { message: 'The session is not paid.' },
    400,
    { message: 'The session was already processed.' },
  ],
  [
    'one code, other words',
    400,
    env('invalid_session', 'Not paid yet.'),
    400,
    env('invalid_session', 'Session already processed.'),
  ],
  [
    'status error, bare',
    400,
    { status: 'error', message: 'Not paid' },
    400,
    { status: 'error', message: 'Already credited' },
  ],
])('%s: paid once', async (_what, s1, b1, s2, b2) => {
  const client = await startClient();
  let paidAt = Number.POSITIVE_INFINITY;
  const seen = new Map<string, TransportReply>();
  let isDone = false;
  const transport = new WatchedWire(
    async (send, _, { url }) => {
      if (!url.endsWith('/confirm-checkout')) return await send();
      if (isDone) return answer(s2, b2);
      const said = await send();
      if (said.kind !== 'answered' || said.status !== 200) return answer(s1, b1);
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

/** The first question (15 s) is answered by a replica that has not got the session yet / the first minute is missed. */
test.each<[string, string]>([
  ['replica', 'session_not_found'],
  ['missed', 'session_not_found'],
  ['missed', 'session_completed'],
])('first minute %s, then the "paid" is lost and it is %s: paid once', async (first, code) => {
  const client = await startClient();
  let paidAt = Number.POSITIVE_INFINITY;
  let madeAt = Number.POSITIVE_INFINITY;
  const seen = new Map<string, TransportReply>();
  let isDone = false;
  const transport = new WatchedWire(
    async (send, _, { url }) => {
      if (url.endsWith('/payment-link')) madeAt = client.clock.now();
      if (!url.endsWith('/confirm-checkout')) return await send();
      const ms = client.clock.now() - madeAt;
      if (first === 'missed' && ms < 2 * MINUTE_MS) return answer(503, {});
      if (first === 'replica' && ms < 20_000) return answer(404, env(code, 'x'));
      if (isDone) return answer(404, env(code, 'x'));
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
