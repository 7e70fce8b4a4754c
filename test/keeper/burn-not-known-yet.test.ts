import { describe, expect, test } from 'vitest';
import { DAY_MS, HOUR_MS, MINUTE_MS } from '../../src/domain/time.ts';
import { AKeeper } from './a-keeper.ts';
import { aRunway, aWire, type Body, ownCents, RUNWAY, withdrawOnTheWeb } from './a-runway.ts';
import { charges } from './sandbox-record.ts';

/** Debits are shown so long after they were made. */
function lateRows(lateMs: number) {
  const now = { ms: () => 0 };
  const transport = aWire((url, { data }) => {
    if (!url.includes('type=debit')) return;
    data.items = data.items.filter(({ created_at }) => Date.parse(created_at) <= now.ms() - lateMs);
  });
  return { transport, now };
}

describe('what may have been no use makes no top-up', () => {
  test.each([
    ['less than half of the wallet', 30, [10]],
    ['parts of the wallet, minute by minute', 230, [70, 75, 60]],
  ])('a withdrawal on the web whose row is four minutes late: %s', async (_, balance, amounts) => {
    const { transport, now } = lateRows(4 * MINUTE_MS);
    const { client, keeper } = await aRunway(balance, { transport });
    now.ms = () => client.clock.now();
    for (const [index, amount] of amounts.entries()) {
      await withdrawOnTheWeb(client, amount, `by-a-person-${index}`);
      await keeper.pass();
    }
    await keeper.live(HOUR_MS);
    const [first = 0, ...more] = await ownCents(client);
    expect(first).toBeGreaterThanOrEqual(2_000);
    expect(first).toBeLessThan(4_500);
    expect(more).toEqual([]);
  });

  test('withdrawals in a row beside debits that cannot be read', async () => {
    const transport = aWire((url) => (url.includes('type=debit') ? 'refuse' : ''));
    const { client, keeper } = await aRunway(230, { transport });
    for (const [index, amount] of [150, 55].entries()) {
      await withdrawOnTheWeb(client, amount, `by-a-person-${index}`);
      await keeper.pass();
    }
    await keeper.live(HOUR_MS);
    expect((await ownCents(client))[0]).toBeLessThan(4_500);
  });

  test('withdrawals in a row of which none makes the burn by itself', async () => {
    const { client, keeper } = await aRunway(229);
    for (const key of ['1', '2', '3', '4', '5', '6']) {
      await withdrawOnTheWeb(client, 34, `by-a-person-${key}`);
      await keeper.live(MINUTE_MS);
    }
    await keeper.live(HOUR_MS);
    const [first = 0] = await ownCents(client);
    expect(first).toBeGreaterThanOrEqual(2_000);
    expect(first).toBeLessThan(4_500);
  });

  /** `change` spoils what the first read after a restart shows. */
  async function restarted(balance: number, change: (data: Body['data']) => void) {
    const { client, keeper } = await aRunway(balance);
    keeper.close();
    const odd = { is: true };
    const transport = aWire((_url, { data }) => {
      if (odd.is) change(data);
    });
    const next = await AKeeper.open(client, { ...RUNWAY, folder: keeper.folder, transport });
    await next.pass();
    odd.is = false;
    client.clock.advance(MINUTE_MS);
    return { client, keeper: next };
  }

  test('a balance that contradicts its totals, the first that is seen after a restart', async () => {
    const { client, keeper } = await restarted(26, (data) => {
      (data.wallet ?? data).balance = 300;
    });
    await keeper.live(3 * HOUR_MS);
    expect((await ownCents(client))[0]).toBeLessThan(4_000);
  });

  test('two of them, one before and one after the first that is right, and then money that came', async () => {
    const odd = { is: true };
    const { client, keeper: before } = await aRunway(25);
    before.close();
    const transport = aWire((_url, { data }) => {
      if (odd.is && data.wallet !== undefined) data.wallet.balance = 1;
    });
    const keeper = await AKeeper.open(client, { ...RUNWAY, folder: before.folder, transport });
    await keeper.pass(); // a look
    client.clock.advance(MINUTE_MS);
    await keeper.pass(); // a balance
    await client.patch({ balance: 19.9 });
    client.clock.advance(MINUTE_MS);
    await keeper.pass(); // a look again
    odd.is = false;
    await client.fund(20, 'by-a-person');
    await keeper.live(6 * MINUTE_MS);
    await withdrawOnTheWeb(client, 25, 'by-a-person-again');
    await keeper.live(HOUR_MS);
    const [first = 0] = await ownCents(client);
    expect(first).toBeGreaterThanOrEqual(2_000);
    expect(first).toBeLessThan(4_500);
  });

  test.each([
    ['low', 0.5],
    ['high', 400],
  ])('one odd balance that is too %s, where the provider tells no totals', async (_, usd) => {
    const odd = { is: false };
    const transport = aWire((_url, { data }) => {
      if (data.wallet !== undefined) data.wallet = { balance: odd.is ? usd : data.wallet.balance };
      else if (odd.is) data.balance = usd;
    });
    const { client, keeper } = await aRunway(26, { transport });
    client.clock.advance(MINUTE_MS);
    odd.is = true;
    await keeper.pass();
    odd.is = false;
    await keeper.live(3 * HOUR_MS);
    expect((await ownCents(client))[0]).toBeLessThan(4_000);
  });

  test('an odd balance above the minimum, of the cheap read', async () => {
    const odd = { is: false };
    const transport = aWire((_url, { data }) => {
      if (odd.is && data.wallet === undefined) data.balance = 21;
    });
    const { client, keeper } = await aRunway(224, { transport });
    odd.is = true;
    client.clock.advance(MINUTE_MS);
    await keeper.pass();
    odd.is = false;
    client.clock.advance(MINUTE_MS);
    await keeper.pass();
    await withdrawOnTheWeb(client, 202);
    await keeper.live(HOUR_MS);
    expect((await ownCents(client))[0]).toBeLessThan(4_500);
  });

  test('a minute that was watched after a restart', async () => {
    const { client, keeper: before } = await aRunway(25);
    before.close();
    const keeper = await AKeeper.open(client, { ...RUNWAY, folder: before.folder });
    await keeper.pass();
    client.clock.advance(MINUTE_MS);
    await client.patch({ balance: 17 });
    await keeper.live(HOUR_MS);
    expect(await ownCents(client)).toEqual([2_000]);
  });
});

