import { expect, test } from 'vitest';
import { purser } from './a-command.ts';
import { AFleet } from './a-fleet.ts';

const ONE = 'agent-0001';
/** The credentials of another account than the name says. */
const OF_ONE = { email: `${ONE}@sandbox.purser.test`, password: { env: 'PASSWORD_AGENT_0001' } };

test('check --online fails both of two names whose credentials lead to one account, and tells which they are', async () => {
  const fleet = await AFleet.open({
    isByLogin: true,
    accounts: { [ONE]: {}, twin: OF_ONE, 'agent-0002': {} },
  });
  const { code, stdout } = await purser(['check', '--online'], fleet.surroundings);
  expect(code).toBe(1);
  expect(stdout).toMatch(
    /^FAILED {2}agent-0001 {2}its credentials lead to the same account at the provider as those of twin: give each its own, or keep one name$/m,
  );
  expect(stdout).toMatch(
    /^FAILED {2}twin {2}its credentials lead to the same account .* those of agent-0001:/m,
  );
  expect(stdout).toMatch(/^ok {6}agent-0002$/m);
});

test('check --online and plan say that a name stands for another account than the journal knows by it', async () => {
  const fleet = await AFleet.open({ isByLogin: true, accounts: { 'agent-0002': {} } });
  await fleet.patch({ balance: 5 }, 'agent-0002');
  expect((await purser(['once'], fleet.surroundings)).code).toBe(0);
  fleet.write({ isByLogin: true, accounts: { 'agent-0002': OF_ONE } });
  const { code, stdout } = await purser(['check', '--online'], fleet.surroundings);
  expect(code).toBe(1);
  expect(stdout).toMatch(
    /^FAILED {2}agent-0002 {2}its credentials lead to another account at the provider than before/m,
  );
  const plan = await purser(['plan'], fleet.surroundings);
  expect(plan.stdout).toContain('frozen: its credentials lead to another account');
});

test('plan says that a second name for an account waits because the first has it', async () => {
  const fleet = await AFleet.open({ isByLogin: true, accounts: { [ONE]: {} } });
  expect((await purser(['once'], fleet.surroundings)).code).toBe(0);
  await fleet.patch({ balance: 5 });
  fleet.write({ isByLogin: true, accounts: { [ONE]: {}, twin: OF_ONE } });
  const { stdout } = await purser(['plan'], fleet.surroundings);
  expect(stdout).toMatch(/^\+ agent-0001 /m);
  expect(stdout).toMatch(
    /twin .*\n.*: its credentials lead to an account at the provider that has another name here still$/m,
  );
});

test('check --online does not fail an account that has another name now, while its old one stands for another account', async () => {
  const fleet = await AFleet.open({ isByLogin: true, accounts: { [ONE]: {} } });
  expect((await purser(['once'], fleet.surroundings)).code).toBe(0);
  const ofTwo = { email: 'agent-0002@sandbox.purser.test', password: { env: 'PASSWORD_AGENT_0002' } };
  fleet.write({ isByLogin: true, accounts: { renamed: OF_ONE, [ONE]: ofTwo } });
  const { stdout } = await purser(['check', '--online'], fleet.surroundings);
  expect(stdout).toMatch(/^ok {6}renamed$/m);
});
