import { expect, test } from 'vitest';
import { purser } from './a-command.ts';
import { AFleet } from './a-fleet.ts';

const ONE = 'agent-0001';

/** Every command that removes, withdraws, or charges at a word. */
const ASKING = [
  ['wallet', 'withdraw', ONE, '5'],
  ['wallet', 'auto-funding', 'off', ONE],
  ['billing', 'cards', 'remove', ONE, 'pm_agent_0001_mastercard'],
  ['subscriptions', 'reset-cycle', ONE],
  ['subscriptions', 'charge-amount', ONE, '25'],
];

test.each(ASKING.map((args) => [args.filter((word) => word !== ONE).join(' '), args] as const))(
  '%s asks for the name, does nothing without it, and is done with it or with --yes',
  async (_line, args) => {
    const fleet = await AFleet.open();
    await fleet.patch({ reseller: true, balance: 80 });
    const blind = await purser(args, fleet.surroundings);
    expect(blind).toMatchObject({ code: 64, stdout: '' });
    expect(blind.stderr).toContain('not on a terminal; add --yes to go on without being asked');
    const wrong = await purser(args, fleet.surroundings, 0, '', ['yes']);
    expect(wrong).toMatchObject({ code: 1, stdout: '' });
    expect(wrong.stderr).toContain(
      `Type ${ONE} to confirm: purser: that is not the name.\nNothing was changed.\n`,
    );
    expect(await fleet.posts()).toEqual([]);
    expect(await purser(args, fleet.surroundings, 0, '', [ONE])).toMatchObject({ code: 0 });
    expect(await fleet.posts()).toHaveLength(1);
  },
);

test.each(ASKING.map((args) => [args.filter((word) => word !== ONE).join(' '), args] as const))(
  '%s is not asked about with --yes',
  async (_line, args) => {
    const fleet = await AFleet.open();
    await fleet.patch({ reseller: true, balance: 80 });
    expect(await purser([...args, '--yes'], fleet.surroundings)).toMatchObject({ code: 0 });
  },
);

test('auto-funding off says where a policy will set it again', async () => {
  const fleet = await AFleet.open({ wallet: { auto_funding: { threshold: 5, amount: 25 } } });
  const off = await purser(['wallet', 'auto-funding', 'off', ONE, '--yes'], fleet.surroundings);
  expect(off.code).toBe(0);
  expect(off.stderr).toContain('note: policies.standard.wallet.auto_funding sets it.');
});
