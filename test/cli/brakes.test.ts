import { existsSync, mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { expect, test } from 'vitest';
import { configText } from '../keeper/fleet-config.ts';
import { purser } from './a-command.ts';
import { AFleet } from './a-fleet.ts';
import { AProcess } from './a-process.ts';

/** A fleet whose accounts have been seen, and whose config was broken since. */
async function aBrokenFleet(breakIt: (good: string) => string): Promise<AFleet> {
  const fleet = await AFleet.open();
  expect(await purser(['once'], fleet.surroundings)).toMatchObject({ code: 0 });
  fleet.writeText(breakIt(configText(fleet.sandbox)));
  return fleet;
}

const misspelled = (good: string) => good.replace('min_balance', 'min_balence');
const unclosed = (good: string) => `${good}\ngroups: { "half: written`;

test.each([
  ['does not say what it should', misspelled, /purser\.yaml:\d+:\d+ error .*unknown key "min_balence"/],
  ['is no YAML any more', unclosed, /purser\.yaml:\d+:\d+ error /],
])('pause, explain, status and resume work where the config %s', async (_, breakIt, problem) => {
  const fleet = await aBrokenFleet(breakIt);
  const run = (...args: readonly string[]) => purser(args, fleet.surroundings);
  const paused = await run('pause', 'agent-0001', '--reason', 'new card');
  expect(paused).toMatchObject({
    code: 0,
    stdout: expect.stringContaining('agent-0001 is paused (new card)'),
  });
  expect(paused.stderr).toMatch(problem);
  expect(paused.stderr).toContain(
    `Going by ${join(fleet.folder, 'purser.db')}, where no purser is running now.\n`,
  );
  expect(await run('explain', 'agent-0001')).toMatchObject({
    code: 0,
    stdout: expect.stringContaining('held   pause'),
    stderr: paused.stderr,
  });
  expect(await run('status')).toMatchObject({
    code: 1,
    stdout: expect.stringMatching(/^agent-0002 +\$50\.00/m),
  });
  const resumed = await run('resume', 'agent-0001', '--json');
  expect(JSON.parse(resumed.stdout)).toMatchObject({ lifted: ['paused'] });
});

test('a pause that is repeated keeps its reason, until another is given', async () => {
  const fleet = await AFleet.open({}, 1);
  const pause = async (...reason: readonly string[]) =>
    (await purser(['pause', 'agent-0001', ...reason], fleet.surroundings)).stdout;
  expect(await pause()).toContain('is paused (by hand)');
  expect(await pause('--reason', 'a leak')).toContain('is paused (a leak)');
  expect(await pause()).toContain('is paused (a leak)');
  expect(await pause('--reason', 'its contract')).toContain('is paused (its contract)');
});

test('a running purser whose config was broken is paused', async () => {
  const fleet = await AFleet.open({ poll: '1s' });
  const daemon = new AProcess(['run'], fleet.surroundings);
  await daemon.until('its first look', () =>
    daemon.logged('decision').some(({ account }) => account === 'agent-0001'),
  );
  fleet.writeText(misspelled(configText(fleet.sandbox)));
  const paused = await purser(['pause', 'agent-0001'], fleet.surroundings);
  expect(paused).toMatchObject({ code: 0, stderr: expect.stringContaining('where a purser is running.') });
  await fleet.patch({ balance: 5 });
  await daemon.until('its word on it', () =>
    daemon.logged('decision').some(({ reason }) => reason === 'paused_by_operator'),
  );
  expect(await fleet.charges()).toEqual([]);
  daemon.kill('SIGTERM');
  await daemon.ended();
});

test('no account is said to be paused where the database was deleted under a purser, which charges nothing and says why', async () => {
  const fleet = await AFleet.open({ poll: '1s', wallet: { cooldown: '1s' } });
  const daemon = new AProcess(['run'], fleet.surroundings);
  await daemon.until('its first look', () => daemon.logged('decision').length > 0);
  for (const end of ['', '-wal', '-shm']) rmSync(join(fleet.folder, `purser.db${end}`), { force: true });
  await fleet.patch({ balance: 5 });
  const paused = await purser(['pause', 'agent-0001'], fleet.surroundings);
  expect(paused).toMatchObject({ code: 1, stdout: '' });
  expect(paused.stderr).toContain(
    'was deleted or replaced under the purser that runs on it.\nPut it back, or ',
  );
  expect(existsSync(join(fleet.folder, 'purser.db'))).toBe(false);
  const url = String(daemon.logged('purser.started')[0]?.['page']);
  await daemon.until('its word on it', async () => (await fetch(`${url}readyz`)).status === 503);
  await daemon.until('a pass that failed', () => daemon.logged('reconcile.failed').length > 0);
  expect(await fleet.charges()).toEqual([]);
  daemon.kill('SIGTERM');
  expect((await daemon.ended()).code).toBe(0);
});

test('with --store there need not be a config', async () => {
  const fleet = await aBrokenFleet(() => '');
  rmSync(join(fleet.folder, 'purser.yaml'));
  const store = join(fleet.folder, 'purser.db');
  expect(await purser(['pause', 'agent-0001', '--store', store], fleet.surroundings)).toMatchObject({
    code: 0,
    stderr: '',
  });
  expect(
    (await purser(['explain', 'agent-0001', '--store', `sqlite:${store}`], fleet.surroundings)).stdout,
  ).toContain('held   pause');
});

test('an account that nobody knows is not said to be paused', async () => {
  const fleet = await aBrokenFleet(misspelled);
  const { code, stdout, stderr } = await purser(['pause', 'agent-001'], fleet.surroundings);
  expect({ code, stdout }).toEqual({ code: 64, stdout: '' });
  expect(stderr).toContain('there is no account "agent-001" in the journal.\nIt has agent-0001, agent-0002.');
});

test.each([
  [
    'a store elsewhere',
    (good: string) => misspelled(good).replace('./purser.db', './other.db'),
    'There is no database at ',
  ],
  [
    'a store in a variable that is not set',
    (good: string) => good.replace('./purser.db', '${NOWHERE}/purser.db'),
    'It names no database',
  ],
  [
    'such a variable, and is no YAML',
    (good: string) => unclosed(good).replace('./purser.db', '${NOWHERE}/purser.db'),
    'It names no database',
  ],
])('a broken config that names %s makes no database and pauses nothing: 78', async (_, breakIt, words) => {
  const fleet = await aBrokenFleet(breakIt);
  const { code, stdout, stderr } = await purser(['pause', 'agent-0001'], fleet.surroundings);
  expect({ code, stdout }).toEqual({ code: 78, stdout: '' });
  expect(stderr).toContain(words);
  expect(stderr).toContain('; --store FILE works without the config.\n');
});

test('pause on a database that no purser has used says so', async () => {
  const fleet = await AFleet.open();
  mkdirSync(join(fleet.folder, 'elsewhere'));
  fleet.writeText(configText(fleet.sandbox).replace('./purser.db', './elsewhere/purser.db'));
  const { code, stderr } = await purser(['pause', 'agent-0001'], fleet.surroundings);
  expect({ code, stderr }).toEqual({
    code: 0,
    stderr: `${join(fleet.folder, 'elsewhere', 'purser.db')} is a new database: no purser has run on it yet.\n`,
  });
});

test('a pause that the database does not take is told in words, with what to do, and not as a crash', async () => {
  const fleet = await AFleet.open({}, 1);
  await purser(['once'], fleet.surroundings);
  using database = new DatabaseSync(join(fleet.folder, 'purser.db'));
  database.exec(
    `CREATE TRIGGER full BEFORE INSERT ON hold BEGIN SELECT raise(FAIL, 'database or disk is full'); END`,
  );
  const { code, stdout, stderr } = await purser(['pause', 'agent-0001', '--json'], fleet.surroundings);
  expect(code).toBe(1);
  expect(stderr).toBe(
    'purser: the database cannot be read or written now, and what was asked for may not be done: database or disk is full.\n' +
      'See that its disk has space left and lets this user write, then ask again.\n',
  );
  expect(JSON.parse(stdout).error).toMatchObject({ code: 'store_unusable' });
});
