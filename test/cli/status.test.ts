import { join } from 'node:path';
import { expect, test } from 'vitest';
import { runCli } from '../../src/cli/program.ts';
import { LocalReceiver } from '../alerts/local-receiver.ts';
import { purser } from './a-command.ts';
import { AFleet } from './a-fleet.ts';
import { AProcess } from './a-process.ts';
import { anIo } from './an-io.ts';

const LOST = [{ brand: 'visa', last4: '9987', behaviour: 'lost_card', default: true }];

/** What `purser status` shows on a terminal so wide. */
async function shown(fleet: AFleet, stdoutColumns: number): Promise<readonly string[]> {
  const { cwd, secrets = {} } = fleet.surroundings;
  const { io, said } = anIo({ env: secrets, stdoutIsTerminal: true, stdoutColumns });
  await runCli(['status', '--config', join(cwd, 'purser.yaml')], io);
  return said.stdout.split('\n');
}

test('on a terminal the reasons keep to their column, and stand below where that is too narrow', async () => {
  const fleet = await AFleet.open({}, 1);
  await fleet.patch({ balance: 5, cards: LOST });
  await purser(['once'], fleet.surroundings);
  const wide = await shown(fleet, 100);
  const at = wide.findIndex((line) => line.startsWith('ACCOUNT'));
  const column = wide[at]?.indexOf('WHY') ?? 0;
  expect(wide[at + 1]?.slice(column)).toMatch(/^\$5\.00 is below the minimum/);
  expect(wide[at + 2]).toMatch(new RegExp(`^ {${column}}\\S`));
  expect(Math.max(...wide.map((line) => line.length))).toBeLessThanOrEqual(100);
  const narrow = await shown(fleet, 70);
  expect(narrow.find((line) => line.startsWith('agent-0001 '))).toMatch(/ago$/);
  expect(narrow).toContainEqual(expect.stringMatching(/^ {4}\$5\.00 is below the minimum \$20\.00; visa/));
});

test('on a terminal a large fleet is one screen, its neediest first; a pipe gets all of it', async () => {
  const fleet = await AFleet.open({}, 45);
  await purser(['once'], fleet.surroundings);
  const lines = await shown(fleet, 100);
  expect(lines.filter((line) => line.startsWith('agent-'))).toHaveLength(30);
  expect(lines).toContain('and 15 more; all of them: purser status | less');
  const piped = (await purser(['status'], fleet.surroundings)).stdout.split('\n');
  expect(piped.filter((line) => line.startsWith('agent-'))).toHaveLength(45);
}, 30_000);

test('what a receiver did not take is shown with the reason, and what it took is not', async () => {
  await using receiver = await LocalReceiver.open();
  const webhook = { url: receiver.url(), secret: { env: 'HOOK_SECRET' }, allow_private: true };
  const fleet = await AFleet.open({ alerts: { receivers: { ops: { webhook } } } }, 1);
  await fleet.patch({ balance: 5, cards: LOST });
  await purser(['once'], fleet.surroundings);
  expect(receiver.accepted.length).toBeGreaterThan(0);
  expect((await purser(['status'], fleet.surroundings)).stdout).not.toContain('Not delivered');
  receiver.answer = () => ({ status: 503 });
  await fleet.patch({ balance: 90 });
  await purser(['once'], fleet.surroundings);
  const { stdout } = await purser(['status'], fleet.surroundings);
  expect(stdout).toMatch(
    /\nNot delivered, and tried again:\n {2}ops {2}\d+ messages?, the oldest from \w+ ago: server_error \(503\); purser notify test ops\n {4}resolved {2}agent-0001: charge declined/,
  );
  const { undelivered } = JSON.parse((await purser(['status', '--json'], fleet.surroundings)).stdout);
  expect(undelivered).toMatchObject([{ receiver: 'ops', reason: 'server_error (503)' }]);
});

test('a pause and its end are shown at once, before anybody looks again', async () => {
  const fleet = await AFleet.open({}, 1);
  await purser(['once'], fleet.surroundings);
  const why = async () => (await purser(['status'], fleet.surroundings)).stdout;
  await purser(['pause', 'agent-0001', '--reason', 'a new card'], fleet.surroundings);
  expect(await why()).toMatch(/^agent-0001 .*PAUSED: a new card$/m);
  await purser(['resume', 'agent-0001'], fleet.surroundings);
  expect(await why()).toMatch(/^agent-0001 .*is at or above the minimum/m);
});

test('status ends with 1 where a running purser has nothing new to show, by the poll of the account', async () => {
  const fleet = await AFleet.open({ poll: '1h' }, 2);
  const daemon = new AProcess(['run'], fleet.surroundings);
  const after = (hours: number) => purser(['status'], fleet.surroundings, hours * 3_600_000);
  await daemon.until('a look', async () => (await after(0)).code === 0);
  expect(await after(2.9)).toMatchObject({ code: 0 });
  const { code, stdout } = await after(3.1);
  expect(code).toBe(1);
  expect(stdout).toMatch(
    /^warning {2}agent-000\d and 1 more: nothing new since 20\S+Z; `purser healthcheck` and the log of the purser that runs say why\n/,
  );
});