describe('a job that begins near the minimum is not left dry', () => {
  /** Minutes of the next hour in which the wallet was empty, and what was charged when. */
  async function hourOf(burn: number, opening: { lateMs?: number; restart?: boolean } = {}) {
    const { lateMs = 0, restart = false } = opening;
    const { transport, now } = lateRows(lateMs);
    const wish = { transport, wallet: { top_up: { runway: '24h', minimum: 10 } } };
    const { client, keeper: first } = await aRunway(25.5, wish);
    now.ms = () => client.clock.now();
    if (restart) first.close();
    const keeper = restart ? await AKeeper.open(client, { ...wish, folder: first.folder }) : first;
    await keeper.pass();
    await client.patch({ burn });
    const startedAt = client.clock.now();
    let dryMinutes = 0;
    for (let minutes = 0; minutes < 60; minutes += 1) {
      await keeper.live(MINUTE_MS);
      if ((await client.balance()) <= 0) dryMinutes += 1;
    }
    const made = await charges(client);
    const minutesAt = made.map(({ at }) => Math.round((Date.parse(at) - startedAt) / MINUTE_MS));
    return { dryMinutes, minutesAt, amounts: made.map(({ amount_cents }) => amount_cents), keeper };
  }

  test.each([300, 500, 900])('its rows are shown, $%d an hour: one charge, of a day', async (burn) => {
    const { dryMinutes, minutesAt, amounts } = await hourOf(burn);
    expect(dryMinutes).toBe(0);
    expect(minutesAt[0]).toBeLessThanOrEqual(2);
    expect(amounts[0]).toBeGreaterThan(10_000);
  });

  test.each([300, 500, 900])(
    'its rows are late, $%d an hour: a small charge, and the rest of it when it is known',
    async (burn) => {
      const { dryMinutes, minutesAt, amounts, keeper } = await hourOf(burn, { lateMs: 20 * MINUTE_MS });
      expect(dryMinutes).toBe(0);
      expect(amounts[0]).toBeLessThanOrEqual(4_800);
      expect(amounts[1]).toBeGreaterThan(10_000);
      expect((minutesAt[1] ?? 99) - (minutesAt[0] ?? 0)).toBeLessThanOrEqual(7);
      expect((await keeper.intents()).map(({ state }) => state)).not.toContain('in_doubt');
    },
  );

  test('purser was started just then: small charges, and the rest of it after a few minutes', async () => {
    const { dryMinutes, minutesAt, amounts } = await hourOf(500, { restart: true });
    expect(dryMinutes).toBe(0);
    expect(amounts[0]).toBe(1_000);
    expect(amounts[1]).toBeGreaterThan(10_000);
    expect((minutesAt[1] ?? 99) - (minutesAt[0] ?? 0)).toBeLessThanOrEqual(5);
  });
});

