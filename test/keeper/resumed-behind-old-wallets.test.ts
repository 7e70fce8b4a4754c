import { expect, test } from 'vitest';
import { resumeAccount } from '../../src/cli/resume-account.ts';
import { addMs, DAY_MS, HOUR_MS, MINUTE_MS } from '../../src/domain/time.ts';
import { startClient } from '../sandbox/sandbox-client.ts';
import { AKeeper, type Opening } from './a-keeper.ts';
import { lower } from './a-low-wallet.ts';
import { OffClock } from './off-clock.ts';
import { charges } from './sandbox-record.ts';
import { holdsOf } from './standing-of.ts';
import { WatchedWire } from './watched-wire.ts';

type Wallet = Readonly<Record<'balance' | 'total_credited' | 'amount_used', number>>;
const OPENING: Opening = { wallet: { cooldown: '1m' } };

/** A provider that shows another wallet in every answer while `shown.wallet` says so. */
async function scene({ offMinutes = 0 } = {}) {
  const client = await startClient();
  const clock = new OffClock(client.clock);
  clock.offMs = offMinutes * MINUTE_MS;
  const shown: { wallet: (() => Wallet) | null } = { wallet: null };
  const transport = new WatchedWire(
    async (send) => await send(),
    async (send, { url }) => {
      const reply = await send();
      const isCheap = url.includes('/wallet/balance');
      const isSpoiled = isCheap || url.includes('/wallet/transactions');
      if (shown.wallet === null || !isSpoiled || reply.kind !== 'answered') return reply;
      const body = JSON.parse(reply.bodyText);
      if (isCheap) body.data.balance = shown.wallet().balance;
      else body.data.wallet = shown.wallet();
      return { ...reply, bodyText: JSON.stringify(body) };
    },
  );
  const walletNow = async (): Promise<Wallet> => {
    const { balance, total_credited } = (await client.ask('/wallet/transactions?type=credit')).body.data
      .wallet;
    return { balance, total_credited, amount_used: total_credited - balance };
  };
  const keeper = await AKeeper.open(client, { transport, clock, ...OPENING });
  await keeper.pass();
  const { name } = keeper.account('agent-0001');
  const freeze = async (): Promise<void> => {
    const hold = { account: name, kind: 'freeze', reason: 'for a test', intent: null } as const;
    await keeper.store.journal.setHold({ ...hold, since: client.clock.now() }, []);
    await keeper.pass();
  };
  const resume = async (aheadMs = 0): Promise<void> => {
    await resumeAccount(keeper.store, name, addMs(clock.now(), aheadMs));
  };
  const restart = async (): Promise<AKeeper> => {
    keeper.close();
    return await AKeeper.open(client, { transport, folder: keeper.folder, ...OPENING });
  };
  return { client, keeper, shown, walletNow, freeze, resume, restart };
}

/** A wallet whose total never rests. */
function wobbling(wallet: Wallet): () => Wallet {
  let times = 0;
  return () => {
    times += 1;
    const free = (times % 2) / 100;
    return { ...wallet, balance: wallet.balance + free, total_credited: wallet.total_credited + free };
  };
}

test('behind a resume by a clock that was days ahead a torn wallet freezes as ever', async () => {
  const { client, keeper, shown, walletNow, freeze, resume } = await scene();
  await lower(client);
  await keeper.live(2 * HOUR_MS);
  await freeze();
  await resume(2 * DAY_MS);
  await keeper.live(10 * MINUTE_MS);
  await lower(client);
  const now = await walletNow();
  shown.wallet = () => ({ ...now, balance: 5 });
  await keeper.live(3 * HOUR_MS);
  expect(await holdsOf(keeper)).toEqual([expect.stringMatching(/^no consistent look/)]);
});

test.each([
  ['', false],
  [', nor behind the second one in the life of the keeper', true],
])('an old wallet is not believed by a keeper that starts behind a resume%s', async (_, hasResumedBefore) => {
  const { client, keeper, shown, walletNow, freeze, resume, restart } = await scene();
  if (hasResumedBefore) {
    await freeze();
    await resume();
    await keeper.rest(2 * DAY_MS);
  }
  await lower(client);
  await keeper.live(2 * HOUR_MS);
  await lower(client);
  const { balance, total_credited, amount_used } = await walletNow();
  await keeper.live(2 * HOUR_MS);
  expect(await charges(client)).toHaveLength(2);
  await freeze();
  shown.wallet = wobbling({ total_credited, balance: balance + 1, amount_used: amount_used - 1 });
  await resume();
  const later = await restart();
  await later.live(40 * MINUTE_MS);
  expect(await charges(client)).toHaveLength(2);
});

