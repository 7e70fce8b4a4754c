import { expect, test } from 'vitest';
import { capScopes } from '../../src/domain/cap-scopes.ts';
import { HOUR_MS, MINUTE_MS } from '../../src/domain/time.ts';
import type { TransportReply } from '../../src/modelslab/transport.ts';
import { type SandboxClient, startClient } from '../sandbox/sandbox-client.ts';
import { AKeeper } from './a-keeper.ts';
import { lower } from './a-low-wallet.ts';
import { aPageIsOut, LOST, PAYS_BY_CARD_OR_LINK, paidIn } from './a-page-beside-a-card.ts';
import { charges, requests } from './sandbox-record.ts';
import { holdsOf, statesOf } from './standing-of.ts';
import { answer, WatchedWire } from './watched-wire.ts';

const BUSY = answer(429, { message: 'Too many requests' }, { 'retry-after': '5' });

/** A page is out, and the card beside it was sent to without a clear answer. */
async function aPageBesideACard(reply: TransportReply, odd: { isCharged?: boolean; status?: number } = {}) {
  const client = await startClient();
  const wire = { isBad: false, isSent: false, lose: 0, isNameless: false };
  const transport = new WatchedWire(async (send, _, { url }) => {
    if (wire.isBad && url.endsWith('/wallet/fund')) {
      wire.isSent = true;
      if (odd.isCharged === true) await send();
      return reply;
    }
    if (wire.isSent && odd.status !== undefined && url.endsWith('/confirm-checkout'))
      return answer(odd.status, {});
    const said = await send();
    if (!url.endsWith('/confirm-checkout') || said.kind !== 'answered' || said.status !== 200) return said;
    if (wire.lose > 0) {
      wire.lose -= 1;
      return LOST;
    }
    const { data } = JSON.parse(said.bodyText) as { data: { balance: number } };
    return wire.isNameless ? answer(200, { data: { balance: data.balance } }) : said;
  });
  const caps = { per_charge: 100, day: 140, month: 20_000 };
  const keeper = await AKeeper.open(client, { wallet: PAYS_BY_CARD_OR_LINK, caps, transport });
  await aPageIsOut(keeper);
  wire.isBad = true;
  const isOut = async () => (await keeper.intents()).filter(({ kind }) => kind === 'fund').length === 2;
  for (let tries = 0; tries < 20 && !(await isOut()); tries += 1) await keeper.live(30_000);
  expect(await isOut()).toBe(true);
  await keeper.live(17 * MINUTE_MS);
  return { client, keeper, wire };
}

/** The page that the holder sees behind the payment confirms by itself, or the processor's webhook does. */
async function creditItself(client: SandboxClient, keeper: AKeeper): Promise<void> {
  await client.patch({ pay_link: true });
  const open = await keeper.store.journal.openIntents(keeper.account('agent-0001').name);
  const page = open.find(({ kind }) => kind === 'fund_link');
  if (page?.state.kind !== 'link_open') throw new Error('no page');
  const body = { session_id: page.state.sessionId };
  expect((await client.ask('/wallet/confirm-checkout', { body, key: 'by-itself' })).status).toBe(200);
}

async function expectPaidOnce(client: SandboxClient, keeper: AKeeper): Promise<void> {
  expect(await paidIn(client)).toEqual(['checkout 5000']);
  expect(await holdsOf(keeper)).toEqual([]);
  expect(await statesOf(keeper)).toEqual(['fund released', 'fund_link settled', 'fund released']);
  const scopes = capScopes(keeper.context.spec(), keeper.account('agent-0001'));
  const usage = await keeper.store.journal.usage(scopes, client.clock.now());
  expect(usage.map((one) => one.usage.dayCents)).toEqual(usage.map(() => 5_000));
  const told = await keeper.told();
  expect(told.filter((one) => one.includes('did not make') || one.includes('after all'))).toEqual([]);
}

test.each<[string, TransportReply, boolean]>([
  ['answered 429', BUSY, false],
  ['answered 429', BUSY, true],
  ['lost', LOST, false],
  ['lost', LOST, true],
])('a page that is credited by itself beside a card that was %s has its row (%o, nameless %s)', async (_what, reply, isNameless) => {
  const { client, keeper, wire } = await aPageBesideACard(reply);
  wire.isNameless = isNameless;
  await creditItself(client, keeper);
  await keeper.live(30 * MINUTE_MS);
  wire.isBad = false;
  await keeper.live(3 * HOUR_MS);
  await expectPaidOnce(client, keeper);
  await lower(client);
  await keeper.live(3 * HOUR_MS);
  expect(await holdsOf(keeper)).toEqual([]);
  expect(await charges(client)).toHaveLength(1);
}); // biome-ignore format: a table

