import { expect, test } from 'vitest';
import { sandboxPlans } from '../../src/cli/read-config.ts';
import { worstCaseOfAccount } from '../../src/cli/worst-case.ts';
import { loadSpec } from '../config/memory-disk.ts';
import { purser } from './a-command.ts';
import { AFleet } from './a-fleet.ts';

/** Open at any time: the commands go by the real clock. */
const ALWAYS = { from: '0 0 * * *', for: '24h' };
const RULES = { plan: 'Basic', when_wrong_plan: 'change', rules: [{ plan: 'Standard', ...ALWAYS }] };

test('check says how often the rules can change the plan in a month, and online what that costs', async () => {
  const fleet = await AFleet.open({ subscription: RULES });
  const offline = await purser(['check'], fleet.surroundings);
  expect(offline.stderr).toBe(
    'note: policies.standard.subscription.rules: up to 60 plan changes in 30 days, counted at the full price of each plan; caps bound it.\n',
  );
  const online = await purser(['check', '--online'], fleet.surroundings);
  expect(online.stderr).toBe(
    'note: policies.standard.subscription.rules: up to 60 plan changes in 30 days, counted at most $2220.00 per account; caps bound it.\n',
  );
});

test('a plan that only a rule names is looked up too, with its place', async () => {
  const rules = [
    { plan: 'Basic', ...ALWAYS },
    { plan: 'Gigantic', last_days_of_month: 2 },
  ];
  const fleet = await AFleet.open({ subscription: { plan: 'Basic', rules } });
  const { code, stderr } = await purser(['check', '--online'], fleet.surroundings);
  expect(code).toBe(78);
  expect(stderr).toContain(
    'policies.standard.subscription.rules[1].plan: the provider has no plan "Gigantic"',
  );
});

test('plan and explain say which plan is wanted, and why', async () => {
  const fleet = await AFleet.open({ subscription: RULES, quarantine: '0s' });
  await fleet.patch({ subscription: { status: 'active', plan_id: 41 } });
  const planned = await purser(['plan'], fleet.surroundings);
  expect(planned.stdout).toMatch(
    /subscription \d+ is on another plan than wanted: plan Standard \(from \w+ 00:00 to \w+ 00:00 UTC, rule 1\)/,
  );
  await purser(['once'], fleet.surroundings);
  const explained = await purser(['explain', 'agent-0001'], fleet.surroundings);
  expect(explained.stdout).toMatch(/plan Standard \(from \w+ 00:00 to \w+ 00:00 UTC, rule 1\)/);
});

test.each([
  ['four changes to the dearest plan', '', '', { dayCents: 58_800, monthCents: 1_764_000 }],
  ['top-ups and changes', 'wallet: { min_balance: 20, top_up: { amount: 50 }, cooldown: 12h },', '', { dayCents: 102_900, monthCents: 3_087_000 }],
  ['the caps alone, where a pause may be resumed at any time', '', ', pause: { idle_for: 7d }', { dayCents: 900_000, monthCents: 27_000_000 }],
])('at worst: %s', (_by, wallet, pause, expected) => {
  const subscription = `{ plan: Basic, rules: [{ plan: Premium, last_days_of_month: 2 }]${pause} }`;
  const text = `version: 1\nmode: enforce\nprovider: sandbox\npolicies: { p: { ${wallet} caps: { day: 9000 }, subscription: ${subscription} } }\naccounts: [{ name: a, policy: p }]\n`;
  const [account] = loadSpec({ 'purser.yaml': text }).accounts.values();
  expect(account && worstCaseOfAccount(account, sandboxPlans())).toEqual(expected);
  expect(account && worstCaseOfAccount(account)).toMatchObject({ dayCents: 900_000 });
}); // biome-ignore format: a table
