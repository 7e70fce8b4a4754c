import { expect, test } from 'vitest';
import { resumeAccount } from '../../src/cli/resume-account.ts';
import { HOUR_MS, MINUTE_MS } from '../../src/domain/time.ts';
import type { TransportReply } from '../../src/modelslab/transport.ts';
import { type SandboxClient, startClient } from '../sandbox/sandbox-client.ts';
import { AKeeper } from './a-keeper.ts';
import { lower } from './a-low-wallet.ts';
import { charges } from './sandbox-record.ts';
import { WatchedWire } from './watched-wire.ts';

/**
 * `/wallet/balance` counts a bonus that looks do not; looks lack so many dollars that came; so many are gone from both. The
 * whole ledger page can stand still.
 */
async function bonusBesideLooks() {
  const client = await startClient();
  const its = { bonus: 0, lacks: 0, gone: 0, isToStop: false };
  const shown = new Map<string, TransportReply>();
  const transport = new WatchedWire(
    (send) => send(),
    async (send, { url }) => {
      const reply = await send();
      if (reply.kind !== 'answered' || !url.includes('/wallet/')) return reply;
      const body = JSON.parse(reply.bodyText);
      if (url.includes('/wallet/balance')) body.data.balance += its.bonus - its.gone;
      else {
        body.data.wallet.balance -= its.lacks + its.gone;
        body.data.wallet.total_credited -= its.lacks + its.gone;
      }
      const page = url.replace(/limit=\d+/, '');
      const before = url.includes('/wallet/balance') || !its.isToStop ? undefined : shown.get(page);
      if (before?.kind === 'answered') return { ...before, headers: reply.headers };
      const made = { ...reply, bodyText: JSON.stringify(body) };
      shown.set(page, made);
      return made;
    },
  );
  const keeper = await AKeeper.open(client, { transport });
  const own = async () => (await charges(client)).filter(({ key }) => key !== 'a-person').length;
  const holds = () => keeper.store.journal.holds(keeper.account('agent-0001').name);
  return { client, its, keeper, own, holds };
}

async function chargedOnce(client: SandboxClient, keeper: AKeeper) {
  await keeper.pass();
  await lower(client, 12);
  await keeper.live(HOUR_MS);
  expect(await charges(client)).toHaveLength(1);
}

test.each([
  [1.5, 40],
  [1.2, 0.05],
  [5, 2],
])('a bonus of $%d speaks against no look behind a correction of $%d', async (bonus, gone) => {
  const { client, its, keeper, own } = await bonusBesideLooks();
  its.bonus = bonus;
  await keeper.live(2 * HOUR_MS);
  its.gone = gone;
  await keeper.live(12 * HOUR_MS);
  await client.patch({ balance: 10 + gone });
  await keeper.live(HOUR_MS);
  expect(await own()).toBeGreaterThan(0);
});

test.each([
  [5, 15],
  [12, 30],
])(
  'behind a correction a person is asked once, where the balance counts a bonus of $%d: $%d',
  async (bonus, gone) => {
    const { client, its, keeper, own, holds } = await bonusBesideLooks();
    its.bonus = bonus;
    await keeper.live(2 * HOUR_MS);
    its.gone = gone;
    await keeper.live(12 * HOUR_MS);
    expect(await holds()).toEqual([]);
    await client.patch({ balance: 10 + gone });
    await keeper.live(3 * HOUR_MS);
    expect(await own()).toBe(0);
    expect(await holds()).toMatchObject([{ reason: expect.stringContaining('resume` believes the ledger') }]);
    await resumeAccount(keeper.store, keeper.account('agent-0001').name, client.clock.now());
    await keeper.live(HOUR_MS);
    expect(await own()).toBe(1);
    await client.patch({ balance: 10 + gone });
    await keeper.live(2 * HOUR_MS);
    expect([await holds(), await own()]).toEqual([[], 2]);
  },
);

test.each([2, 7])('looks that lack the last charge are not believed beside a bonus of $%d', async (bonus) => {
  const { client, its, keeper, own } = await bonusBesideLooks();
  its.bonus = bonus;
  await chargedOnce(client, keeper);
  its.lacks = 50;
  await keeper.live(8 * HOUR_MS);
  expect(await own()).toBe(1);
});

test('nor each time anew, in a wallet that is in use', async () => {
  const { client, its, keeper, own, holds } = await bonusBesideLooks();
  its.bonus = 5;
  await chargedOnce(client, keeper);
  its.lacks = 50;
  for (let balance = 62; balance > 60; balance -= 0.1) {
    await client.patch({ balance });
    await keeper.live(10 * MINUTE_MS);
  }
  expect([await own(), (await holds()).length]).toEqual([1, 1]);
});

test('nor is a balance that is a little late', async () => {
  const { client, its, keeper, own, holds } = await bonusBesideLooks();
  await keeper.pass();
  its.gone = 0.05;
  for (let balance = 38; balance > 17; balance -= 1) {
    its.bonus = 4; // of 40 minutes ago
    await client.patch({ balance });
    await keeper.live(10 * MINUTE_MS);
  }
  expect([await holds(), await own()]).toEqual([[], 1]);
});

test.each([10, 100])('nor where a person has paid $%d since, and the page stands still', async (paid) => {
  const { client, its, keeper, own } = await bonusBesideLooks();
  await chargedOnce(client, keeper);
  its.lacks = 50;
  await keeper.live(5 * MINUTE_MS);
  its.isToStop = true;
  await keeper.live(15 * MINUTE_MS);
  await client.fund(paid, 'a-person');
  await keeper.live(8 * HOUR_MS);
  expect(await own()).toBe(1);
});

test('nor once they are low, where they lacked it while they were well', async () => {
  const { client, its, keeper, own } = await bonusBesideLooks();
  its.bonus = 5;
  await keeper.pass();
  await lower(client, 13);
  await keeper.live(HOUR_MS);
  await client.fund(50, 'a-person');
  await keeper.live(HOUR_MS);
  expect(await own()).toBe(1);
  its.lacks = 50;
  for (let balance = 80; balance > 63; balance -= 0.4) {
    await client.patch({ balance });
    await keeper.live(20 * MINUTE_MS);
  }
  expect(await own()).toBe(1);
});
