import { expect, test } from 'vitest';
import { HOUR_MS, MINUTE_MS } from '../../src/domain/time.ts';
import type { TransportReply } from '../../src/modelslab/transport.ts';
import { type SandboxClient, startClient } from '../sandbox/sandbox-client.ts';
import { AKeeper, type Opening } from './a-keeper.ts';
import { lower } from './a-low-wallet.ts';
import { aPageIsOut, LOST, PAYS_BY_CARD_OR_LINK } from './a-page-beside-a-card.ts';
import { charges, faults, requests } from './sandbox-record.ts';
import { statesOf } from './standing-of.ts';
import { answer, WatchedWire } from './watched-wire.ts';

const VISA = 'pm_agent_0001_visa';
const BUSY = answer(429, { message: 'Too many requests' }, { 'retry-after': '5' });

/** The card was declined, a page is out; six hours later the card is tried again, and no clear answer comes. */
async function aPageBesideACard(reply: TransportReply, somebodyPays?: (client: SandboxClient) => Promise<void>) {
  const client = await startClient();
  const wire = { isBad: false, isDeaf: false };
  const transport = new WatchedWire(
    async (send, _, { url }) => (wire.isBad && url.endsWith('/wallet/fund') ? reply : await send()),
    async (send, { url }) => (wire.isDeaf && url.includes('/payments/') ? answer(500, {}) : await send()),
  );
  const keeper = await AKeeper.open(client, { wallet: PAYS_BY_CARD_OR_LINK, transport });
  await keeper.pass();
  await client.patch({ cards: [{ id: VISA, behaviour: 'insufficient_funds' }] });
  await lower(client);
  await keeper.live(HOUR_MS);
  await somebodyPays?.(client);
  await keeper.live(4 * HOUR_MS + 58 * MINUTE_MS);
  await client.patch({ cards: [{ id: VISA, behaviour: 'succeed' }] });
  wire.isBad = true;
  const isOut = async () => (await keeper.intents()).some(({ kind, state }) => kind === 'fund' && ['armed', 'in_doubt'].includes(state));
  for (let tries = 0; tries < 20 && !(await isOut()); tries += 1) await keeper.live(30_000);
  expect(await isOut()).toBe(true);
  const paid = async () => [...(await charges(client)), ...(await charges(client, 'checkout'))].map(({ kind, amount_cents }) => `${kind} ${amount_cents}`);
  return { client, keeper, wire, paid };
} // biome-ignore format: one step a line

test.each<[string, TransportReply, number]>([
  ['answered 429', BUSY, 1],
  ['answered 429', BUSY, 12],
  ['lost', LOST, 1],
  ['lost', LOST, 12],
])(
  'a page that is paid while the card beside it is %s is all that is paid',
  async (_what, reply, minutes) => {
    const { client, keeper, wire, paid } = await aPageBesideACard(reply);
    await keeper.live(minutes * MINUTE_MS);
    await client.patch({ pay_link: true }); // a person pays
    wire.isBad = false;
    await keeper.live(30 * MINUTE_MS);
    expect(await paid()).toEqual(['checkout 5000']);
  },
);

test.each<[string, TransportReply, string, boolean]>([
  ['answered 429', BUSY, 'charged', true],
  ['answered 429', BUSY, 'settled', false],
  ['lost', LOST, 'charged', true],
  ['lost', LOST, 'settled', false],
])(
  'beside a card that was %s one that is confirmed (%o, %s) is all, however late the ledger is',
  async (_what, reply, state, isDeaf) => {
    const { client, keeper, wire, paid } = await aPageBesideACard(reply);
    await keeper.live(MINUTE_MS);
    await client.patch({ pay_link: true });
    wire.isDeaf = isDeaf;
    wire.isBad = false;
    await faults(client, { stale_balance: 1 }); // reads as before the newest credit, whole and consistent
    await keeper.live(30 * MINUTE_MS);
    expect(await statesOf(keeper)).toContain(`fund_link ${state}`);
    expect(await paid()).toEqual(['checkout 5000']);
    await faults(client, { stale_balance: 0 });
    await keeper.live(30 * MINUTE_MS);
    expect(await paid()).toEqual(['checkout 5000']);
  },
);

