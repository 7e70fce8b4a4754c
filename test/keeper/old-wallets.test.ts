import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { expect, test } from 'vitest';
import { capScopes } from '../../src/domain/cap-scopes.ts';
import { DAY_MS, HOUR_MS, MINUTE_MS } from '../../src/domain/time.ts';
import { startClient } from '../sandbox/sandbox-client.ts';
import { AKeeper, type Opening } from './a-keeper.ts';
import { lower } from './a-low-wallet.ts';
import { charges } from './sandbox-record.ts';
import { WatchedWire } from './watched-wire.ts';

type Row = Readonly<Record<string, unknown>>;
type Wallet = Record<'balance' | 'total_credited' | 'amount_used', number>;
type Data = { wallet: Wallet; readonly items: Row[]; count: number; total: number };

/** A keeper whose credit pages pass through `spoil`. While `isOld`, the last wallet from before stands beside the rows. */
async function scene(spoil: (data: Data, now: number) => void, opening: Opening = {}) {
  const client = await startClient();
  const state: { old: Wallet; isOld: boolean; isOldAfterPost: boolean; isGlanceOld: boolean } = {
    old: { balance: 0, total_credited: 0, amount_used: 0 },
    isOld: false,
    isOldAfterPost: false,
    isGlanceOld: false,
  };
  const transport = new WatchedWire(
    async (send) => {
      if (state.isOldAfterPost) state.isOld = true;
      return await send();
    },
    async (send, { url }) => {
      const reply = await send();
      if (state.isGlanceOld && url.endsWith('/wallet/balance') && reply.kind === 'answered') {
        const body = JSON.parse(reply.bodyText);
        body.data.balance = state.old.balance;
        return { ...reply, bodyText: JSON.stringify(body) };
      }
      if (!url.includes('/wallet/transactions') || !url.includes('type=credit')) return reply;
      if (reply.kind !== 'answered') return reply;
      const body = JSON.parse(reply.bodyText);
      spoil(body.data, client.clock.now());
      if (state.isOld) body.data.wallet = state.old;
      else state.old = body.data.wallet;
      return { ...reply, bodyText: JSON.stringify(body) };
    },
  );
  const keeper = await AKeeper.open(client, { ...opening, transport });
  await keeper.pass();
  return { client, keeper, state };
}
type Scene = Awaited<ReturnType<typeof scene>>;

/** Charged once, then shown the wallet from before the charge beside rows that have it. */
async function chargesBesideAnOldWallet({ client, keeper, state }: Scene): Promise<number> {
  await lower(client);
  const { body } = await client.ask('/wallet/transactions?type=credit');
  const before = body.data;
  await keeper.live(2 * HOUR_MS);
  expect(await charges(client)).toHaveLength(1);
  state.old = { ...state.old, ...{ balance: before.wallet.balance } };
  state.old.total_credited -= 50;
  state.isOld = true;
  await keeper.live(70 * MINUTE_MS);
  return (await charges(client)).length;
}

test('control: an old wallet is not charged for again', async () => {
  expect(await chargesBesideAnOldWallet(await scene(() => undefined))).toBe(1);
});

const REVERSED = (now: number) => ({
  id: 1,
  source: 'stripe',
  transaction_id: 'pi_somebodyelses',
  type: 'credit',
  amount: 50,
  status: 'refunded',
  usecase: 'wallet_funding',
  created_at: new Date(now - 5 * DAY_MS).toISOString(),
});

test('an old wallet is not charged for again where a row of the month was reversed', async () => {
  const one = await scene((data, now) => {
    data.items.push(REVERSED(now));
    data.count += 1;
    data.total += 1;
  });
  expect(await chargesBesideAnOldWallet(one)).toBe(1);
});

test('an old wallet is not charged for again where the provider once added money without a row', async () => {
  const gift = { dollars: 0 };
  const one = await scene(({ wallet }) => {
    wallet.total_credited += gift.dollars; // and spent since: the equation holds
    wallet.amount_used += gift.dollars;
  });
  gift.dollars = 50;
  await one.keeper.live(2 * HOUR_MS);
  expect(await chargesBesideAnOldWallet(one)).toBe(1);
});

test('an old wallet is not charged for again where top-ups bring a bonus that stands in no row', async () => {
  const seen = { credits: 0 };
  const one = await scene(({ items, wallet }) => {
    seen.credits = Math.max(seen.credits, items.length);
    const bonus = (seen.credits - 1) * 12.5; // 25 %
    wallet.total_credited += bonus;
    wallet.amount_used += bonus;
  });
  for (let count = 0; count < 4; count += 1) {
    await lower(one.client);
    await one.keeper.live(2 * HOUR_MS);
  }
  expect(await charges(one.client)).toHaveLength(4);
  await lower(one.client);
  await one.keeper.live(2 * HOUR_MS);
  expect(await charges(one.client)).toHaveLength(5);
  one.state.old.balance = 12;
  one.state.old.total_credited -= 50;
  one.state.isOld = true;
  await one.keeper.live(70 * MINUTE_MS);
  expect(await charges(one.client)).toHaveLength(5);
});

/** Old from the moment of the charge on. */
async function chargesWithTheWalletStandingStill({ client, keeper, state }: Scene): Promise<number> {
  await lower(client);
  state.isOldAfterPost = true;
  await keeper.live(70 * MINUTE_MS);
  return (await charges(client)).length;
}

test('control: a wallet that stands still after a charge is not charged for again', async () => {
  expect(await chargesWithTheWalletStandingStill(await scene(() => undefined))).toBe(1);
});

