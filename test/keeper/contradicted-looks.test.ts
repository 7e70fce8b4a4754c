import { expect, test } from 'vitest';
import { resumeAccount } from '../../src/cli/resume-account.ts';
import { DAY_MS, HOUR_MS, MINUTE_MS } from '../../src/domain/time.ts';
import { AKeeper } from './a-keeper.ts';
import { lower } from './a-low-wallet.ts';
import { afterACharge, walletOfBefore } from './a-wallet-of-before.ts';
import { charges } from './sandbox-record.ts';

test('a wallet of before a charge, in every look, is not believed where the balance by itself has risen', async () => {
  const { client, keeper, shown, before } = await afterACharge();
  shown.old = before;
  await client.patch({ balance: 63 });
  await keeper.live(8 * HOUR_MS);
  expect(await charges(client)).toHaveLength(1);
});

test('nor with hourly polls', async () => {
  const { client, keeper, shown, before } = await afterACharge();
  keeper.respec({ poll: '1h' });
  shown.old = before;
  await keeper.live(8 * HOUR_MS);
  expect(await charges(client)).toHaveLength(1);
});

test('nor by runs from cron', async () => {
  const { client, transport, keeper, shown, before } = await afterACharge();
  shown.old = before;
  let folder = keeper.folder;
  keeper.close();
  for (let n = 0; n < 40; n += 1) {
    const one = await AKeeper.open(client, { transport, folder });
    folder = one.folder;
    await one.pass();
    one.close();
    client.clock.advance(10 * MINUTE_MS);
  }
  expect(await charges(client)).toHaveLength(1);
});

/** $40 were withdrawn of an idle wallet; looks say so, and the balance by itself what `cheap` makes of it. */
async function withdrawn(cheap: (balance: number) => number) {
  const one = await walletOfBefore();
  const { client, transport, shown, walletNow } = one;
  const keeper = await AKeeper.open(client, { transport });
  await keeper.live(2 * HOUR_MS);
  const { balance, total_credited, amount_used } = await walletNow();
  shown.old = { balance: 10, total_credited: total_credited - (balance - 10), amount_used };
  Object.defineProperty(shown, 'cheap', { get: () => cheap(balance) });
  await keeper.live(DAY_MS);
  const held = await keeper.store.journal.holds(keeper.account('agent-0001').name);
  return { client, keeper, reasons: held.map(({ reason }) => reason) };
}

test('a balance by itself that goes on counting what is gone is told', async () => {
  const { client, keeper, reasons } = await withdrawn((balance) => balance);
  expect(reasons).toEqual([
    expect.stringMatching(/^the balance is \$50\.00, and \$10\.00 beside the ledger, for /),
  ]);
  expect(await charges(client)).toEqual([]);
  await resumeAccount(keeper.store, keeper.account('agent-0001').name, client.clock.now());
  await keeper.live(6 * HOUR_MS);
  expect(await charges(client)).toHaveLength(1);
});

test.each([10, 30])(
  'one of which each %dth answer alone is of before is charged all the same',
  async (nth) => {
    const asked = { times: 0 };
    const { client, reasons } = await withdrawn((balance) => {
      asked.times += 1;
      return asked.times % nth === 0 ? balance : 10;
    });
    expect(reasons.join()).not.toContain('beside the ledger');
    expect((await charges(client)).length).toBeGreaterThan(0);
  },
);

test('nor where it stays as it was from the charge on', async () => {
  const { client, transport, shown, walletNow } = await walletOfBefore();
  const keeper = await AKeeper.open(client, { transport });
  await keeper.pass();
  await lower(client);
  const before = await walletNow();
  await keeper.pass(); // the charge
  shown.old = before;
  await keeper.live(8 * HOUR_MS);
  expect(await charges(client)).toHaveLength(1);
});

test('two balances about the minimum that differ by cents contradict each other not', async () => {
  const { client, transport, shown, walletNow } = await walletOfBefore();
  const keeper = await AKeeper.open(client, { transport });
  await keeper.live(2 * HOUR_MS);
  const { balance, total_credited, amount_used } = await walletNow();
  let asked = 0;
  const at = () => (asked % 30 === 0 ? 20.01 : 19.99);
  Object.defineProperty(shown, 'cheap', {
    get: () => {
      asked += 1;
      return at();
    },
  });
  Object.defineProperty(shown, 'old', {
    get: () => ({
      balance: at(),
      total_credited: total_credited - (balance - 20),
      amount_used: amount_used + 20 - at(),
    }),
  });
  await keeper.live(DAY_MS);
  expect(await charges(client)).not.toHaveLength(0);
});
