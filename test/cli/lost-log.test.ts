import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { openSync } from 'node:fs';
import { expect, onTestFinished, test } from 'vitest';
import { AFleet } from './a-fleet.ts';
import { AProcess, MAIN } from './a-process.ts';

test('a daemon whose log nobody reads any more goes on: it funds a wallet, and SIGTERM ends it with 0', async () => {
  const fleet = await AFleet.open({ poll: '1s' }, 1);
  const daemon = new AProcess(['run'], fleet.surroundings);
  await daemon.until('its start', () => daemon.logged('purser.started').length === 1);
  daemon.closeStdout();
  await fleet.patch({ balance: 12 });
  await daemon.until('the charge', async () => (await fleet.charges()).length === 1);
  await daemon.until('a word of it', () => daemon.stderr !== '');
  daemon.kill('SIGTERM');
  const { code, stderr } = await daemon.ended();
  expect({ code, stderr }).toEqual({
    code: 0,
    stderr: 'purser: the log cannot be written (EPIPE): what follows is lost, and purser goes on.\n',
  });
}, 30_000);

test('a daemon whose log has no space any more goes on, also where its stderr has none', async () => {
  const fleet = await AFleet.open({ poll: '1s' }, 1);
  const { cwd, secrets } = fleet.surroundings;
  const full = openSync('/dev/full', 'w');
  const env = { PATH: process.env['PATH'] ?? '', HOME: cwd, ...secrets };
  const daemon = spawn(process.execPath, [MAIN, 'run'], { cwd, env, stdio: ['ignore', full, full] });
  onTestFinished(() => void daemon.kill('SIGKILL'));
  const ended = once(daemon, 'exit');
  await fleet.patch({ balance: 12 });
  await expect.poll(async () => (await fleet.charges()).length, { timeout: 15_000 }).toBe(1);
  daemon.kill('SIGTERM');
  expect(await ended).toEqual([0, null]);
}, 30_000);

test('what crashes beside the commands is told without secrets', async () => {
  const fleet = await AFleet.open({ poll: '1s' }, 1);
  const { secrets, ...around } = fleet.surroundings;
  const crash = 'setTimeout(() => { throw new Error(`of ${process.env.TOKEN_AGENT_0001}`); }, 2_500)';
  const env = { NODE_OPTIONS: `--import data:text/javascript,${encodeURIComponent(crash)}` };
  const daemon = new AProcess(['run'], { ...around, secrets: { ...secrets }, env });
  const { code, stderr } = await daemon.ended();
  expect(code).toBe(1);
  expect(stderr).toMatch(/^purser crashed; the journal is safe\.\nError: of \[secret\]\n/);
}, 30_000);
