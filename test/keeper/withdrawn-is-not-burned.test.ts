import { expect, test } from 'vitest';
import { cents } from '../../src/domain/money.ts';
import { HOUR_MS, MINUTE_MS } from '../../src/domain/time.ts';
import type { Opening } from './a-keeper.ts';
import { aRunway, aWire, ownCents, withdrawOnTheWeb } from './a-runway.ts';
import { charges } from './sandbox-record.ts';

test('a withdrawal is no use of the wallet: the top-up after it is for a day', async () => {
  const { client, keeper } = await aRunway(220);
  const [answer] = await keeper.ask([{ kind: 'withdraw', amountCents: cents(19_500), keepCents: null }]);
  expect(answer).toMatchObject({ outcome: 'done' });
  await keeper.live(2 * HOUR_MS);
  expect((await charges(client))[0]?.amount_cents).toBeLessThan(10_000);
});

test.each<[string, Opening]>([
  ['the top-up is for a day', {}],
  ['the top-up of a rare poll is for a day', { poll: '30m' }],
])('a withdrawal that a person makes on the web is no use of the wallet: %s', async (_, opening) => {
  const { client, keeper } = await aRunway(220, opening);
  await withdrawOnTheWeb(client);
  await keeper.live(HOUR_MS);
  const [amount = 0] = await ownCents(client);
  expect(amount).toBeGreaterThanOrEqual(2_000);
  expect(amount).toBeLessThan(4_000);
});

test('a withdrawal that leaves the wallet above its minimum makes no top-up of the next hours', async () => {
  const { client, keeper } = await aRunway(226);
  await withdrawOnTheWeb(client);
  await keeper.live(3 * HOUR_MS);
  expect((await ownCents(client))[0]).toBeLessThan(4_000);
});

test('what a person paid, and got back, is no use of the wallet', async () => {
  const { client, keeper } = await aRunway(26);
  await client.fund(200, 'by-a-person');
  await keeper.live(HOUR_MS);
  const rows = (await client.ask('/wallet/transactions?type=credit')).body.data.items;
  client.clock.advance(MINUTE_MS);
  await client.patch({ refund: rows[0]?.transaction_id });
  await keeper.live(3 * HOUR_MS);
  expect((await ownCents(client))[0]).toBeLessThan(4_000);
});

/** It takes a refund off what was credited, and shows no debit. */
test('a refund that only the totals show is no use of the wallet', async () => {
  const refund = { usd: 0 };
  const transport = aWire((_, { data }) => {
    if (data.wallet === undefined) data.balance -= refund.usd;
    else {
      data.wallet.balance -= refund.usd;
      data.wallet.total_credited = (data.wallet.total_credited ?? 0) - refund.usd;
    }
  });
  const { client, keeper } = await aRunway(220, { transport });
  client.clock.advance(MINUTE_MS);
  refund.usd = 190;
  await keeper.live(6 * HOUR_MS);
  expect((await ownCents(client))[0]).toBeLessThan(4_000);
});

test('what was used at once is burn: the top-up is for a day of it', async () => {
  const { client, keeper } = await aRunway(220);
  client.clock.advance(MINUTE_MS);
  await client.patch({ balance: 10 });
  await keeper.live(15 * MINUTE_MS); // a row of it may be late
  await client.patch({ balance: 10 });
  await keeper.pass();
  expect((await ownCents(client))[1]).toBeGreaterThan(20_000);
});

test('a burst that begins is funded for, and the wallet does not run dry', async () => {
  const { client, keeper } = await aRunway(100);
  await client.patch({ burn: 300 });
  let least = Number.POSITIVE_INFINITY;
  for (let minutes = 0; minutes < 60; minutes += 1) {
    await keeper.live(MINUTE_MS);
    least = Math.min(least, keeper.context.view.accounts()[0]?.balance_usd ?? 0);
  }
  expect(least).toBeGreaterThan(0);
});

