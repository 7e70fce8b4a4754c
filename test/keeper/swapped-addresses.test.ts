import { expect, test } from 'vitest';
import { resumeAccount } from '../../src/cli/resume-account.ts';
import { DAY_MS, HOUR_MS, MINUTE_MS } from '../../src/domain/time.ts';
import type { SandboxClient } from '../sandbox/sandbox-client.ts';
import { aMovingFleet } from './a-changing-address.ts';
import { charges } from './sandbox-record.ts';

/**
 * x (agent-0001) is charged, its row not shown; then it gets a new address, y (agent-0002) the one that it had, and a person
 * accepts both.
 */
async function scene() {
  const fleet = await aMovingFleet({ x: 1, y: 2 });
  const { client, ledger, mails, its, restart, accept } = fleet;
  await its.keeper.pass('x');
  await its.keeper.pass('y');
  client.clock.advance(MINUTE_MS);
  await client.patch({ balance: 12 });
  ledger.isToStop = true;
  ledger.shown.clear();
  await its.keeper.live(3 * MINUTE_MS, 'x');
  expect(await charges(client)).toHaveLength(1);
  mails['agent-0001@sandbox.purser.test'] = 'new@name.test';
  await restart({ x: 1, y: 2 });
  await accept('x');
  return fleet;
}

const charged = async (client: SandboxClient) => (await charges(client)).map(({ account }) => account);

test.each([
  ['y', 'z'],
  ['z', 'y'],
  ['y', 'x'],
  ['x', 'y'],
])(
  'who was charged under an address that is of another now keeps that behind new names (%s first, then %s)',
  async (first, second) => {
    const { client, mails, its, restart, accept } = await scene();
    mails['agent-0002@sandbox.purser.test'] = 'agent-0001@sandbox.purser.test';
    await restart({ x: 1, y: 2 });
    await accept('y');
    const { name } = its.keeper.account('y');
    const hold = { account: name, kind: 'freeze', reason: 'for a test', intent: null } as const;
    await its.keeper.store.journal.setHold({ ...hold, since: client.clock.now() }, []);
    await resumeAccount(its.keeper.store, name, client.clock.now());
    await restart({ y: 1, [first === 'y' ? second : first]: 2 });
    for (let n = 0; n < 150; n += 1)
      for (const one of [first, second]) await its.keeper.passes(1, 30_000, one);
    expect(await charged(client)).toEqual(['agent-0001']);
  },
);

test('a new name with an address that another had is not charged until a person says that it is a new one', async () => {
  const { client, mails, its, restart, resume, holds, pause } = await scene();
  mails['agent-0002@sandbox.purser.test'] = 'agent-0001@sandbox.purser.test';
  await pause('x');
  await client.patch({ balance: 12 }, 'agent-0002');
  await restart({ w: 2 });
  await its.keeper.live(HOUR_MS, 'w');
  expect(await charged(client)).toEqual(['agent-0001']);
  expect(await holds('w')).toEqual([]); // the pause of x has not come with it
  await resume('w');
  await its.keeper.live(DAY_MS, 'w');
  expect(await charged(client)).toEqual(['agent-0001', 'agent-0002']);
});

test('an account that has its old address back under a new name does not pass for a new one', async () => {
  const { client, mails, its, restart, accept } = await scene();
  delete mails['agent-0001@sandbox.purser.test'];
  await restart({ w: 1 });
  await its.keeper.live(HOUR_MS, 'w');
  expect(await charged(client)).toEqual(['agent-0001']);
  await restart({ x: 1 }); // as its message says
  await accept('x');
  expect(await charged(client)).toEqual(['agent-0001']);
});
