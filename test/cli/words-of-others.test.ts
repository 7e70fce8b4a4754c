import { join } from 'node:path';
import { expect, test } from 'vitest';
import { runCli } from '../../src/cli/program.ts';
import { Store } from '../../src/store/store.ts';
import { account } from '../alerts/some-message.ts';
import { OPTIONS } from '../store/a-store.ts';
import { NOW } from '../store/an-intent.ts';
import { purser } from './a-command.ts';
import { AFleet } from './a-fleet.ts';
import { anIo } from './an-io.ts';

const ESCAPE = '\u001b';
const REASON = `night\nagent-0001 is well ${ESCAPE}[2J${ESCAPE}]0;title\u0007 \u202Eend`;
const LOST = [{ brand: 'visa', last4: '9987', behaviour: 'lost_card', default: true }];

test.each([['explain', 'agent-0001'], ['plan'], ['once'], ['status']])(
  '%s shows the reason of a pause in one line, which moves no cursor and hides nothing',
  async (...args) => {
    const fleet = await AFleet.open({}, 1);
    await purser(['pause', 'agent-0001', '--reason', REASON], fleet.surroundings);
    await purser(['once'], fleet.surroundings);
    const { stdout } = await purser(args, fleet.surroundings);
    expect(stdout).toContain('night agent-0001 is well');
    expect(stdout.replaceAll('\n', '')).not.toMatch(/[\p{Cc}\p{Cf}]/u);
  },
);

test('status shows the reason of a freeze, above the accounts too, in one line', async () => {
  const fleet = await AFleet.open({}, 1);
  await purser(['once'], fleet.surroundings);
  const store = Store.openForCommand(join(fleet.folder, 'purser.db'), { ...OPTIONS, create: false });
  await store.journal.setHold(
    { account: account('agent-0001'), kind: 'freeze', reason: REASON, since: NOW, intent: null },
    [],
  );
  store.close();
  const { stdout } = await purser(['status'], fleet.surroundings);
  expect(stdout).toMatch(/^critical {2}agent-0001 is frozen: night agent-0001 is well/m);
  expect(stdout.replaceAll('\n', '')).not.toMatch(/[\p{Cc}\p{Cf}]/u);
});

test.each([
  ['explain', /^ {2}why {4}wallet: \$5\.00 is below the minimum .*\n {9}\S/m],
  ['plan', /^ {4}needs a person: \$5\.00 is below the minimum .*\n {4}\S/m],
])('on a terminal %s breaks a long reason where a word ends', async (command, wanted) => {
  const fleet = await AFleet.open({}, 1);
  await fleet.patch({ balance: 5, cards: LOST });
  await purser(['once'], fleet.surroundings);
  const { cwd, secrets = {} } = fleet.surroundings;
  const { io, said } = anIo({ env: secrets, stdoutIsTerminal: true, stdoutColumns: 80 });
  const account = command === 'explain' ? ['agent-0001'] : [];
  await runCli([command, ...account, '--config', join(cwd, 'purser.yaml')], io);
  expect(said.stdout).toMatch(wanted);
  expect(said.stdout.split('\n').filter((line) => line.length > 80)).toEqual([]);
});