test.each<[string, TransportReply]>([
  ['answered 429', BUSY],
  ['lost', LOST],
])('so has one whose confirmation was lost on its way (%s)', async (_what, reply) => {
  const { client, keeper, wire } = await aPageBesideACard(reply);
  await client.patch({ pay_link: true });
  wire.lose = 1;
  await keeper.live(30 * MINUTE_MS);
  wire.isBad = false;
  await keeper.live(3 * HOUR_MS);
  await expectPaidOnce(client, keeper);
});

test('a card in doubt has its row beside a page that nobody pays', async () => {
  const { client, keeper, wire } = await aPageBesideACard(LOST);
  wire.isBad = false;
  await keeper.live(2 * HOUR_MS);
  expect(await charges(client)).toHaveLength(1);
  expect(await charges(client, 'checkout')).toEqual([]);
  expect(await statesOf(keeper)).toContain('fund settled');
});

/** A page is out, no card beside it. */
async function aPageAlone() {
  const client = await startClient();
  const keeper = await AKeeper.open(client, { wallet: { pay_with: ['human'] } });
  await keeper.live(5 * MINUTE_MS);
  await lower(client);
  await keeper.live(3 * HOUR_MS + 30_000);
  return { client, keeper };
}

test('a page that is credited by itself is no credit that purser did not make', async () => {
  const { client, keeper } = await aPageAlone();
  await creditItself(client, keeper);
  await keeper.live(HOUR_MS);
  expect(await statesOf(keeper)).toEqual(['fund_link settled']);
  expect((await keeper.told()).filter((one) => one.includes('did not make'))).toEqual([]);
});

test.each([50, 40])('somebody else who pays $%i beside a page is told within minutes', async (amount) => {
  const { client, keeper } = await aPageAlone();
  await client.fund(amount, 'a-colleague');
  await keeper.live(3 * MINUTE_MS);
  const told = (await keeper.told()).filter((one) => one.includes('did not make'));
  expect(told).toEqual([
    `notice purser.degraded: agent-0001: a credit of $${amount}.00 that purser did not make`,
  ]);
});

test.each([503, 403])('a card that was charged has its row, though confirm answers %i', async (status) => {
  const { client, keeper } = await aPageBesideACard(LOST, { isCharged: true, status });
  await keeper.live(5 * HOUR_MS);
  expect(await holdsOf(keeper)).toEqual([]);
  expect(await statesOf(keeper)).toEqual(['fund settled', 'fund_link link_open', 'fund released']);
  expect(await charges(client)).toHaveLength(1);
});

test('a page is asked in its rhythm, whatever credits of its amount no card has paid', async () => {
  const client = await startClient();
  const coupon = { id: 7, source: 'coupon', transaction_id: null, type: 'credit', amount: 50, status: 'success', usecase: 'coupon_redemption', created_at: new Date(client.clock.now()).toISOString() }; // biome-ignore format: one row
  const transport = new WatchedWire(
    async (send) => await send(),
    async (send, { url }) => {
      const said = await send();
      const isCredits =
        url.includes('/wallet/transactions') && !url.includes('type=debit') && !/offset=[1-9]/.test(url);
      if (said.kind !== 'answered' || !isCredits) return said;
      const body = JSON.parse(said.bodyText) as { data: { items: unknown[] } };
      return {
        ...said,
        bodyText: JSON.stringify({ ...body, data: { ...body.data, items: [...body.data.items, coupon] } }),
      };
    },
  );
  const keeper = await AKeeper.open(client, { wallet: { pay_with: ['human'] }, transport });
  await keeper.live(5 * MINUTE_MS);
  await lower(client);
  await keeper.live(2 * HOUR_MS);
  expect(await statesOf(keeper)).toEqual(['fund_link link_open']);
  const since = client.clock.now();
  await keeper.live(HOUR_MS);
  const rows = await requests(client);
  const asked = rows.filter(({ path, at }) => path.endsWith('/confirm-checkout') && Date.parse(at) > since);
  expect(asked.length).toBeLessThanOrEqual(7);
});
