import { expect, test } from 'vitest';
import { epochMs } from '../../src/domain/time.ts';
import { takeLedgerLook } from '../../src/modelslab/ledger-look.ts';
import { START } from './manual-clock.ts';
import { answered, caller, enveloped, scripted } from './scripted-transport.ts';

type Row = { id: number; at: number; type?: string };
const WALLET = { balance: 40, currency: 'usd', total_credited: 100, amount_used: 60 };
const since = epochMs(START - 1_000_000_000);
const HOUR_S = 3_600;

/** A provider that serves `rows` in their order; `total` may lie, and change with each request. */
function serving(
  rows: readonly Row[],
  options: { total?: (index: number) => number | null; pageMax?: number } = {},
) {
  return scripted((request, index) => {
    const query = new URL(request.url).searchParams;
    const offset = Number(query.get('offset'));
    const limit = Math.min(Number(query.get('limit')), options.pageMax ?? 200);
    const items = rows.slice(offset, offset + limit).map(({ id, at, type = 'credit' }) => ({
      id,
      type,
      source: 'stripe',
      transaction_id: `pi_${id}`,
      amount: 50,
      status: id % 10 === 9 ? 'pending' : 'success',
      usecase: 'wallet_funding',
      created_at: at,
    }));
    const total = options.total === undefined ? rows.length : options.total(index);
    // The balance changes while pages are read: only the first may count.
    const wallet = index === 0 ? WALLET : { ...WALLET, balance: 999, total_credited: 1_059 };
    return enveloped({ items, count: items.length, total, wallet });
  });
}

/** `count` credits, an hour apart, newest first. */
function newestFirst(count: number): Row[] {
  return Array.from({ length: count }, (_, index) => ({
    id: count - index,
    at: START / 1000 - index * HOUR_S,
  }));
}

async function look(provider: ReturnType<typeof scripted>, depth: 'page' | 'complete', from = since) {
  const reply = await takeLedgerLook(provider.client, caller, { since: from, depth });
  if (reply.kind === 'failed') return `${reply.failure.reason} ${reply.failure.code}`;
  const { credits, isComplete, balanceMicroUsd } = reply.value;
  expect(balanceMicroUsd).toBe(40_000_000);
  expect(reply.value.totals).toEqual({ creditedMicroUsd: 100_000_000, usedMicroUsd: 60_000_000 });
  const sorted = credits.toSorted((a, b) => b.createdAt - a.createdAt || Number(b.id) - Number(a.id));
  expect(credits).toEqual(sorted);
  return {
    newest: credits[0]?.id,
    count: credits.length,
    isComplete,
    requests: provider.transport.requests.length,
  };
}

test('a row becomes a credit', async () => {
  const provider = serving([{ id: 9, at: START / 1000 }]);
  const reply = await takeLedgerLook(provider.client, caller, { since, depth: 'page' });
  expect(reply).toMatchObject({
    kind: 'ok',
    value: {
      at: START,
      credits: [
        {
          id: '9',
          amountCents: 5_000,
          createdAt: START,
          isSuccessful: false,
          source: 'stripe',
          usecase: 'wallet_funding',
          paymentIntentId: 'pi_9',
        },
      ],
    },
  });
  expect(provider.transport.requests[0]?.url).toContain('/wallet/transactions?type=credit&limit=50&offset=0');
});

test.each<[string, Row[], 'page' | 'complete', object]>([
  ['an empty ledger', [], 'page', { count: 0, isComplete: true, requests: 1 }],
  ['a short ledger', newestFirst(7), 'page', { newest: '7', count: 7, isComplete: true, requests: 1 }],
  [
    'a short ledger, oldest first',
    newestFirst(7).reverse(),
    'page',
    { newest: '7', count: 7, isComplete: true, requests: 1 },
  ],
  [
    'a long ledger, one page of it',
    newestFirst(120),
    'page',
    { newest: '120', count: 50, isComplete: false, requests: 1 },
  ],
  [
    'a long ledger, all of it',
    newestFirst(450),
    'complete',
    { newest: '450', count: 450, isComplete: false, requests: 3 },
  ],
  [
    'a long ledger, oldest first',
    newestFirst(120).reverse(),
    'page',
    { newest: '120', count: 120, isComplete: true, requests: 2 },
  ],
  [
    'a long ledger of one second',
    newestFirst(60).map(({ id }) => ({ id, at: START / 1000 })),
    'page',
    { newest: '60', count: 60, isComplete: true, requests: 2 },
  ],
  [
    'a full page and nothing more',
    newestFirst(200),
    'complete',
    { count: 200, isComplete: true, requests: 2 },
  ],
])('reads %s', async (what, rows, depth, expected) => {
  // A complete look goes on to the end of this ledger: its horizon lies before every row.
  const found = await look(
    serving(rows),
    depth,
    what.includes('all of it') ? epochMs(START - 449 * HOUR_S * 1000) : since,
  );
  if (what.includes('all of it'))
    expect(found).toMatchObject({ newest: '450', count: 450, isComplete: true });
  else expect(found).toMatchObject(expected);
});

