import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { configText } from '../keeper/fleet-config.ts';
import { purser } from './a-command.ts';
import { AFleet } from './a-fleet.ts';

const UNKNOWN_KEY = `version: 1
mode: enforce
provider: sandbox
policies:
  standard:
    caps: { day: 200 }
    wallet:
      top_up: { amount: 50 }
      min_balence: 20
accounts:
  - { name: render-eu, policy: standard }
`;

test.each([['check'], ['run'], ['once'], ['plan'], ['status'], ['adopt'], ['demo']])(
  '%s with a bad config says place and mend on stderr, ends with 78 and changes nothing',
  async (...args) => {
    const fleet = await AFleet.open();
    fleet.writeText(UNKNOWN_KEY);
    const { code, stdout, stderr } = await purser(args, fleet.surroundings);
    expect({ code, stdout }).toEqual({ code: 78, stdout: '' });
    expect(stderr).toContain(
      '/purser.yaml:9:7 error  policies.standard.wallet: unknown key "min_balence" (did you mean "min_balance"?)',
    );
    expect(stderr).toMatch(/\n {4}9 \| {7}min_balence: 20\n {6}\| {7}\^{11}\n/);
    expect(stderr).toContain('Nothing was changed.');
    expect(readdirSync(fleet.folder)).toEqual(['purser.yaml']);
  },
);

test('with --json the problems are a list, each with its place', async () => {
  const fleet = await AFleet.open();
  fleet.writeText(UNKNOWN_KEY);
  const { code, stdout } = await purser(['check', '--json'], fleet.surroundings);
  expect(code).toBe(78);
  expect(JSON.parse(stdout)).toMatchObject({
    error: {
      code: 'bad_config',
      problems: expect.arrayContaining([
        {
          file: expect.stringContaining('purser.yaml'),
          line: 9,
          column: 7,
          severity: 'error',
          path: 'policies.standard.wallet',
          message: 'unknown key "min_balence"',
          mend: 'did you mean "min_balance"?',
        },
      ]),
    },
  });
});

test('a token that is not set is named by its variable, which ends with 78', async () => {
  const fleet = await AFleet.open();
  const { code, stderr } = await purser(['check'], { cwd: fleet.folder });
  expect(code).toBe(78);
  expect(stderr).toContain('TOKEN_AGENT_0001');
});

test('a config that is not there is said so', async () => {
  const fleet = await AFleet.open();
  const { code, stderr } = await purser(['check', '--config', '/none.yaml'], fleet.surroundings);
  expect(code).toBe(78);
  expect(stderr).toContain('none.yaml');
});

test('a plan that the provider does not have is found by check --online, with its place', async () => {
  const fleet = await AFleet.open({ subscription: { plan: 4711 } });
  expect((await purser(['check'], fleet.surroundings)).code).toBe(0);
  const { code, stderr } = await purser(['check', '--online'], fleet.surroundings);
  expect(code).toBe(78);
  expect(stderr).toMatch(
    /purser\.yaml:1:\d+ error.*the provider has no plan 4711 \(the plans are Basic \(41\)/,
  );
  expect(await fleet.posts()).toEqual([]);
});

test('a folder of invoices that cannot be written is found by check, with its place; one that can is not made', async () => {
  const fleet = await AFleet.open({ invoices: { archive: './invoices' } });
  expect(await purser(['check'], fleet.surroundings)).toMatchObject({ code: 0, stderr: '' });
  expect(readdirSync(fleet.folder)).toEqual(['purser.yaml']);
  writeFileSync(join(fleet.folder, 'invoices'), 'a file');
  const { code, stdout, stderr } = await purser(['check'], fleet.surroundings);
  expect({ code, stdout }).toEqual({ code: 78, stdout: '' });
  expect(stderr).toMatch(
    /purser\.yaml:1:\d+ error {2}policies\.standard\.invoices\.archive: \S+\/invoices\/agent-0001 cannot be written: a file stands where a folder should \(ENOTDIR\) \(name another folder, or take it away\)/,
  );
});

test('a config that is not there is told with the command that writes one', async () => {
  const fleet = await AFleet.open({}, 1);
  const { code, stderr } = await purser(['check', '--config', 'nowhere.yaml'], fleet.surroundings);
  expect(code).toBe(78);
  expect(stderr).toContain('no such file (check the path; `purser init` writes a first config)');
  expect((await purser(['check'], fleet.surroundings)).stdout).toContain('good. 1 account, mode enforce');
});

test('check says that a good config is good, and check --online that it is true of the accounts', async () => {
  const fleet = await AFleet.open({ wallet: { pay_with: ['default', 'pm_gone'] } });
  const offline = await purser(['check'], fleet.surroundings);
  expect(offline).toMatchObject({ code: 0, stderr: '' });
  expect(offline.stdout).toMatch(/purser\.yaml: good\. 2 accounts, mode enforce, revision [0-9a-f]{12}\.\n$/);
  const before = (await fleet.requests()).length;
  expect(before).toBe(0);
  const online = await purser(['check', '--online', '--json'], fleet.surroundings);
  expect(JSON.parse(online.stdout)).toMatchObject({
    ok: true,
    accounts: 2,
    findings: [
      { account: 'agent-0001', ok: true, remarks: ['card pm_gone is not saved'] },
      { account: 'agent-0002', ok: true },
    ],
  });
  await fleet.patch({ expire_token: true }, 'agent-0002');
  const refused = await purser(['check', '--online'], fleet.surroundings);
  expect(refused.code).toBe(1);
  expect(refused.stdout).toMatch(/^FAILED {2}agent-0002/m);
});

test('schema prints a JSON Schema that knows the keys of a config', async () => {
  const fleet = await AFleet.open();
  const { code, stdout, stderr } = await purser(['schema'], fleet.surroundings);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  const schema = JSON.parse(stdout);
  expect(schema.$schema).toContain('draft-07');
  expect(Object.keys(schema.properties)).toEqual(
    expect.arrayContaining(Object.keys(JSON.parse(configText(fleet.sandbox)))),
  );
});
