import { expect, test } from 'vitest';
import { cents } from '../../src/domain/money.ts';
import { HOUR_MS, MINUTE_MS } from '../../src/domain/time.ts';
import { startClient } from '../sandbox/sandbox-client.ts';
import { AKeeper, type Opening } from './a-keeper.ts';
import { lower } from './a-low-wallet.ts';
import { charges } from './sandbox-record.ts';
import { WatchedWire } from './watched-wire.ts';

type Row = Readonly<Record<string, unknown>>;
type Wallet = Record<'balance' | 'total_credited' | 'amount_used', number>;
type Data = { wallet: Wallet; items: Row[]; count: number; total: number };

async function scene(
  spoil: (data: Data, now: number) => void,
  opening: Opening = {},
  spoilCheap: (balance: number) => number = (balance) => balance,
) {
  const client = await startClient();
  const state: { old: Wallet | null; isOldAfterPost: boolean; last: Wallet | null; postsLost: number } = {
    old: null,
    postsLost: 0,
    isOldAfterPost: false,
    last: null,
  };
  const transport = new WatchedWire(
    async (send, ordinal) => {
      if (state.isOldAfterPost) state.old = state.last;
      return ordinal < state.postsLost ? { kind: 'lost', reason: 'ECONNRESET' } : await send();
    },
    async (send, { url }) => {
      const reply = await send();
      if (reply.kind !== 'answered') return reply;
      const body = JSON.parse(reply.bodyText);
      if (url.includes('/wallet/balance'))
        body.data.balance = state.old?.balance ?? spoilCheap(body.data.balance);
      else if (url.includes('/wallet/transactions') && url.includes('type=credit')) {
        spoil(body.data, client.clock.now());
        state.last = body.data.wallet;
        if (state.old !== null) body.data.wallet = state.old;
      } else if (url.includes('/wallet/transactions') && state.last !== null)
        body.data.wallet = state.old ?? state.last;
      else return reply;
      return { ...reply, bodyText: JSON.stringify(body) };
    },
  );
  const keeper = await AKeeper.open(client, { transport, ...opening });
  await keeper.pass();
  return { client, keeper, state, transport };
}
const holdsOf = (keeper: AKeeper) => keeper.store.journal.holds(keeper.account('agent-0001').name);

function relist(data: Data, items: Row[]) {
  Object.assign(data, { items, count: items.length, total: items.length });
}

test("an old wallet beside the row is not charged for again where a person's payment has no row yet", async () => {
  const late = { since: Number.POSITIVE_INFINITY };
  const own = new Set<unknown>();
  const { client, keeper, state } = await scene((data, now) => {
    // The row of the person's payment (amount 60) comes 25 minutes late.
    relist(
      data,
      data.items.filter((row) => row['amount'] !== 60 || now - late.since >= 25 * MINUTE_MS),
    );
  });
  await client.fund(60, 'a-person');
  late.since = client.clock.now();
  await keeper.live(2 * MINUTE_MS);
  await lower(client, 12); // used up
  state.isOldAfterPost = true;
  await keeper.live(20 * MINUTE_MS);
  void own;
  const made = (await charges(client)).filter(({ key }) => key !== 'a-person');
  expect(made).toHaveLength(1);
});

test.each([
  ['', false],
  [' by a purser that was started meanwhile', true],
])(
  'nor is a wallet from before that payment charged for%s, until it is beyond doubt that it was paid back',
  async (_, isRestarted) => {
    const { client, keeper, state, transport } = await scene((data) => {
      relist(
        data,
        data.items.filter((row) => row['amount'] !== 60),
      );
    });
    await lower(client, 12);
    await client.fund(60, 'a-person');
    await keeper.pass();
    state.old = { balance: 12, total_credited: 50, amount_used: 38 };
    if (isRestarted) keeper.close();
    const next = isRestarted ? await AKeeper.open(client, { transport, folder: keeper.folder }) : keeper;
    await next.live(20 * MINUTE_MS);
    const made = async () => (await charges(client)).filter(({ key }) => key !== 'a-person');
    expect(await made()).toHaveLength(0);
    await next.live(15 * MINUTE_MS);
    expect(await made()).toHaveLength(1);
  },
);

