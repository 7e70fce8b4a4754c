import { execFile } from 'node:child_process';
import { readdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { LocalReceiver } from '../alerts/local-receiver.ts';
import { purser } from './a-command.ts';
import { AFleet } from './a-fleet.ts';
import { AProcess, MAIN } from './a-process.ts';

const inShell = async (line: string, args: readonly string[], options: { readonly cwd: string }) =>
  await promisify(execFile)('sh', ['-c', line, ...args], options);

const RUN = { poll: '1s', wallet: { cooldown: '1s' } };

async function aDaemon(fleet: AFleet): Promise<{ readonly daemon: AProcess; readonly url: string }> {
  const daemon = new AProcess(['run'], fleet.surroundings);
  await daemon.until('its start', () => daemon.logged('purser.started').length === 1);
  const metrics = String(daemon.logged('purser.started')[0]?.['metrics']);
  return { daemon, url: metrics.replace('/metrics', '') };
}

async function text(url: string): Promise<string> {
  return await (await fetch(url)).text();
}

test('run funds a wallet, tells a receiver, shows it on its pages, and SIGTERM ends it with 0', async () => {
  await using receiver = await LocalReceiver.open();
  const webhook = { url: receiver.url(), secret: { env: 'HOOK_SECRET' }, allow_private: true };
  const fleet = await AFleet.open({ ...RUN, alerts: { receivers: { ops: { webhook } } } });
  await fleet.patch({ balance: 12 });
  const { daemon, url } = await aDaemon(fleet);
  await daemon.until('the settlement', () => daemon.logged('charge.settled').length === 1);
  await daemon.until('the message', () => receiver.accepted.length === 1);
  expect(JSON.parse(receiver.accepted[0]?.body ?? '')).toMatchObject({ type: 'charge.succeeded' });
  expect(await text(`${url}/metrics`)).toContain(
    'purser_charged_usd_total{account="agent-0001",kind="fund"} 50\n',
  );
  expect(JSON.parse(await text(`${url}/api/v1/intents`)).intents).toMatchObject([{ state: 'settled' }]);
  fleet.write({ ...RUN, listen: new URL(url).host });
  expect(await purser(['healthcheck'], fleet.surroundings)).toEqual({
    code: 0,
    stdout: expect.stringMatching(/^ready \(127\.0\.0\.1:\d+\)\n$/),
    stderr: '',
  });
  fleet.writeText(`version: 7\nserver: { listen: ${new URL(url).host} }\n`);
  expect(await purser(['healthcheck'], fleet.surroundings)).toMatchObject({ code: 0 });
  fleet.write({ ...RUN, listen: new URL(url).host });
  expect(statSync(join(fleet.folder, 'purser.db')).mode & 0o777).toBe(0o600);
  daemon.kill('SIGTERM');
  const { code, stderr } = await daemon.ended();
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  const sick = await purser(['healthcheck'], fleet.surroundings);
  const mend = 'see that `purser run` runs here with this config';
  expect(sick).toMatchObject({
    code: 1,
    stdout: `purser does not answer on ${new URL(url).host} (ECONNREFUSED): ${mend}\n`,
  });
  expect(await fleet.charges()).toHaveLength(1);
});

test('a daemon that is killed in the middle of a charge has made it once after its restart', async () => {
  const fleet = await AFleet.open(RUN, 1);
  await fleet.faults({ latency_ms: 200 });
  await fleet.patch({ balance: 12 });
  const { daemon } = await aDaemon(fleet);
  await daemon.until('the charge', async () => (await fleet.posts()).length > 0);
  daemon.kill('SIGKILL');
  await daemon.ended();
  await fleet.faults({ latency_ms: 0 });
  const next = await aDaemon(fleet);
  await next.daemon.until('the settlement', () => next.daemon.logged('charge.settled').length === 1);
  expect(await fleet.charges()).toHaveLength(1);
  expect(new Set((await fleet.posts()).map(({ key }) => key)).size).toBe(1);
});

test('a second run on the same database is refused with 1; SIGINT ends the first with 130', async () => {
  const fleet = await AFleet.open(RUN);
  const { daemon } = await aDaemon(fleet);
  const second = await new AProcess(['run'], fleet.surroundings).ended();
  expect(second).toMatchObject({ code: 1, stdout: '' });
  expect(second.stderr).toMatch(/^purser: another purser is running on .*purser\.db\.\nStop it first/);
  daemon.kill('SIGINT');
  expect((await daemon.ended()).code).toBe(130);
});

test('SIGHUP takes a good config over whole, and keeps the last good one where the new one is bad', async () => {
  const fleet = await AFleet.open({ ...RUN, accounts: { 'agent-0001': {} } });
  const { daemon, url } = await aDaemon(fleet);
  const seen = async () => {
    const { accounts } = JSON.parse(await text(`${url}/api/v1/accounts`));
    return accounts.map((one: { account: string }) => one.account).sort();
  };
  await daemon.until('the first account', async () => (await seen()).length === 1);
  fleet.write(RUN);
  daemon.kill('SIGHUP');
  await daemon.until('the second account', async () => (await seen()).length === 2);
  expect(daemon.logged('config.reloaded')).toMatchObject([{ added: ['agent-0002'], removed: [] }]);
  fleet.writeText('version: 1\nmode: enforce\n');
  daemon.kill('SIGHUP');
  // The hangup, and the watch over the file: each may say so.
  await daemon.until('the refusal', () => daemon.logged('config.reload_failed').length > 0);
  expect(await text(`${url}/metrics`)).toContain('purser_config_last_reload_successful 0\n');
  expect(JSON.parse(await text(`${url}/api/v1/alerts`)).alerts).toMatchObject([
    { headline: 'The new config is not valid: purser keeps the last good one' },
  ]);
  await fleet.patch({ balance: 5 }, 'agent-0002');
  await daemon.until(
    'a charge under the last good config',
    () => daemon.logged('charge.settled').length === 1,
  );
  fleet.write({ ...RUN, accounts: { 'agent-0002': {} } });
  daemon.kill('SIGHUP');
  await daemon.until('the first account to go', async () => (await seen()).join() === 'agent-0002');
  expect(JSON.parse(await text(`${url}/api/v1/alerts`)).alerts).toEqual([]);
});

test('a token that is replaced in its file is taken over without being asked, and so is a new account', async () => {
  const fleet = await AFleet.open(RUN, 2);
  const [first = '', second = ''] = fleet.sandbox.accounts.map(({ token }) => token);
  const file = join(fleet.folder, 'first.token');
  const config = (accounts: string): void => {
    const provider = `{ base_url: ${fleet.sandbox.baseUrl}, stripe_url: ${fleet.sandbox.stripeUrl} }`;
    const policies = '{ only: { wallet: { min_balance: 20, top_up: { amount: 50 } }, caps: { day: 500 } } }';
    const head = `version: 1\nmode: enforce\nquarantine: 0s\nserver: { listen: 127.0.0.1:0 }\nprovider: ${provider}\n`;
    fleet.writeText(
      `${head}policies: ${policies}\ndefaults: { poll: 1s, policy: only }\naccounts: [${accounts}]\n`,
    );
  };
  writeFileSync(file, 'one-that-was-revoked', { mode: 0o600 });
  config('{ name: agent-0001, token: { file: first.token } }');
  const { daemon, url } = await aDaemon(fleet);
  const alerts = async (): Promise<readonly unknown[]> =>
    JSON.parse(await text(`${url}/api/v1/alerts`)).alerts;
  await daemon.until('the refusal', async () => (await alerts()).length === 1);
  writeFileSync(file, first);
  writeFileSync(join(fleet.folder, 'second.token'), second, { mode: 0o600 });
  config(
    '{ name: agent-0001, token: { file: first.token } }, { name: agent-0002, token: { file: second.token } }',
  );
  await daemon.until('the end of the alert', async () => (await alerts()).length === 0);
  expect(daemon.logged('config.reloaded')).toMatchObject([{ added: ['agent-0002'], removed: [] }]);
  writeFileSync(file, 'revoked-once-more');
  await daemon.until('the second refusal', async () => (await alerts()).length === 1);
  expect(daemon.logged('config.reloaded')).toHaveLength(2);
});

test('operators work beside a running daemon, which follows their word at its next pass', async () => {
  const fleet = await AFleet.open(RUN, 1);
  const { daemon } = await aDaemon(fleet);
  expect((await new AProcess(['pause', 'agent-0001'], fleet.surroundings).ended()).code).toBe(0);
  await fleet.patch({ balance: 5 });
  await daemon.until('the pause', () => daemon.stdout.includes('paused_by_operator'));
  expect(await fleet.posts()).toEqual([]);
  expect((await new AProcess(['resume', 'agent-0001'], fleet.surroundings).ended()).code).toBe(0);
  await daemon.until('the charge', () => daemon.logged('charge.settled').length === 1);
});

test('sandbox --json says first where it is and who lives there, and ends with 0 at SIGTERM', async () => {
  const { folder } = await AFleet.open({}, 1);
  const args = ['sandbox', '--json', '--port', '0', '--accounts', '3', '--seed', '7'];
  const process = new AProcess(args, { cwd: folder });
  await process.until('its first line', () => process.stdout.includes('\n'));
  const said = JSON.parse(process.stdout.split('\n')[0] ?? '');
  expect(said).toMatchObject({
    base_url: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+\/api\/agents\/v1$/),
    stripe_url: expect.stringMatching(/\/stripe$/),
    control_url: expect.stringMatching(/\/control$/),
    accounts: [{ name: 'agent-0001', token: expect.any(String) }, {}, {}],
  });
  expect(JSON.parse(await text(`${said.control_url}/accounts`))).toHaveLength(3);
  process.kill('SIGTERM');
  expect(await process.ended()).toMatchObject({ code: 0, stderr: '' });
  expect(readdirSync(folder)).toEqual(['purser.yaml']);
});

