import { expect, test } from 'vitest';
import { MINUTE_MS } from '../../src/domain/time.ts';
import { aMovingFleet } from './a-changing-address.ts';
import { charges } from './sandbox-record.ts';

const NAMES = { x: 1, y: 2, z: 3 };
const ORDERS = [
  ['x', 'y', 'z'],
  ['x', 'z', 'y'],
  ['y', 'x', 'z'],
  ['y', 'z', 'x'],
  ['z', 'x', 'y'],
  ['z', 'y', 'x'],
] as const;
const address = (n: number) => `agent-000${n}@sandbox.purser.test`;

/**
 * Three accounts, of which x is charged, its row not shown, and z is paused; then x gets a new address, y the one of x, and z
 * that of y, all at once. A person says of each that it is the same account, which is true.
 */
test.each(ORDERS)('addresses that shift at once take no history with them (%s, %s, %s)', async (...order) => {
  const { client, ledger, mails, its, restart, holds, resume, pause } = await aMovingFleet(NAMES);
  const live = async (minutes: number) => {
    for (let n = 0; n < minutes; n += 1)
      for (const one of order) await its.keeper.passes(1, MINUTE_MS / 3, one);
  };
  await live(2);
  await pause('z');
  await live(2);
  await client.patch({ balance: 12 });
  ledger.isToStop = true;
  ledger.shown.clear();
  await its.keeper.live(3 * MINUTE_MS, 'x');
  mails[address(1)] = 'new@name.test';
  mails[address(2)] = address(1);
  mails[address(3)] = address(2);
  await restart(NAMES);
  await live(10);
  await client.patch({ balance: 12 }, 'agent-0003');
  for (let n = 0; n < 6; n += 1) {
    for (const one of order) if ((await holds(one)).includes('freeze')) await resume(one);
    await live(5);
  }
  for (let n = 0; n < 100; n += 1) {
    await client.patch({ balance: 12 - n / 100 }, 'agent-0003'); // it is in use
    await live(1);
  }
  expect((await charges(client)).map(({ account }) => account)).toEqual(['agent-0001']);
  expect(await holds('z')).toContain('pause');
});
