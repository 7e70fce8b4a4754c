import { expect, test } from 'vitest';
import { HOUR_MS, MINUTE_MS } from '../../src/domain/time.ts';
import type { SandboxClient } from '../sandbox/sandbox-client.ts';
import { aMovingFleet } from './a-changing-address.ts';
import { charges } from './sandbox-record.ts';

/** x (agent-0001) is charged in the open as A, gets a new address B, and a person accepts it. */
async function scene() {
  const fleet = await aMovingFleet({ x: 1 });
  const { client, mails, its, restart, accept } = fleet;
  await its.keeper.pass('x');
  client.clock.advance(MINUTE_MS);
  await client.patch({ balance: 12 });
  await its.keeper.live(5 * MINUTE_MS, 'x');
  expect(await charges(client)).toHaveLength(1);
  mails['agent-0001@sandbox.purser.test'] = 'new@name.test';
  await restart({ x: 1 });
  await accept('x');
  return fleet;
}

const ofOne = async (client: SandboxClient) =>
  (await charges(client)).filter(({ account }) => account === 'agent-0001').length;

test.each([
  [['w', 'x'], { w: 1, x: 2 }],
  [['x', 'w'], { w: 1, x: 2 }],
  [['w'], { w: 1 }],
])(
  'a paused account whose address comes back while its name is given to another stays paused (%j, %j)',
  async (order, config) => {
    const { client, mails, its, restart, holds, pause } = await scene();
    await pause('x');
    await its.keeper.live(2 * MINUTE_MS, 'x');
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
  expect(messages).toContain('it may be one that was known here by another name');
});

/** Both move between two starts: x to a new address, y to the one that x had; its charge is not shown yet. */
test.each([
  ['x', 'y'],
  ['y', 'x'],
])(
  'a charged account whose address another has at once is not charged again (%s first)',
  async (...order) => {
    const { client, ledger, mails, its, restart, resume } = await aMovingFleet({ x: 1, y: 2 });
    for (const one of order) await its.keeper.pass(one);
    client.clock.advance(MINUTE_MS);
    await client.patch({ balance: 12 });
    ledger.isToStop = true;
    ledger.shown.clear();
    await its.keeper.live(3 * MINUTE_MS, 'x');
    mails['agent-0001@sandbox.purser.test'] = 'new@name.test';
    mails['agent-0002@sandbox.purser.test'] = 'agent-0001@sandbox.purser.test';
    await restart({ x: 1, y: 2 });
    const { keeper } = its;
    const live = async (minutes: number) => {
      for (let n = 0; n < minutes; n += 1)
        for (const one of order) await keeper.passes(1, MINUTE_MS / 2, one);
    };
    await live(30);
    expect(await ofOne(client)).toBe(1);
    for (const one of order) await resume(one);
    await live(30);
    expect(await ofOne(client)).toBe(1);
    expect((await keeper.store.journal.memory(keeper.account('x').name)).identity).toBe('new@name.test');
    expect((await keeper.store.journal.memory(keeper.account('y').name)).identity).toBe(
      'agent-0001@sandbox.purser.test',
    );
  },
);

/** x and y swap addresses; when x has let go, and nobody has taken that over yet, the process ends, and x gets a new one. */
test.each([
  ['x', 'y'],
  ['y', 'x'],
])(
  'an account that was let go of in half a swap does not pass for a new one (%s first)',
  async (...order) => {
    const { mails, its, restart, charged, chargeUnseen } = await aMovingFleet({ x: 1, y: 2 });
    const live = async (minutes: number) => {
      for (let n = 0; n < minutes; n += 1)
        for (const one of order) await its.keeper.passes(1, MINUTE_MS / 2, one);
    };
    await chargeUnseen(() => live(3));
    const [one, two] = ['agent-0001@sandbox.purser.test', 'agent-0002@sandbox.purser.test'];
    Object.assign(mails, { [one]: two, [two]: one });
    await restart({ x: 1, y: 2 });
    const known = async () => (await its.keeper.store.journal.memory(its.keeper.account('x').name)).identity;
    for (let n = 0; n < 12 && (await known()) !== null; n += 1)
      await its.keeper.passes(1, 5_000, order[n % 2]);
    expect(await known()).toBeNull();
    Object.assign(mails, { [one]: 'new@name.test', [two]: two });
    await restart({ x: 1, y: 2 });
    await live(60);
    expect(await charged()).toBe(2);
  },
);