test('a withdrawal whose row is late is not counted as use before it can be', async () => {
  const row = { isLate: false };
  const transport = aWire((url, { data }) => {
    if (row.isLate && url.includes('type=debit')) data.items = data.items.slice(1);
  });
  const { client, keeper } = await aRunway(220, { transport });
  await withdrawOnTheWeb(client);
  row.isLate = true; // the newest one
  await keeper.live(3 * MINUTE_MS);
  row.isLate = false;
  await keeper.live(HOUR_MS);
  expect((await ownCents(client))[0]).toBeLessThan(6_000);
});

test.each([
  ['cannot be read: the top-up is not made of it', 'garbage', 2_000, 4_000],
  ['are refused: nor is it then', 'refuse', 2_000, 4_000],
] as const)('where a withdrawal may be, and debits %s', async (_, how, leastCents, mostCents) => {
  const transport = aWire((url, body) => {
    if (url.includes('type=debit')) Object.assign(body, { data: 'odd' });
    return url.includes('type=debit') ? how : '';
  });
  const { client, keeper } = await aRunway(220, { transport });
  await withdrawOnTheWeb(client);
  await keeper.live(HOUR_MS);
  const [amount] = await ownCents(client);
  expect(amount).toBeGreaterThanOrEqual(leastCents);
  expect(amount).toBeLessThanOrEqual(mostCents);
});

test('a balance that contradicts its totals does not make the amount', async () => {
  const odd = { is: false };
  const transport = aWire((_url, { data }) => {
    if (odd.is) (data.wallet ?? data).balance = 0;
  });
  const { client, keeper } = await aRunway(25, { transport });
  client.clock.advance(MINUTE_MS);
  odd.is = true;
  await keeper.pass();
  odd.is = false;
  await keeper.live(3 * HOUR_MS);
  expect((await ownCents(client))[0]).toBeLessThan(4_000);
});

test('a withdrawal on the web lets no cap hold the next top-up back', async () => {
  const { client, keeper } = await aRunway(22, { caps: { per_charge: 100, day: 100, month: 20_000 } });
  await keeper.live(HOUR_MS);
  expect(await ownCents(client)).toHaveLength(1);
  await withdrawOnTheWeb(client, 40);
  await keeper.live(20 * MINUTE_MS);
  const [, second = 0] = await ownCents(client);
  expect(second).toBeGreaterThanOrEqual(3_000);
  expect(second).toBeLessThan(6_000);
});

test('where rows tell no zone a withdrawal is known by its amount', async () => {
  const transport = aWire((_url, { data }) => {
    for (const row of data.items ?? []) {
      const at = Date.parse(row.created_at) - 8 * HOUR_MS;
      row.created_at = new Date(at).toISOString().slice(0, 19).replace('T', ' ');
    }
  });
  const { client, keeper } = await aRunway(220, { transport });
  await withdrawOnTheWeb(client);
  await keeper.live(HOUR_MS);
  expect((await ownCents(client))[0]).toBeLessThan(4_000);
});

test('the withdrawal of yesterday does not hide what was used since, with rare polls', async () => {
  const { client, keeper } = await aRunway(240, { poll: '6h' });
  await withdrawOnTheWeb(client, 80);
  await keeper.live(6 * HOUR_MS);
  client.clock.advance(2 * HOUR_MS);
  await client.patch({ balance: 10 });
  client.clock.advance(HOUR_MS);
  await keeper.pass();
  expect((await ownCents(client))[0]).toBeGreaterThan(20_000);
});

test('a steady burn is believed without a look at the debits', async () => {
  let debits = 0;
  const transport = aWire((url) => {
    if (url.includes('type=debit')) debits += 1;
  });
  const { client, keeper } = await aRunway(26, { transport });
  await keeper.live(2 * HOUR_MS);
  expect(await ownCents(client)).toHaveLength(1);
  expect(debits).toBe(0);
  await withdrawOnTheWeb(client, 40);
  await keeper.live(20 * MINUTE_MS);
  expect(debits).toBeGreaterThan(0);
});