test('a top-up that brings a bonus without a row, used up at once: old wallet not charged for again', async () => {
  const seen = { credits: 1 };
  const { client, keeper, state } = await scene(({ items, wallet }) => {
    seen.credits = Math.max(seen.credits, items.length);
    const bonus = (seen.credits - 1) * 50; // "we double your top-up"
    wallet.total_credited += bonus;
    wallet.amount_used += bonus;
  });
  await lower(client);
  await keeper.live(13 * MINUTE_MS);
  expect(await charges(client)).toHaveLength(1);
  await lower(client);
  state.isOldAfterPost = true;
  await keeper.live(28 * MINUTE_MS);
  expect(await charges(client)).toHaveLength(2);
});

test('a withdrawal counted in total_credited of an idle wallet: ensure works', async () => {
  const fall = { dollars: 0 };
  const { client, keeper } = await scene(
    ({ wallet }) => {
      wallet.total_credited -= fall.dollars;
      wallet.balance -= fall.dollars;
    },
    {},
    (balance) => balance - fall.dollars,
  );
  await keeper.live(HOUR_MS);
  fall.dollars = 20; // 50 -> 30, nothing is used
  await keeper.live(5 * HOUR_MS);
  const { withdraw } = keeper.place({
    kind: 'ensure',
    neededCents: cents(8_000),
    targetCents: cents(8_000),
  });
  await keeper.live(HOUR_MS);
  withdraw();
  expect(await charges(client)).toHaveLength(1);
});

test('a withdrawal by a person below the minimum, idle: funded, not frozen', async () => {
  const fall = { dollars: 0 };
  const { client, keeper } = await scene(
    ({ wallet }) => {
      wallet.total_credited -= fall.dollars;
      wallet.balance -= fall.dollars;
    },
    {},
    (balance) => balance - fall.dollars,
  );
  await keeper.live(HOUR_MS);
  fall.dollars = 40;
  await keeper.live(5 * HOUR_MS);
  expect(await holdsOf(keeper)).toEqual([]);
  expect(await charges(client)).toHaveLength(1);
});

test('a coupon before the row of the first top-up: funded again', async () => {
  const state = { coupon: false, isPending: true, postAt: Number.POSITIVE_INFINITY };
  const one = await scene((data, now) => {
    // An account that had no credit before: the first row is not shown.
    const sorted = [...data.items].sort((a, b) => Number(a['id']) - Number(b['id'])).slice(1);
    const items = sorted
      .map((row, index) => (index === 0 && state.isPending ? { ...row, status: 'pending' } : row))
      .reverse();
    if (state.coupon) {
      items.unshift({
        id: 900_000,
        source: 'coupon',
        transaction_id: null,
        type: 'credit',
        amount: 10,
        status: 'success',
        usecase: 'bonus',
        created_at: new Date(state.postAt).toISOString(),
      });
      data.wallet.total_credited += 10;
      data.wallet.amount_used += 10;
    }
    relist(data, items);
    void now;
  });
  await lower(one.client);
  await one.keeper.live(2 * MINUTE_MS);
  expect(await charges(one.client)).toHaveLength(1);
  state.postAt = one.client.clock.now();
  state.coupon = true; // redeemed a minute after, all is used up in ten minutes
  await lower(one.client);
  await one.keeper.live(10 * MINUTE_MS);
  state.isPending = false;
  await one.keeper.live(HOUR_MS);
  await one.keeper.live(4 * HOUR_MS);
  expect(await holdsOf(one.keeper)).toEqual([]);
  expect(await charges(one.client)).toHaveLength(2);
});

test('money without a row that was there when a charge was armed keeps no doubt of that charge open', async () => {
  const gift = { dollars: 50 };
  const { client, keeper, state } = await scene(({ wallet }) => {
    wallet.total_credited += gift.dollars;
    wallet.amount_used += gift.dollars;
  });
  gift.dollars = 100; // without a row, and used up
  state.postsLost = 5;
  await lower(client);
  await keeper.live(6 * HOUR_MS);
  expect(await keeper.intents()).toMatchObject([{ state: 'settled', sends: 6 }]);
  expect(await charges(client)).toHaveLength(1);
});
