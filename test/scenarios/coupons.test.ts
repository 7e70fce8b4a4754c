import { expect, test } from 'vitest';
import { cents } from '../../src/domain/money.ts';
import { DAY_MS, HOUR_MS, MINUTE_MS } from '../../src/domain/time.ts';
import { AKeeper } from '../keeper/a-keeper.ts';
import { badPosts, lower } from '../keeper/a-low-wallet.ts';
import { charges, posts } from '../keeper/sandbox-record.ts';
import { type SandboxClient, startClient } from '../sandbox/sandbox-client.ts';
import { cardAttempts } from './card-attempts.ts';
import { type Death, DyingWire } from './dying-wire.ts';

const VISA = 'pm_agent_0001_visa';
const wallet = (...coupons: readonly string[]) => ({ coupons, cooldown: '0s' });

const redeemed = async (client: SandboxClient) =>
  (await posts(client)).filter(({ path, status }) => path.endsWith('/coupons/redeem') && status === 200);

/** What coupons gave, in dollars, by the provider's own ledger. */
async function given(client: SandboxClient): Promise<readonly number[]> {
  const { items } = (await client.ask('/wallet/transactions?type=credit&limit=200')).body.data;
  return items.filter((row) => 'source' in row && row.source === 'coupon').map(({ amount }) => amount);
}

test('credit coupons are redeemed once per account, over restarts and for each account', async () => {
  const client = await startClient();
  const opening = { wallet: wallet('WELCOME50', 'TESTDRIVE5'), poll: '10m' };
  let keeper = await AKeeper.open(client, opening);
  for (let start = 0; start < 4; start += 1) {
    for (const name of ['agent-0001', 'agent-0002']) await keeper.live(20 * MINUTE_MS, name);
    keeper.close();
    keeper = await AKeeper.open(client, { ...opening, folder: keeper.folder });
  }
  expect((await redeemed(client)).map(({ account }) => account).sort()).toEqual([
    'agent-0001',
    'agent-0001',
    'agent-0002',
    'agent-0002',
  ]);
  expect(await client.balance()).toBe(105);
  expect(await keeper.told()).toEqual([]);
});

const REDEEMS: Death['fits'] = ({ url }) => url.endsWith('/coupons/redeem');

test.each(['before', 'after'] as const)(
  'a daemon that dies %s its coupon was redeemed has it redeemed once',
  async (moment) => {
    const client = await startClient();
    const wire = new DyingWire({ moment, fits: REDEEMS });
    const dead = await AKeeper.open(client, { wallet: wallet('WELCOME50'), transport: wire });
    wire.arm();
    void dead.pass();
    await wire.died;
    dead.close();
    const next = await AKeeper.open(client, {
      wallet: wallet('WELCOME50'),
      folder: dead.folder,
      poll: '10m',
    });
    await next.live(HOUR_MS);
    expect(await given(client)).toEqual([50]);
    expect(await next.told()).toEqual([]);
  },
);

test('an expired coupon is told once, over restarts, and never sent', async () => {
  const client = await startClient();
  const opening = { wallet: wallet('SUMMER24'), poll: '30m' };
  let keeper = await AKeeper.open(client, opening);
  for (let start = 0; start < 4; start += 1) {
    await keeper.live(HOUR_MS / 2);
    keeper.close();
    keeper = await AKeeper.open(client, { ...opening, folder: keeper.folder });
  }
  expect(await keeper.told()).toEqual(['firing purser.degraded: agent-0001: coupons is not as declared']);
  expect(await posts(client)).toEqual([]);
});

test('two bonus coupons go with two top-ups, one each, and the third goes without', async () => {
  const client = await startClient();
  const keeper = await AKeeper.open(client, { wallet: wallet('BONUS20', 'BONUS10') });
  await keeper.pass();
  for (let need = 0; need < 3; need += 1) {
    await lower(client);
    await keeper.live(20 * MINUTE_MS);
  }
  expect(await given(client)).toEqual(expect.arrayContaining([10, 5]));
  expect(await given(client)).toHaveLength(2);
  expect(await charges(client, 'coupon')).toHaveLength(2);
  expect(await charges(client)).toHaveLength(1);
});

test('a bonus that the default card could not pay for goes with the card behind it', async () => {
  const client = await startClient();
  const keeper = await AKeeper.open(client, {
    wallet: { ...wallet('BONUS20'), pay_with: ['default', 'others'] },
  });
  await keeper.pass();
  await client.patch({ cards: [{ id: VISA, behaviour: 'insufficient_funds' }] });
  await lower(client);
  await keeper.live(10 * MINUTE_MS);
  expect((await cardAttempts(client)).map(({ status }) => status)).toEqual(['failed', 'succeeded']);
  expect(await charges(client, 'coupon')).toHaveLength(1);
  expect(await given(client)).toEqual([10]);
});

test('a bonus that wants a larger purchase holds no top-up up', async () => {
  const client = await startClient();
  const keeper = await AKeeper.open(client, { wallet: { ...wallet('BONUS20'), top_up: { amount: 15 } } });
  await keeper.pass();
  await lower(client);
  await keeper.live(10 * MINUTE_MS);
  expect(await charges(client)).toMatchObject([{ amount_cents: 1_500 }]);
  expect(await given(client)).toEqual([]);
  expect((await keeper.told()).filter((line) => line.includes('frozen'))).toEqual([]);
});

test.each(['lost_response', 'lost_request', 'error_after_effect', 'garbage'])(
  'a top-up with a bonus whose answers meet %s is charged once, with one bonus',
  async (fault) => {
    const client = await startClient();
    const transport = badPosts(client, { [fault]: 1 }, 3);
    const keeper = await AKeeper.open(client, { wallet: wallet('BONUS20'), transport });
    await keeper.pass();
    await lower(client);
    await keeper.live(4 * HOUR_MS);
    expect(await charges(client, 'coupon')).toHaveLength(1);
    expect(await given(client)).toEqual([10]);
    expect(await keeper.intents()).toMatchObject([{ state: 'settled', settled_usd: 50 }]);
    expect(await client.balance()).toBe(72);
  },
);

test('a bonus coupon that expired while it waited costs nothing but the bonus', async () => {
  const client = await startClient();
  const keeper = await AKeeper.open(client, { wallet: wallet('BONUS20') });
  await keeper.pass();
  const used = { coupon_code: 'BONUS20', payment_method_id: VISA, purchase_amount: 25 };
  await client.ask('/wallet/coupons/redeem', { body: used, key: 'by-a-person' });
  await lower(client);
  await keeper.live(DAY_MS / 24);
  expect(await charges(client)).toMatchObject([{ amount_cents: 5_000 }]);
  expect(await charges(client, 'coupon')).toHaveLength(1);
});

test('a top-up by hand with a coupon that needs no payment is refused, and freezes nothing', async () => {
  const client = await startClient();
  const keeper = await AKeeper.open(client);
  const amountCents = cents(2_500);
  const [answer] = await keeper.ask([{ kind: 'fund', amountCents, card: null, coupon: 'WELCOME50' }]);
  expect(answer).toMatchObject({
    outcome: 'refused',
    sentence: 'coupon WELCOME50: it needs no payment; redeem it by itself',
  });
  await keeper.live(3 * HOUR_MS);
  expect(await posts(client)).toEqual([]);
  expect(keeper.context.view.accounts()[0]).toMatchObject({ frozen: null });
});
