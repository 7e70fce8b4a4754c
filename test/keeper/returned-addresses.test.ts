import { expect, test } from 'vitest';
import { resumeAccount } from '../../src/cli/resume-account.ts';
import { HOUR_MS, MINUTE_MS } from '../../src/domain/time.ts';
import { calmAccounts, startClient } from '../sandbox/sandbox-client.ts';
import { changingAddresses } from './a-changing-address.ts';
import { AKeeper } from './a-keeper.ts';
import { charges } from './sandbox-record.ts';

const tokens = (names: Readonly<Record<string, number>>) =>
  Object.fromEntries(
    Object.entries(names).map(([name, n]) => [name, { token: { env: `TOKEN_AGENT_000${n}` } }]),
  );

/** x (agent-0001) is charged in the open as A, gets a new address B, and a person accepts it. */
async function scene() {
  const client = await startClient({ accounts: calmAccounts(3) });
  const { mails, transport } = changingAddresses(client.sandbox.accounts[0]?.token ?? '-');
  const opening = { transport, wallet: { cooldown: '1m' } };
  const its: { keeper: AKeeper } = {
    keeper: await AKeeper.open(client, { ...opening, accounts: tokens({ x: 1 }) }),
  };
  const restart = async (names: Readonly<Record<string, number>>) => {
    its.keeper.close();
    its.keeper = await AKeeper.open(client, {
      ...opening,
      accounts: tokens(names),
      folder: its.keeper.folder,
    });
  };
  const holds = async (name: string) =>
    (await its.keeper.store.journal.holds(its.keeper.account(name).name)).map(({ kind }) => kind);
  const resume = (name: string) =>
    resumeAccount(its.keeper.store, its.keeper.account(name).name, client.clock.now());
  await its.keeper.pass('x');
  client.clock.advance(MINUTE_MS);
  await client.patch({ balance: 12 });
  await its.keeper.live(5 * MINUTE_MS, 'x');
  expect(await charges(client)).toHaveLength(1);
  mails['agent-0001@sandbox.purser.test'] = 'new@name.test';
  await restart({ x: 1 });
  await its.keeper.live(2 * MINUTE_MS, 'x');
  expect(await holds('x')).toEqual(['freeze']);
  await resume('x');
  await its.keeper.live(2 * MINUTE_MS, 'x');
  expect(await holds('x')).toEqual([]);
  const pause = async () => {
    await its.keeper.store.journal.setHold(
      {
        account: its.keeper.account('x').name,
        kind: 'pause',
        reason: 'a person',
        intent: null,
        since: client.clock.now(),
      },
      [],
    );
    await its.keeper.live(2 * MINUTE_MS, 'x');
  };
  return { client, mails, its, restart, holds, resume, pause };
}

const ofOne = async (client: Awaited<ReturnType<typeof startClient>>) =>
  (await charges(client)).filter(({ account }) => account === 'agent-0001').length;

test.each([
  [['w', 'x'], { w: 1, x: 2 }],
  [['x', 'w'], { w: 1, x: 2 }],
  [['w'], { w: 1 }],
])(
  'a paused account whose address comes back while its name is given to another stays paused (%j, %j)',
  async (order, config) => {
    const { client, mails, its, restart, holds, pause } = await scene();
    await pause();
    expect(await holds('x')).toEqual(['pause']);
    client.clock.advance(HOUR_MS);
    delete mails['agent-0001@sandbox.purser.test']; // its old address is back
    await client.patch({ balance: 12 });
    await restart(config as Record<string, number>);
    for (let n = 0; n < 120; n += 1) for (const one of order) await its.keeper.passes(1, 30_000, one);
    expect(await ofOne(client)).toBe(1);
  },
);

test('who is not charged because it may be known is told of, with the reason', async () => {
  const { client, mails, its, restart } = await scene();
  delete mails['agent-0001@sandbox.purser.test'];
  await client.patch({ balance: 12 });
  await restart({ w: 1 });
  await its.keeper.live(3 * HOUR_MS, 'w');
  const messages = JSON.stringify((await its.keeper.messages()).slice(3));
  expect(messages).toContain('it may be one that had another name here');
});

/** Both move between two starts: x to a new address, y to the one that x had; its charge is not shown yet. */
test.each([
  ['x', 'y'],
  ['y', 'x'],
])(
  'a charged account whose address another has at once is not charged again (%s first)',
  async (...order) => {
    const client = await startClient({ accounts: calmAccounts(2) });
    const { ledger, mails, transport } = changingAddresses(client.sandbox.accounts[0]?.token ?? '-');
    const opening = { transport, wallet: { cooldown: '1m' }, accounts: tokens({ x: 1, y: 2 }) };
    const first = await AKeeper.open(client, opening);
    for (const one of order) await first.pass(one);
    client.clock.advance(MINUTE_MS);
    await client.patch({ balance: 12 });
    ledger.isToStop = true;
    ledger.shown.clear();
    await first.live(3 * MINUTE_MS, 'x');
    first.close();
    mails['agent-0001@sandbox.purser.test'] = 'new@name.test';
    mails['agent-0002@sandbox.purser.test'] = 'agent-0001@sandbox.purser.test';
    const keeper = await AKeeper.open(client, { ...opening, folder: first.folder });
    const live = async (minutes: number) => {
      for (let n = 0; n < minutes; n += 1)
        for (const one of order) await keeper.passes(1, MINUTE_MS / 2, one);
    };
    await live(30);
    expect(await ofOne(client)).toBe(1);
    for (const one of order) await resumeAccount(keeper.store, keeper.account(one).name, client.clock.now());
    await live(30);
    expect(await ofOne(client)).toBe(1);
    expect((await keeper.store.journal.memory(keeper.account('x').name)).identity).toBe('new@name.test');
    expect((await keeper.store.journal.memory(keeper.account('y').name)).identity).toBe(
      'agent-0001@sandbox.purser.test',
    );
  },
);
