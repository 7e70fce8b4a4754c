import { expect, test } from 'vitest';
import { resumeAccount } from '../../src/cli/resume-account.ts';
import { addMs, DAY_MS, HOUR_MS, MINUTE_MS } from '../../src/domain/time.ts';
import { startClient } from '../sandbox/sandbox-client.ts';
import { AKeeper, type Opening } from './a-keeper.ts';
import { lower } from './a-low-wallet.ts';
import { afterACharge, walletOfBefore } from './a-wallet-of-before.ts';
import { OffClock } from './off-clock.ts';
import { charges } from './sandbox-record.ts';
import { answer, WatchedWire } from './watched-wire.ts';

test('a wallet from before the last charge that is shown once in two hours does not rest there', async () => {
  const { client, transport, shown, walletNow } = await walletOfBefore();
  const keeper = await AKeeper.open(client, { transport });
  await keeper.pass();
  await lower(client);
  const before = await walletNow();
  await keeper.live(5 * MINUTE_MS);
  expect(await charges(client)).toHaveLength(1);
  for (const _ of [1, 2, 3]) {
    client.clock.advance(2 * HOUR_MS); // a host that sleeps
    shown.old = before;
    await keeper.pass();
    shown.old = null;
    await keeper.live(MINUTE_MS);
  }
  expect(await charges(client)).toHaveLength(1);
});

test('a wallet from before money that no row explains is not charged for hours after that was seen', async () => {
  const { client, transport, shown, walletNow } = await walletOfBefore();
  await lower(client);
  const before = await walletNow();
  await client.fund(45, 'a-person');
  shown.old = before;
  const keeper = await AKeeper.open(client, { transport, quarantine: '90m' });
  await keeper.pass();
  shown.old = null;
  await lower(client, 50);
  client.clock.advance(4 * HOUR_MS);
  await keeper.pass();
  for (const _ of [1, 2]) {
    client.clock.advance(4 * HOUR_MS);
    shown.old = before;
    await keeper.live(13 * MINUTE_MS);
    shown.old = null;
    await keeper.live(MINUTE_MS);
  }
  expect((await charges(client)).map(({ key }) => key)).toEqual(['a-person']);
});

test('nor does one that is shown more often, and is well at looks in between', async () => {
  const { client, keeper, shown, before } = await afterACharge();
  for (let times = 0; times < 6; times += 1) {
    client.clock.advance(HOUR_MS);
    shown.old = before;
    await keeper.pass();
    shown.old = null;
    await keeper.live(62 * MINUTE_MS);
  }
  shown.old = before;
  for (const _ of [1, 2]) {
    client.clock.advance(HOUR_MS);
    await keeper.pass();
  }
  expect(await charges(client)).toHaveLength(1);
});

test('nor is one that only looks show, as low, while the balance by itself is well', async () => {
  const { client, keeper, shown, before } = await afterACharge();
  shown.old = before;
  await keeper.live(14 * HOUR_MS);
  client.clock.advance(HOUR_MS);
  await keeper.live(MINUTE_MS);
  expect(await charges(client)).toHaveLength(1);
  const reason = expect.stringMatching(/^the balance is \$62\.00, and \$12\.00 beside the ledger/);
  expect(await keeper.store.journal.holds(keeper.account('agent-0001').name)).toMatchObject([{ reason }]);
});

test('one that is well is believed in the end, whatever the balance by itself', async () => {
  const { client, keeper, shown, before } = await afterACharge();
  shown.old = { ...before, balance: before.balance + 30, amount_used: before.amount_used - 30 };
  await keeper.live(8 * HOUR_MS);
  expect(keeper.lines.filter(({ event }) => event === 'doubt.ended')).toEqual([]);
  shown.old = null;
  await lower(client);
  await keeper.live(5 * MINUTE_MS);
  expect(await charges(client)).toHaveLength(2);
});

test('two of them, hours apart, are no wallet that is in use there', async () => {
  const { client, keeper, shown, before } = await afterACharge();
  for (const used of [0, 2]) {
    client.clock.advance(2 * HOUR_MS);
    shown.old = { ...before, amount_used: before.amount_used + used, balance: before.balance - used };
    await keeper.pass();
  }
  expect(await charges(client)).toHaveLength(1);
});

test.each(['that goes on', 'that starts again'])(
  'nor is one believed behind a resume by hand, by a keeper %s',
  async (kind) => {
    const opening: Opening = { wallet: { cooldown: '1m' } };
    const { client, transport, keeper, shown, before } = await afterACharge(opening);
    const { balance, total_credited: credited, amount_used: used } = before;
    const asked = { times: 0 };
    const older = () => {
      asked.times += 1;
      const free = (asked.times % 2) / 100; // no total rests
      return { balance: balance + 1 + free, total_credited: credited + free, amount_used: used - 1 };
    };
    shown.isEverywhere = true;
    Object.defineProperty(shown, 'old', { get: older, set: () => undefined, configurable: true });
    await keeper.live(2 * HOUR_MS + 5 * MINUTE_MS);
    const { name } = keeper.account('agent-0001');
    expect(await keeper.store.journal.holds(name)).toMatchObject([{ kind: 'freeze' }]);
    await resumeAccount(keeper.store, name, client.clock.now());
    const { folder } = keeper;
    if (kind === 'that starts again') keeper.close();
    const isSame = kind === 'that goes on';
    const later = isSame ? keeper : await AKeeper.open(client, { transport, folder, ...opening });
    await later.live(40 * MINUTE_MS);
    expect(await charges(client)).toHaveLength(1);
    Object.defineProperty(shown, 'old', { value: null });
    await lower(client);
    await later.live(30 * MINUTE_MS);
    expect(await charges(client)).toHaveLength(2);
  },
);