test('nor where the person resumed by a clock that was two hours ahead', async () => {
  const { client, keeper, shown, walletNow, freeze, resume, restart } = await scene();
  await lower(client);
  const before = await walletNow();
  await keeper.live(2 * HOUR_MS);
  await freeze();
  shown.wallet = wobbling(before);
  await resume(2 * HOUR_MS);
  const later = await restart();
  await later.live(40 * MINUTE_MS);
  expect(await charges(client)).toHaveLength(1);
});

test.each([3, 0])(
  'nor the very wallet that the last charge was decided on, where $%i were used since',
  async (used) => {
    const { client, keeper, shown, walletNow, freeze, resume, restart } = await scene();
    await lower(client);
    const before = await walletNow();
    await keeper.live(5 * MINUTE_MS);
    await client.patch({ balance: 62 - used });
    await keeper.live(2 * HOUR_MS);
    await freeze();
    shown.wallet = () => before;
    await resume();
    const later = await restart();
    await later.live(25 * MINUTE_MS);
    expect(await charges(client)).toHaveLength(1);
  },
);

test.each([0, -3])(
  'a correction of both totals holds an account back for an hour, and freezes it no second time, by a host clock %i minutes off',
  async (offMinutes) => {
    const { client, keeper, shown, walletNow, resume } = await scene({ offMinutes });
    await lower(client);
    await keeper.live(2 * HOUR_MS);
    const now = await walletNow();
    shown.wallet = () => ({ ...now, balance: 5 });
    await keeper.live(3 * HOUR_MS);
    expect(await holdsOf(keeper)).toHaveLength(1);
    shown.wallet = () => ({ balance: 5, total_credited: 20, amount_used: 15 });
    await resume();
    await keeper.live(75 * MINUTE_MS);
    expect(await holdsOf(keeper)).toEqual([]);
    expect(await charges(client)).toHaveLength(2);
  },
);

test('a correction that was believed is not doubted again by a restart days later', async () => {
  const { client, keeper, shown, freeze, resume, restart } = await scene();
  await lower(client);
  await keeper.live(2 * HOUR_MS);
  await freeze();
  shown.wallet = () => ({ balance: 35, total_credited: 50, amount_used: 15 });
  await resume();
  await keeper.live(3 * HOUR_MS);
  await keeper.rest(3 * DAY_MS);
  const had = (await charges(client)).length;
  shown.wallet = () => ({ balance: 14, total_credited: 50, amount_used: 36 });
  const later = await restart();
  await later.live(10 * MINUTE_MS);
  expect(await charges(client)).toHaveLength(had + 1);
});

test('nor behind a charge and a restart, where old rows were archived and both totals are less', async () => {
  const client = await startClient();
  const archived = { dollars: 0 };
  const transport = new WatchedWire(
    async (send) => await send(),
    async (send, { url }) => {
      const reply = await send();
      if (reply.kind !== 'answered' || !url.includes('/wallet/transactions')) return reply;
      const body = JSON.parse(reply.bodyText);
      body.data.wallet.total_credited += 1_000 - archived.dollars;
      body.data.wallet.amount_used += 1_000 - archived.dollars;
      return { ...reply, bodyText: JSON.stringify(body) };
    },
  );
  const keeper = await AKeeper.open(client, { transport, ...OPENING });
  await keeper.pass();
  const { name } = keeper.account('agent-0001');
  await lower(client);
  await keeper.live(2 * HOUR_MS);
  const hold = { account: name, kind: 'freeze', reason: 'for a test', intent: null } as const;
  await keeper.store.journal.setHold({ ...hold, since: client.clock.now() }, []);
  await keeper.pass();
  archived.dollars = 900;
  await resumeAccount(keeper.store, name, client.clock.now());
  await keeper.live(3 * HOUR_MS);
  const had = (await charges(client)).length;
  await lower(client);
  await keeper.live(5 * MINUTE_MS);
  expect((await charges(client)).length).toBe(had + 1);
  keeper.close();
  const later = await AKeeper.open(client, { transport, folder: keeper.folder, ...OPENING });
  await lower(client);
  await later.live(10 * MINUTE_MS);
  expect((await charges(client)).length).toBe(had + 2);
});
