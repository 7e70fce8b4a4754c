import { expect, test } from 'vitest';
import { MINUTE_MS } from '../../src/domain/time.ts';
import { aMovingFleet } from './a-changing-address.ts';

/** Two names of the config for one account of the provider, one of which was charged a moment ago: its row is not shown yet. */
async function chargedUnderOneOfTwoNames(order: readonly string[]) {
  const fleet = await aMovingFleet({ x: 1, y: 1 });
  const { its } = fleet;
  const live = async (minutes: number) => {
    for (let n = 0; n < minutes * 2; n += 1)
      for (const one of order) await its.keeper.passes(1, MINUTE_MS / 2, one);
  };
  await its.keeper.pass('x');
  await fleet.chargeUnseen(() => live(3));
  fleet.mails['agent-0001@sandbox.purser.test'] = 'new@name.test';
  return { ...fleet, live };
}

test.each([[['x', 'y']], [['y', 'x']]])(
  'one account under two names is not charged under both when its address changes (%j)',
  async (order) => {
    const { its, ledger, client, holds, resume, live, charged } = await chargedUnderOneOfTwoNames(order);
    for (const one of order) its.keeper.runtimeOf(its.keeper.account(one).name).identity = null;
    await live(20);
    expect(await charged()).toBe(2);
    // Neither goes on before a person says which name it has.
    Object.assign(ledger, { isToStop: false, hasStopped: false });
    await live(10);
    await client.patch({ balance: 12 });
    await live(10);
    expect(await charged()).toBe(2);
    await resume('x');
    await live(10);
    expect([await holds('x'), await charged()]).toEqual([[], 3]);
  },
);

test.each([[['x', 'y']], [['y', 'x']]])('nor behind a restart (%j)', async (order) => {
  const { restart, live, charged } = await chargedUnderOneOfTwoNames(order);
  await restart({ x: 1, y: 1 });
  await live(20);
  expect(await charged()).toBe(2);
});
