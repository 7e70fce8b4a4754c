import { execFileSync } from 'node:child_process';
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { expect, onTestFinished, test } from 'vitest';
import { purser } from './a-command.ts';
import { AFleet } from './a-fleet.ts';
import { AProcess } from './a-process.ts';

const RUN = { poll: '1s' };
const NOT_VALID = 'The new config is not valid: purser keeps the last good one';

async function aDaemon(fleet: AFleet, more: Readonly<Record<string, string>> = {}): Promise<AProcess> {
  const { cwd, secrets } = fleet.surroundings;
  const daemon = new AProcess(['run'], { cwd, secrets: { ...secrets, ...more } });
  await daemon.until('its start', () => daemon.logged('purser.started').length === 1);
  return daemon;
}

async function alertsOf(fleet: AFleet): Promise<readonly string[]> {
  const store = join(fleet.folder, 'purser.db');
  const { stdout } = await purser(['status', '--json', '--store', store], fleet.surroundings);
  const alerts: readonly { readonly fact: { readonly headline: string } }[] = JSON.parse(stdout).alerts;
  return alerts.map(({ fact }) => fact.headline);
}

/** A disk that takes no alert until it is told to. */
function spoilAlerts(fleet: AFleet): () => void {
  const other = new DatabaseSync(join(fleet.folder, 'purser.db'), { timeout: 5_000 });
  onTestFinished(() => other.close());
  const event = (verb: string) =>
    `CREATE TRIGGER no_${verb} BEFORE ${verb} ON incident BEGIN SELECT RAISE(ABORT, 'disk I/O error'); END;`;
  other.exec(`${event('INSERT')}${event('UPDATE')}`);
  return () => other.exec('DROP TRIGGER no_INSERT; DROP TRIGGER no_UPDATE');
}

test('a reload that the store cannot note down is tried again until it can, a bad one and a good one', async () => {
  const fleet = await AFleet.open({ ...RUN, accounts: { 'agent-0001': {} } });
  const daemon = await aDaemon(fleet);
  const mendFirst = spoilAlerts(fleet);
  fleet.writeText('version: 1\nmode: enforce\n');
  daemon.kill('SIGHUP');
  await daemon.until('the failure', () => daemon.logged('config.reload_failed').some(({ error }) => error));
  mendFirst();
  await daemon.until('the alert', async () => (await alertsOf(fleet)).includes(NOT_VALID));
  const mendSecond = spoilAlerts(fleet);
  fleet.write(RUN);
  daemon.kill('SIGHUP');
  const failures = () => daemon.logged('config.reload_failed').filter(({ error }) => error).length;
  const before = failures();
  await daemon.until('the second failure', () => failures() > before);
  expect(await alertsOf(fleet)).toEqual([NOT_VALID]);
  mendSecond();
  await daemon.until('the end of the alert', async () => (await alertsOf(fleet)).length === 0);
}, 40_000);

test('what wants a restart is told, in status too, until it has had one', async () => {
  const fleet = await AFleet.open({ ...RUN, mode: 'observe' });
  const first = await aDaemon(fleet);
  fleet.write(RUN);
  first.kill('SIGHUP');
  await first.until('the alert', async () => (await alertsOf(fleet)).length === 1);
  expect((await purser(['status'], fleet.surroundings)).stdout).toContain(
    'warning  purser has to be restarted for the new config: mode enforce\n',
  );
  const beside = (...args: string[]) => purser(args, fleet.surroundings);
  const differs =
    'note: the config says enforce, but the purser that runs is in mode observe until it is started again\n';
  await first.until('its mode', async () => (await beside('status')).stdout.includes(differs));
  expect((await beside('status')).stdout).toContain('mode is observe: what stands under WHY is not done.\n');
  expect(await beside('adopt')).toEqual({
    code: 0,
    stdout:
      'The journal is adopted: purser would charge (mode is observe) within the caps from its next pass on.\n',
    stderr: differs,
  });
  const notDone = '  but    mode is observe: none of it is done\n';
  await first.until('why', async () => (await beside('explain', 'agent-0001')).stdout.includes(notDone));
  expect((await beside('ensure', 'agent-0001', '500')).stderr).toContain(
    'the config says enforce: start the purser that runs again, for no reload takes it out of mode observe\n',
  );
  first.kill('SIGTERM');
  await first.ended();
  expect(JSON.parse((await beside('status', '--json')).stdout)).toMatchObject({
    mode: 'enforce', // nobody runs: the next one reads the config
    mode_note: null,
  });
  const second = await aDaemon(fleet);
  await second.until('the end of the alert', async () => (await alertsOf(fleet)).length === 0);
}, 40_000);