test.each(['1h', '3h', '6h'])(
  'steady use is charged for at once, where it is looked every %s and no row shows what was used',
  async (poll) => {
    const transport = aWire((url, { data }) => {
      if (url.includes('type=debit')) data.items = [];
    });
    const wallet = { min_balance: 70, top_up: { runway: '24h', minimum: 20 } };
    const { client, keeper } = await aRunway(340, { transport, poll, wallet });
    await client.patch({ burn: 10 });
    await keeper.rest(3 * DAY_MS);
    const made = await ownCents(client);
    expect(Math.min(...made)).toBeGreaterThan(15_000);
    expect(Math.max(...made)).toBeLessThan(30_000);
  },
);

test('an hour of steady use is charged for, where the debits cannot be read', async () => {
  const transport = aWire((url) => (url.includes('type=debit') ? 'refuse' : ''));
  const wallet = { min_balance: 50, top_up: { runway: '24h', minimum: 20 } };
  const { client, keeper } = await aRunway(295, { transport, poll: '1h', wallet });
  await client.patch({ burn: 30 });
  await keeper.rest(12 * HOUR_MS);
  expect((await ownCents(client))[0]).toBeGreaterThan(20_000);
});

test('the rest is no second charge while a balance without totals is older than the row of the first', async () => {
  const stale = { usd: null as number | null };
  const transport = aWire((_url, { data }) => {
    if (data.wallet !== undefined) data.wallet = { balance: stale.usd ?? data.wallet.balance };
    else if (data.balance !== undefined) data.balance = stale.usd ?? data.balance;
  });
  const wallet = { top_up: { runway: '24h', minimum: 20 } };
  const { client, keeper } = await aRunway(27, { transport, wallet });
  await client.patch({ burn: 300 });
  for (let minutes = 0; minutes < 10 && (await ownCents(client)).length === 0; minutes += 1) {
    stale.usd = Math.floor(await client.balance());
    await keeper.live(MINUTE_MS);
  }
  expect(await ownCents(client)).toHaveLength(1);
  await client.patch({ balance: 500, burn: 0 }); // what came, and more; the balance shows it late
  await keeper.live(15 * MINUTE_MS);
  expect(await ownCents(client)).toHaveLength(1);
});

test('a wallet at which it is looked once an hour waits for minutes, and is charged by all of its burn', async () => {
  const transport = aWire((url, { data }) => {
    if (url.includes('type=debit')) data.items = [];
  });
  const wallet = { min_balance: 50, top_up: { runway: '24h', minimum: 10 } };
  const { client, keeper } = await aRunway(80, { transport, poll: '1h', wallet });
  await client.patch({ burn: 30 });
  await keeper.live(8 * HOUR_MS);
  expect(await ownCents(client)).toEqual([50_000]);
  expect(await client.balance()).toBeGreaterThan(50);
});

test('a cooldown longer than the default holds back the rest of it, too', async () => {
  const { transport, now } = lateRows(20 * MINUTE_MS);
  const wallet = { top_up: { runway: '24h', minimum: 10 }, cooldown: '30m' };
  const { client, keeper } = await aRunway(25.5, { transport, wallet });
  now.ms = () => client.clock.now();
  await client.patch({ burn: 300 });
  await keeper.live(25 * MINUTE_MS);
  expect(await ownCents(client)).toHaveLength(1);
  await keeper.live(15 * MINUTE_MS);
  expect((await ownCents(client))[1]).toBeGreaterThan(10_000);
});

test('the cooldown holds where what is known asks for no more than was charged', async () => {
  const { transport, now } = lateRows(4 * MINUTE_MS);
  const { client, keeper } = await aRunway(30, { transport });
  now.ms = () => client.clock.now();
  await withdrawOnTheWeb(client, 10);
  await keeper.passes(2);
  await withdrawOnTheWeb(client, 30, 'by-a-person-again');
  await keeper.live(8 * MINUTE_MS);
  expect(await ownCents(client)).toHaveLength(1);
  expect(keeper.context.view.accounts()[0]?.wallet).toMatchObject({ reason: 'cooling_down' });
});

test.each([
  ['at once', 0],
  ['when the ledger could be read again', 1],
])('what was used before a person paid is known afterwards, where that is seen %s', async (_, refused) => {
  const left = { reads: 0 };
  const transport = aWire((url) => {
    if (!url.includes('/wallet/transactions') || left.reads === 0) return '';
    left.reads -= 1;
    return 'refuse';
  });
  const { client, keeper } = await aRunway(64, { transport });
  await client.patch({ balance: 25 });
  client.clock.advance(MINUTE_MS);
  await keeper.pass();
  await client.fund(20, 'by-a-person');
  left.reads = refused;
  client.clock.advance(MINUTE_MS);
  await keeper.live(15 * MINUTE_MS); // a row near a fall explains it
  await withdrawOnTheWeb(client, 30, 'by-a-person-again');
  await keeper.live(20 * MINUTE_MS);
  expect((await ownCents(client))[0]).toBeGreaterThan(20_000);
});