test('a wallet that stands still after the first charge after an update is not charged for again', async () => {
  const one = await scene(() => undefined);
  const file = new DatabaseSync(join(one.keeper.folder, 'purser.db'));
  file.exec('UPDATE account SET credited_micro_usd = NULL'); // as the migration leaves it
  file.close();
  await new Promise((resolve) => setImmediate(resolve));
  await one.keeper.live(2 * HOUR_MS); // two good looks
  expect(await chargesWithTheWalletStandingStill(one)).toBe(1);
});

test('a total that falls for a reason of the provider stops no account', async () => {
  const fall = { dollars: 0 };
  const one = await scene(({ wallet }) => {
    wallet.total_credited -= fall.dollars; // a correction, or a withdrawal that is counted there
    wallet.amount_used -= Math.min(fall.dollars, wallet.amount_used);
  });
  await lower(one.client, 30);
  await one.keeper.live(HOUR_MS);
  fall.dollars = 10;
  await lower(one.client, 12);
  await one.keeper.live(5 * HOUR_MS);
  expect(await one.keeper.store.journal.holds(one.keeper.account('agent-0001').name)).toEqual([]);
  expect(await charges(one.client)).toHaveLength(1);
});

test('a row that the first look lacked counts against the caps, though its total had come before it', async () => {
  const late = { isHidden: true };
  const { client, keeper } = await scene((data) => {
    if (late.isHidden) Object.assign(data, { items: [], count: 0, total: 0 });
  });
  const scopes = capScopes(keeper.context.spec(), keeper.account('agent-0001'));
  const spentCents = async () =>
    (await keeper.store.journal.usage(scopes, client.clock.now()))[0]?.usage.dayCents;
  expect(await spentCents()).toBe(0);
  late.isHidden = false;
  await keeper.live(2 * HOUR_MS);
  expect(keeper.lines.some(({ event }) => event === 'look.wallet_behind')).toBe(true);
  expect(await spentCents()).toBe(5_000);
});

const COUPON = (at: number) => ({
  id: 900_000,
  source: 'coupon',
  transaction_id: null,
  type: 'credit',
  amount: 50,
  status: 'success',
  usecase: 'bonus',
  created_at: new Date(at).toISOString(),
});

/** The newest row from a card is shown so long after its money. A coupon was redeemed just before, and used. */
async function chargesWhereRowsAreLate(lateMs: number): Promise<number> {
  const seen = { redeemedAt: null as number | null, rows: new Map<unknown, number>() };
  const one = await scene((data, now) => {
    const items = data.items.filter(({ id }) => {
      if (!seen.rows.has(id)) seen.rows.set(id, seen.rows.size === 0 ? now - lateMs : now);
      return now - (seen.rows.get(id) ?? 0) >= lateMs;
    });
    if (seen.redeemedAt !== null) {
      items.unshift(COUPON(seen.redeemedAt));
      data.wallet.total_credited += 50;
      data.wallet.amount_used += 50;
    }
    Object.assign(data, { items, count: items.length, total: items.length });
  });
  seen.redeemedAt = one.client.clock.now();
  await one.keeper.live(HOUR_MS);
  for (let count = 0; count < 3; count += 1) {
    await lower(one.client);
    await one.keeper.live(90 * MINUTE_MS);
    for (let poll = 0; poll < 8; poll += 1) {
      await lower(one.client, 40 - poll); // the wallet is in use
      await one.keeper.live(15 * MINUTE_MS);
    }
  }
  expect(await one.keeper.store.journal.holds(one.keeper.account('agent-0001').name)).toEqual([]);
  return (await charges(one.client)).length;
}

test('a wallet whose rows come five minutes after their money is funded each time, beside a coupon', async () => {
  expect(await chargesWhereRowsAreLate(5 * MINUTE_MS)).toBe(3);
});

test('a wallet whose rows come an hour after their money is funded each time, beside a coupon', async () => {
  expect(await chargesWhereRowsAreLate(HOUR_MS)).toBe(3);
});

test('where no totals are sent, a wallet that stands still after a charge is not charged for again', async () => {
  const one = await scene(({ wallet }) => {
    Object.assign(wallet, { total_credited: undefined, amount_used: undefined });
  });
  await lower(one.client);
  one.state.isOldAfterPost = true;
  await one.keeper.live(25 * MINUTE_MS);
  expect(await charges(one.client)).toHaveLength(1);
  one.state.isOldAfterPost = false;
  one.state.isOld = false;
  for (let count = 0; count < 3; count += 1) {
    await lower(one.client);
    await one.keeper.live(40 * MINUTE_MS); // half an hour apart
  }
  expect(await charges(one.client)).toHaveLength(4);
});

test('an old wallet is not charged for where only the totals of a look before tell that it is old', async () => {
  const gift = { dollars: 0 };
  const { client, keeper, state } = await scene(
    ({ wallet }) => {
      wallet.total_credited += gift.dollars; // its row is late, and it is spent already
      wallet.amount_used += gift.dollars;
    },
    { wallet: { cooldown: '1m' } },
  );
  await lower(client);
  const before = { ...state.old, balance: 12, amount_used: state.old.total_credited - 12 };
  Object.assign(state, { old: before, isOld: true });
  gift.dollars = 50;
  while ((await charges(client)).length === 0) await keeper.live(10_000);
  state.isOld = false;
  await keeper.live(MINUTE_MS);
  const { balance, total_credited, amount_used } = before;
  state.old = { balance, total_credited: total_credited + 50, amount_used: amount_used + 50 };
  Object.assign(state, { isOld: true, isGlanceOld: true });
  await keeper.live(20 * MINUTE_MS);
  expect(await charges(client)).toHaveLength(1);
});