test.each<[string, TransportReply]>([
  ['answered 429', BUSY],
  ['lost', LOST],
])('so is one that is older than what somebody else has paid since (%s)', async (_what, reply) => {
  const { client, keeper, wire, paid } = await aPageBesideACard(reply, async (sandbox) => {
    await sandbox.patch({ cards: [{ id: VISA, behaviour: 'succeed' }] });
    await sandbox.fund(10, 'a-colleague');
    await sandbox.patch({ balance: 12, cards: [{ id: VISA, behaviour: 'insufficient_funds' }] });
  });
  await keeper.live(MINUTE_MS);
  await client.patch({ pay_link: true });
  wire.isDeaf = true;
  wire.isBad = false;
  await faults(client, { stale_balance: 1 });
  await keeper.live(30 * MINUTE_MS);
  expect(await paid()).toEqual(['fund 1000', 'checkout 5000']);
});

test.each<[string, TransportReply]>([
  ['answered 429', BUSY],
  ['lost', LOST],
])('where nobody pays the page the card that was %s is charged after all', async (_what, reply) => {
  const { keeper, wire, paid } = await aPageBesideACard(reply);
  await keeper.live(5 * MINUTE_MS);
  wire.isBad = false;
  await keeper.live(40 * MINUTE_MS);
  expect(await paid()).toEqual(['fund 5000']);
});

test('a page beside a card that waits for its holder is asked in its own rhythm', async () => {
  const client = await startClient();
  const keeper = await AKeeper.open(client, { wallet: PAYS_BY_CARD_OR_LINK });
  await keeper.pass();
  await client.patch({ cards: [{ id: VISA, behaviour: 'insufficient_funds' }] });
  await lower(client);
  await keeper.live(5 * HOUR_MS + 58 * MINUTE_MS);
  await client.patch({ cards: [{ id: VISA, behaviour: 'requires_action' }] });
  await keeper.live(HOUR_MS);
  expect(await statesOf(keeper)).toEqual(['fund action', 'fund_link link_open', 'fund released']);
  const since = client.clock.now();
  await keeper.live(HOUR_MS);
  const asked = (await requests(client)).filter(
    ({ path, at }) => path.endsWith('/confirm-checkout') && Date.parse(at) > since,
  );
  expect(asked.length).toBeLessThanOrEqual(7); // every ten minutes
});

test('a page that was paid, and is shown, ties no hands: what is low again is funded within half an hour', async () => {
  const { client, keeper, wire, paid } = await aPageBesideACard(LOST);
  await keeper.live(MINUTE_MS);
  await client.patch({ pay_link: true });
  await keeper.live(20 * MINUTE_MS);
  expect(await statesOf(keeper)).toContain('fund_link settled');
  wire.isBad = false;
  await lower(client, 1);
  await keeper.live(31 * MINUTE_MS);
  expect(await paid()).toEqual(['fund 5000', 'checkout 5000']);
});

test.each([1, 3, 6])(
  'reads of %i s, also of debits, keep no card away from a page that nobody pays',
  async (seconds) => {
    const client = await startClient();
    const wire = { isSlow: false };
    const transport = new WatchedWire(
      async (send) => await send(),
      async (send) => {
        if (wire.isSlow) client.clock.advance(seconds * 1_000);
        return await send();
      },
    );
    const keeper = await AKeeper.open(client, { wallet: PAYS_BY_CARD_OR_LINK, transport });
    await keeper.live(5 * MINUTE_MS);
    await lower(client);
    await keeper.live(HOUR_MS);
    await client.patch({ cards: [{ id: VISA, behaviour: 'insufficient_funds' }] });
    await lower(client);
    await keeper.live(5 * HOUR_MS + 58 * MINUTE_MS);
    await client.patch({ cards: [{ id: VISA, behaviour: 'succeed' }] });
    wire.isSlow = true;
    await keeper.live(HOUR_MS);
    expect(await charges(client)).toHaveLength(2);
  },
);

test('a page that is out while purser only watches makes no storm of passes', async () => {
  const client = await startClient();
  const opening: Opening = { wallet: PAYS_BY_CARD_OR_LINK };
  const keeper = await AKeeper.open(client, opening);
  await aPageIsOut(keeper);
  keeper.respec({ ...opening, mode: 'observe' });
  expect(await keeper.live(30 * MINUTE_MS)).toBeLessThan(100);
});