test.each([
  [['frobnicate'], 64, "unknown command 'frobnicate'\n`purser --help` lists the commands"],
  [['billing', 'info', 'a'], 64, "unknown command 'a'\n`purser billing info --help` lists its commands.\n"],
  [['run', '--config', 'none.yaml'], 78, 'none.yaml'],
])('%j ends with %i', async (args, code, sentence) => {
  const fleet = await AFleet.open();
  const ended = await new AProcess(args, fleet.surroundings).ended();
  expect(ended.code).toBe(code);
  expect(ended.stderr).toContain(sentence);
});

test.each(['2>&1', '--json'])(
  'a command that ends with faults has said all of them to a pipe: %s',
  async (to) => {
    const { folder } = await AFleet.open();
    const lines = Array.from({ length: 900 }, (_, nr) => `not_a_key_${nr}: not a value of any use\n`);
    writeFileSync(join(folder, 'purser.yaml'), lines.join(''));
    const { stdout } = await inShell(`"$0" "$1" check ${to} | cat`, [process.execPath, MAIN], {
      cwd: folder,
    });
    expect(stdout).toContain('not_a_key_899');
  },
);

test('a command whose answer finds no space says so and ends with 1', async () => {
  const said = inShell('"$0" "$1" schema > /dev/full', [process.execPath, MAIN], { cwd: '/' });
  await expect(said).rejects.toMatchObject({
    code: 1,
    stderr: 'purser: stdout cannot be written (ENOSPC).\n',
  });
});

test('--help and --version are data on stdout, with 0', async () => {
  const { surroundings } = await AFleet.open();
  const help = await new AProcess(['--help'], surroundings).ended();
  expect(help).toMatchObject({
    code: 0,
    stderr: '',
    stdout: expect.stringContaining('keep the fleet funded'),
  });
  const version = await new AProcess(['--version'], surroundings).ended();
  expect(version).toMatchObject({ code: 0, stdout: expect.stringMatching(/^\d+\.\d+\.\d+\n$/) });
});
