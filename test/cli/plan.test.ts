import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { purser } from './a-command.ts';
import { AFleet } from './a-fleet.ts';

const WISH = {
  caps: { per_charge: 100, day: 200, month: 1_500, charges_per_day: 5 },
  fleetCaps: { day: 300 },
  subscription: { when_past_due: 'fix_payment' },
};

async function aFleetWithWork(): Promise<AFleet> {
  const fleet = await AFleet.open(WISH);
  await fleet.patch({ balance: 12 });
  await fleet.patch({ subscription: { status: 'past_due', plan_id: 42, renews_in_s: -60 } }, 'agent-0002');
  return fleet;
}

test('plan says for each account what, why, how much, with which card and key, and the worst case', async () => {
  const fleet = await aFleetWithWork();
  const { code, stdout, stderr } = await purser(['plan'], fleet.surroundings);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  expect(stdout).toMatch(/^\+ agent-0001 {2}\$12\.00 {2}\(at worst \$200\.00 a day, \$1500\.00 a month\)$/m);
  expect(stdout).toContain('fund $50.00: $12.00 is below the minimum $20.00: top up $50.00 with visa …4242');
  expect(stdout).toMatch(/reason below_minimum {2}card pm_agent_0001_visa {2}key purser-1-[0-9a-f]{40}$/m);
  expect(stdout).toMatch(/fix-payment \$47\.00: subscription \d+ is past due: fix-payment for \$47\.00$/m);
  expect(stdout).toContain(
    'Plan: 2 actions, $97.00 now; at worst $300.00 a day, $3000.00 a month for the whole fleet.',
  );
  expect((await fleet.requests()).length).toBeGreaterThan(0);
  expect(await fleet.posts()).toEqual([]);
  expect(existsSync(join(fleet.folder, 'purser.db'))).toBe(false);
});

test('plan --json is the same as data, and --exit-code tells scripts that there is something to do', async () => {
  const fleet = await aFleetWithWork();
  const { code, stdout } = await purser(['plan', '--json', '--exit-code'], fleet.surroundings);
  expect(code).toBe(2);
  expect(JSON.parse(stdout)).toMatchObject({
    accounts: [
      {
        account: 'agent-0001',
        worst_case: { day_usd: 200, month_usd: 1_500 },
        actions: [
          {
            kind: 'fund',
            reason: 'below_minimum',
            amount_usd: 50,
            card: 'pm_agent_0001_visa',
            key: expect.stringMatching(/^purser-1-/),
            attempt: 0,
          },
        ],
      },
      { account: 'agent-0002', actions: [{ kind: 'fix_payment', amount_usd: 47 }] },
    ],
    worst_case: { day_usd: 300, month_usd: 3_000 },
  });
  expect(await fleet.posts()).toEqual([]);
});

test('what plan showed is what once does, key for key; afterwards nothing is planned', async () => {
  const fleet = await AFleet.open();
  for (const name of ['agent-0001', 'agent-0002']) await fleet.patch({ balance: 12 }, name);
  const planned = JSON.parse((await purser(['plan', '--json'], fleet.surroundings)).stdout);
  await purser(['once'], fleet.surroundings);
  const keys = planned.accounts.map((one: { actions: { key: string }[] }) => one.actions[0]?.key);
  expect((await fleet.charges()).map(({ key }) => key).sort()).toEqual([...keys].sort());
  const again = await purser(['plan', '--exit-code'], fleet.surroundings);
  expect(again.code).toBe(0);
  expect(again.stdout).toContain('Plan: 0 actions, $0.00 now');
});

test('plan says what keeps purser from doing it: mode observe, and the quarantine of a new journal', async () => {
  const fleet = await AFleet.open({ ...WISH, mode: 'observe', quarantine: '90m' });
  const { stdout } = await purser(['plan'], fleet.surroundings);
  expect(stdout).toMatch(
    /for the whole fleet\.\nNote: mode is observe: none of it is done; `mode: enforce` would do it\.\nNote: the journal is new: purser run only watches for 1h30m before it does anything; purser adopt ends that\.\nNothing was sent/,
  );
  fleet.write({ ...WISH, quarantine: '90m' });
  await purser(['adopt'], fleet.surroundings);
  const { notes } = JSON.parse((await purser(['plan', '--json'], fleet.surroundings)).stdout);
  expect(notes).toEqual([]);
});

test('plan shows what waits for the quarantine of a journal that has begun, and until when', async () => {
  const fleet = await AFleet.open({ ...WISH, quarantine: '90m' });
  await purser(['once'], fleet.surroundings);
  await fleet.patch({ balance: 12 });
  const { stdout } = await purser(['plan'], fleet.surroundings);
  expect(stdout).toContain('fund $50.00: $12.00 is below the minimum $20.00');
  expect(stdout).toMatch(
    /\nNote: the journal is new: purser run only watches for 1h(29|30)m.* before it does anything/,
  );
  expect(await fleet.posts()).toEqual([]);
});

test('plan says which account it could not see, and why', async () => {
  const fleet = await AFleet.open(WISH);
  await fleet.patch({ expire_token: true }, 'agent-0002');
  const { stdout } = await purser(['plan'], fleet.surroundings);
  expect(stdout).toMatch(/^\? agent-0002 {2}not seen: /m);
});

test('plan plans for an account under its new name what its old one would get', async () => {
  const fleet = await AFleet.open();
  await purser(['once'], fleet.surroundings);
  await fleet.patch({ balance: 12 });
  fleet.write({ accounts: { 'render-eu': { token: { env: 'TOKEN_AGENT_0001' } }, 'agent-0002': {} } });
  const { stdout } = await purser(['plan'], fleet.surroundings);
  expect(stdout).toMatch(/^\+ render-eu {2}\$12\.00/m);
  expect(stdout).toContain('fund $50.00: $12.00 is below the minimum $20.00');
});

test.each([[['plan']], [['check', '--online']]])(
  '%j says where it looked in vain when no account could be seen',
  async (args) => {
    const fleet = await AFleet.open({}, 2);
    await fleet.sandbox.close();
    const { code, stdout, stderr } = await purser(args, fleet.surroundings);
    expect(code).toBe(1);
    expect(stdout + stderr).toContain(
      `no account could be seen at ${fleet.sandbox.baseUrl}: is the network up, and provider.base_url right?\n`,
    );
  },
);