test('a reload says what changed, and nothing that may be secret', async () => {
  const hook = { webhook: { url: 'https://hooks.example.com/one', secret: { env: 'HOOK_SECRET' } } };
  const fleet = await AFleet.open({ ...RUN, apiToken: 'token', alerts: { receivers: { hook } } });
  const daemon = await aDaemon(fleet, { API_TOKEN: 'token-of-the-api' });
  const [{ page: url = '' } = {}] = daemon.logged('purser.started');
  fleet.write({
    ...RUN,
    apiToken: 'token',
    wallet: { min_balance: 30 },
    caps: { per_charge: 500, day: 900, month: 20_000, charges_per_day: 4 },
    accounts: { 'agent-0001': { poll: '5m' } },
    alerts: { receivers: { hook: { webhook: { ...hook.webhook, url: 'https://hooks.example.com/two' } } } },
  });
  const response = await fetch(`${String(url)}-/reload`, {
    method: 'POST',
    headers: { authorization: 'Bearer token-of-the-api' },
  });
  const changed = [
    'policies.standard.wallet.min_balance: 20 -> 30',
    'policies.standard.caps.day: 5000 -> 900',
    'policies.standard.caps.charges_per_day: not set -> 4',
    'alerts.receivers.hook.webhook.url',
    'accounts.agent-0001',
    'accounts.agent-0002: removed',
  ];
  expect(daemon.logged('config.reloaded')).toMatchObject([{ removed: ['agent-0002'], changed }]);
  expect(((await response.json()) as { done: string }).done).toContain(`changed: ${changed.join('; ')}`);
});

test('a reload says which secret is another one, and not what it is', async () => {
  const fleet = await AFleet.open({ ...RUN, accounts: { 'agent-0001': { token: { file: 'token' } } } });
  const token = join(fleet.folder, 'token');
  writeFileSync(token, 'a-token-of-an-agent', { mode: 0o600 });
  const daemon = await aDaemon(fleet);
  writeFileSync(token, 'another-token-of-it');
  daemon.kill('SIGHUP');
  await daemon.until('the reload', () => daemon.logged('config.reloaded').length === 1);
  expect(daemon.logged('config.reloaded')).toMatchObject([{ changed: ['accounts.agent-0001'] }]);
}, 40_000);

test('a secret that becomes a pipe without a writer is a config that does not load, and holds nobody up', async () => {
  const fleet = await AFleet.open({ ...RUN, accounts: { 'agent-0001': { token: { file: 'token' } } } });
  const token = join(fleet.folder, 'token');
  writeFileSync(token, 'a-token-of-an-agent', { mode: 0o600 });
  const daemon = await aDaemon(fleet);
  rmSync(token);
  execFileSync('mkfifo', [token]);
  daemon.kill('SIGHUP');
  await daemon.until('the failure', () => daemon.logged('config.reload_failed').length === 1);
  expect(daemon.logged('config.reload_failed')[0]?.['problems']).toContain('token cannot be read');
  daemon.kill('SIGTERM');
  expect(await daemon.ended()).toMatchObject({ code: 0 });
}, 40_000);