test('a clock that is put forward and back makes none of them stand for longer', async () => {
  const clock = { off: 4 * MINUTE_MS };
  const { client, transport, keeper, shown, before } = await afterACharge();
  client.clock.advance(HOUR_MS);
  shown.old = before;
  let folder = keeper.folder;
  let last = keeper;
  for (let minutes = 0; minutes < 80; minutes += 2) {
    last.close();
    clock.off *= -1;
    const off = new OffClock(client.clock);
    off.offMs = clock.off;
    last = await AKeeper.open(client, { transport, folder, clock: off });
    folder = last.folder;
    await last.pass();
    client.clock.advance(2 * MINUTE_MS);
  }
  expect(await charges(client)).toHaveLength(1);
});

test('a disk that keeps nothing of the doubt keeps nobody from observing', async () => {
  const { client, keeper, shown, before } = await afterACharge();
  client.clock.advance(HOUR_MS);
  Object.assign(shown, { old: before, isEverywhere: true });
  await keeper.pass();
  const { upkeep } = keeper.context;
  const write = upkeep.write.bind(upkeep);
  const refused: string[] = [];
  upkeep.write = async (account, task, record) => {
    if (task !== 'doubt') return await write(account, task, record);
    refused.push(task);
    throw new Error('the disk is full');
  };
  await keeper.live(20 * MINUTE_MS);
  expect(refused.length).toBeGreaterThan(1);
  expect(keeper.failures).toEqual([]);
  expect(keeper.lines.some(({ event }) => event === 'doubt.not_kept')).toBe(true);
});

test.each([
  ['', 0],
  [' and torn for most of an hour', 50],
])(
  'money that goes again, in a wallet whose total never stands still%s, freezes nobody',
  async (_, tornMinutes) => {
    const { client, keeper, shown, before } = await afterACharge({ wallet: { cooldown: '1m' } });
    const { total_credited: credited, amount_used: used } = before;
    const wallet = (total: number, amount: number) => ({
      balance: Math.round((total - amount) * 1e6) / 1e6,
      total_credited: Math.round(total * 1e6) / 1e6,
      amount_used: amount,
    });
    client.clock.advance(HOUR_MS);
    shown.old = wallet(credited + 130, used + 52); // a gift of $80 without a row
    await keeper.pass();
    const asked = { times: 0 };
    const rightAt = addMs(client.clock.now(), tornMinutes * MINUTE_MS);
    Object.defineProperty(shown, 'old', {
      get: () => {
        asked.times += 1;
        const one = wallet(credited + 50 + (asked.times % 7) / 1_000, used + 51); // and a failed job paid back
        const isTorn = client.clock.now() < rightAt; // its balance fell before its totals did
        return isTorn ? { ...wallet(credited + 130, used + 52), balance: one.balance } : one;
      },
    });
    await lower(client, 11);
    await keeper.live(HOUR_MS + 50 * MINUTE_MS);
    expect(await keeper.store.journal.holds(keeper.account('agent-0001').name)).toEqual([]);
    expect(await charges(client)).toHaveLength(2);
  },
);

test('one whose total moves by a cent now and then does not stand there', async () => {
  const { client, keeper, shown, before } = await afterACharge();
  Object.assign(shown, { old: before, isEverywhere: true });
  for (let cents = 1; cents <= 4; cents += 1) {
    await keeper.live(31 * MINUTE_MS);
    const free = cents / 100;
    shown.old = {
      ...before,
      total_credited: before.total_credited + free,
      balance: before.balance + free,
    };
  }
  expect(await charges(client)).toHaveLength(1);
});

/** An idle wallet with $10, out of whose `total_credited` $40 were withdrawn: believed after an hour and a half. */
async function withdrawn(isOut: () => boolean) {
  const client = await startClient();
  const fall = { dollars: 0 };
  const transport = new WatchedWire(
    async (send) => await send(),
    async (send, { url }) => {
      if (url.endsWith('/me') && isOut()) return answer(500, {});
      const reply = await send();
      if (!url.includes('/wallet/') || reply.kind !== 'answered') return reply;
      const body = JSON.parse(reply.bodyText);
      const wallet = body.data.wallet ?? body.data;
      wallet.balance -= fall.dollars;
      if (wallet.total_credited !== undefined) wallet.total_credited -= fall.dollars;
      return { ...reply, bodyText: JSON.stringify(body) };
    },
  );
  const keeper = await AKeeper.open(client, { transport });
  await keeper.live(2 * HOUR_MS);
  fall.dollars = 40;
  return { client, transport, keeper };
}

test('a wallet that is believed at last is so still when what it showed could not be taken in at once', async () => {
  const me = { isOut: false };
  const { client, transport, keeper } = await withdrawn(() => me.isOut);
  await keeper.live(85 * MINUTE_MS);
  keeper.close();
  me.isOut = true; // it is not known whose account it is
  const next = await AKeeper.open(client, { transport, folder: keeper.folder });
  await next.live(10 * MINUTE_MS);
  me.isOut = false;
  expect(await charges(client)).toHaveLength(0);
  await next.live(2 * MINUTE_MS);
  expect(await charges(client)).toHaveLength(1);
});

test('a doubt that began in the future by a clock that was wrong begins anew', async () => {
  const { client, keeper } = await withdrawn(() => false);
  const at = addMs(client.clock.now(), DAY_MS);
  const digest = JSON.stringify({ seenForMs: 0, seenAt: at, since: at });
  const { name } = keeper.account('agent-0001');
  await keeper.context.upkeep.write(name, 'doubt', { digest, result: 'done', detail: '', at });
  keeper.runtimeOf(name).doubt = 'unread';
  await keeper.live(100 * MINUTE_MS);
  expect(await charges(client)).toHaveLength(1);
});
