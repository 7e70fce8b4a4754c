import { join } from 'node:path';
import { expect, test } from 'vitest';
import { runCli } from '../../src/cli/program.ts';
import { LocalReceiver } from '../alerts/local-receiver.ts';
import { purser } from './a-command.ts';
import { AFleet } from './a-fleet.ts';
import { AProcess } from './a-process.ts';
import { anIo } from './an-io.ts';

const LOST = [{ brand: 'visa', last4: '9987', behaviour: 'lost_card', default: true }];
const ID = 'charge.declined/agent-0001/fund';

/** One account whose only card is lost. */
async function aTroubledFleet(wish: Parameters<typeof AFleet.open>[0] = {}): Promise<AFleet> {
  const fleet = await AFleet.open(wish, 1);
  await fleet.patch({ balance: 5, cards: LOST });
  return fleet;
}

test('incidents lists what is wrong, since when, and when it is said again, in words and as data', async () => {
  const fleet = await aTroubledFleet();
  await purser(['once'], fleet.surroundings);
  const { code, stdout } = await purser(['incidents'], fleet.surroundings, 60_000);
  expect(code).toBe(0);
  expect(stdout).toMatch(/^STATUS +SEVERITY +SINCE +REMINDER +ID +WHAT\n/);
  expect(stdout).toMatch(
    /^firing +critical +1m\w* ago +- +charge\.declined\/agent-0001\/fund +agent-0001: charge declined, /m,
  );
  expect(stdout).toMatch(
    /^firing +critical +1m\w* ago +in 3h\w* +\S+ +agent-0001 needs a person to pay \$50\.00$/m,
  );
  const later = await purser(['incidents'], fleet.surroundings, 5 * 60 * 60_000);
  expect(later.stdout).toMatch(
    /^firing +critical +5h\w* ago +when seen again +\S+ +agent-0001 needs a person/m,
  );
  expect(stdout).toContain('purser incidents ack ID ends the reminders.');
  const data = JSON.parse((await purser(['incidents', 'list', '--json'], fleet.surroundings)).stdout);
  expect(data.incidents).toContainEqual(
    expect.objectContaining({
      id: ID,
      status: 'firing',
      account: 'agent-0001',
      reminder_at: null, // a decline is told once
      note: null,
      resolved_at: null,
    }),
  );
});

test('on a terminal of 80 columns an id is whole, and what is wrong keeps to the width below it', async () => {
  const fleet = await aTroubledFleet();
  await purser(['once'], fleet.surroundings);
  const { cwd, secrets = {} } = fleet.surroundings;
  const { io, said } = anIo({ env: secrets, stdoutIsTerminal: true, stdoutColumns: 80 });
  await runCli(['incidents', '--config', join(cwd, 'purser.yaml')], io);
  const lines = said.stdout.split('\n');
  expect(lines).toContainEqual(expect.stringMatching(/^firing .* charge\.declined\/agent-0001\/fund$/));
  expect(lines).toContain('    agent-0001: charge declined, $5.00 left');
  const others = lines.filter((line) => !line.startsWith('firing'));
  expect(Math.max(...others.map((line) => line.length))).toBeLessThanOrEqual(80);
});

test('incidents ack is kept, shown, and refused for what is not there or over', async () => {
  const fleet = await aTroubledFleet();
  await purser(['once'], fleet.surroundings);
  const ack = (...args: readonly string[]) => purser(['incidents', 'ack', ...args], fleet.surroundings);
  expect(await ack(ID, '--note', 'Ann calls\nthe bank')).toEqual({
    code: 0,
    stdout: `${ID} is acknowledged: it is told, and not repeated.\n`,
    stderr: '',
  });
  expect((await ack(ID, '--note', 'Bob')).stdout).toContain('was acknowledged before; nothing is changed');
  await purser(['once'], fleet.surroundings);
  const { stdout } = await purser(['incidents'], fleet.surroundings);
  expect(stdout).toMatch(
    /^acknowledged +critical .* - +\S+ +agent-0001: charge declined, .* \(Ann calls the bank\)$/m,
  );
  expect((await purser(['status'], fleet.surroundings)).stdout).toContain('(acknowledged)');
  expect(await ack('nobody')).toMatchObject({ code: 64, stderr: expect.stringContaining(ID) });
  expect(await ack(ID, '--note', 'x'.repeat(501))).toMatchObject({ code: 64 });
  await fleet.patch({
    balance: 500,
    cards: [{ brand: 'visa', last4: '4242', behaviour: 'succeed', default: true }],
  });
  await purser(['once'], fleet.surroundings);
  expect((await purser(['incidents'], fleet.surroundings)).stdout).toBe('Nothing is wrong.\n');
  expect((await purser(['incidents', '--all'], fleet.surroundings)).stdout).toMatch(/^resolved +critical /m);
  expect(await ack(ID)).toMatchObject({ code: 64, stderr: expect.stringContaining('is over') });
});

test('an acknowledgement beside a running purser reaches who was told, once, and outlives a restart', async () => {
  await using receiver = await LocalReceiver.open();
  const webhook = { url: receiver.url(), secret: { env: 'HOOK_SECRET' }, allow_private: true };
  const fleet = await aTroubledFleet({
    poll: '1s',
    alerts: { receivers: { ops: { webhook } }, repeat: '1m' },
  });
  // A kill between a delivery and its note makes it once more, under the same id.
  const told = () => {
    const byId = new Map(
      receiver.accepted.map(({ headers, body }) => [headers['webhook-id'], JSON.parse(body)]),
    );
    return [...byId.values()].filter(({ data }) => data.fingerprint === ID);
  };
  const first = new AProcess(['run'], fleet.surroundings);
  await first.until('the alarm', () => told().length === 1);
  await purser(['incidents', 'ack', ID, '--note', 'Ann'], fleet.surroundings);
  await first.until('the word', () => told().length === 2);
  expect(told()[1]).toMatchObject({ type: 'charge.declined', data: { status: 'acknowledged', note: 'Ann' } });
  first.kill('SIGKILL');
  await first.ended();
  const second = new AProcess(['run'], fleet.surroundings);
  await second.until('its start', () => second.logged('purser.started').length === 1);
  await fleet.patch({
    balance: 500,
    cards: [{ brand: 'visa', last4: '4242', behaviour: 'succeed', default: true }],
  });
  await second.until('the end', () => told().length === 3);
  expect(told().map(({ data }) => data.status)).toEqual(['firing', 'acknowledged', 'resolved']);
});