test('stops at the horizon where time falls', async () => {
  const horizon = epochMs(START - 210 * HOUR_S * 1000);
  const expected = { newest: '900', count: 400, isComplete: true, requests: 2 };
  expect(await look(serving(newestFirst(900)), 'complete', horizon)).toEqual(expected);
  const near = epochMs(START - 10 * HOUR_S * 1000);
  expect(await look(serving(newestFirst(900)), 'page', near)).toMatchObject({
    count: 50,
    isComplete: true,
    requests: 1,
  });
});

test('a page that ends on the horizon might not hold every credit of that instant', async () => {
  const edge = epochMs(START - 49 * HOUR_S * 1000);
  expect(await look(serving(newestFirst(120)), 'page', edge)).toMatchObject({ count: 50, isComplete: false });
  const past = epochMs(edge + 1);
  expect(await look(serving(newestFirst(120)), 'page', past)).toMatchObject({ count: 50, isComplete: true });
});

test('one row out of order makes it read everything', async () => {
  const rows = newestFirst(120);
  rows.splice(100, 0, { id: 500, at: START / 1000 + 60 });
  rows.splice(3, 0, { id: 501, at: START / 1000 + 30 });
  expect(await look(serving(rows), 'page')).toMatchObject({ newest: '500', count: 122, isComplete: true });
});

test('a total that counts only the page does not end the look', async () => {
  const rows = newestFirst(120).reverse();
  const provider = serving(rows, { total: () => 50 });
  expect(await look(provider, 'page')).toMatchObject({ newest: '120', count: 120, isComplete: true });
});

test('a provider that gives fewer rows than asked for, or no total, is read to the end', async () => {
  const rows = newestFirst(120).reverse();
  expect(await look(serving(rows, { pageMax: 20 }), 'page')).toMatchObject({
    count: 120,
    isComplete: true,
    requests: 6,
  });
  expect(await look(serving(rows, { total: () => null }), 'page')).toMatchObject({
    count: 120,
    isComplete: true,
  });
});

test('debits that slip through the filter are left out', async () => {
  const rows = newestFirst(6).map((row) => ({ ...row, type: row.id % 2 === 0 ? 'debit' : 'CREDIT' }));
  expect(await look(serving(rows), 'page')).toMatchObject({ newest: '5', count: 3, isComplete: true });
});

test('a total that changes between pages is read once more, then torn', async () => {
  const rows = newestFirst(120).reverse();
  const once = serving(rows, { total: (index) => (index === 0 ? 119 : 120) });
  const reply = await takeLedgerLook(once.client, caller, { since, depth: 'page' });
  expect(reply).toMatchObject({ kind: 'ok', value: { isComplete: true } });
  expect(once.transport.requests).toHaveLength(4);
  expect(await look(serving(rows, { total: (index) => 120 + (index % 2) }), 'page')).toBe(
    'torn total_changed',
  );
});

test('a row that comes twice is one credit; a row that never comes is torn', async () => {
  const rows = newestFirst(120).reverse();
  const shifted = [...rows.slice(0, 50), ...rows.slice(49)];
  expect(await look(serving(shifted, { total: () => 120 }), 'page')).toMatchObject({
    count: 120,
    isComplete: true,
  });
  const missing = [...rows.slice(0, 50), ...rows.slice(49, 119)];
  expect(await look(serving(missing, { total: () => 120 }), 'page')).toBe('torn rows_missing');
});

test('an endless ledger ends', async () => {
  const endless = newestFirst(11_000);
  expect(await look(serving(endless), 'complete', epochMs(0))).toMatchObject({
    count: 10_000,
    isComplete: false,
    requests: 50,
  });
  expect(await look(serving(endless.reverse()), 'complete', epochMs(0))).toBe('torn ledger_too_long');
});

test('a ledger without its wallet is malformed, and a failed page fails the look', async () => {
  const bare = scripted([enveloped({ items: [], count: 0, total: 0 })]);
  expect(await look(bare, 'page')).toBe('malformed no_wallet');
  const refused = scripted([answered(401, { message: 'Unauthenticated.' })]);
  expect(await look(refused, 'page')).toBe('unauthorized null');
});

test('rows of one day whose ids are no numbers stand as the provider lists them, and a new one moves no other', async () => {
  const day = '2026-11-20';
  const idsAndInstants = async (ids: readonly string[]) => {
    const items = ids.map((id) => ({ id, type: 'credit', amount: 50, status: 'success', created_at: day }));
    const provider = scripted(() =>
      enveloped({ items, count: ids.length, total: ids.length, wallet: WALLET }),
    );
    const reply = await takeLedgerLook(provider.client, caller, { since, depth: 'complete' });
    if (reply.kind === 'failed') throw new Error(reply.failure.message);
    return reply.value.credits.map(({ id, createdAt }) => [id, createdAt - Date.parse(day)]);
  };
  const two = [['row_a', 1], ['row_b', 0]]; // biome-ignore format: one row a line
  expect(await idsAndInstants(['row_a', 'row_b'])).toEqual(two);
  expect(await idsAndInstants(['row_0', 'row_a', 'row_b'])).toEqual([['row_0', 2], ...two]);
  expect(await idsAndInstants(['7', '12'])).toEqual([['12', 0], ['7', 0]]); // biome-ignore format: as above
});
