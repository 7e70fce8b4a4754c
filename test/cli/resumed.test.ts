import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import type { AccountName } from '../../src/domain/ids.ts';
import { Store } from '../../src/store/store.ts';
import { OPTIONS } from '../store/a-store.ts';
import { NOW } from '../store/an-intent.ts';
import { purser } from './a-command.ts';
import { AFleet } from './a-fleet.ts';
import { AProcess } from './a-process.ts';

const ONE = 'agent-0001' as AccountName; // as in the config

/** So rarely that no test sees a second poll. */
const RARELY = { poll: '1h' };
const API_TOKEN = 'api-token-of-a-test';

test('an account that a command resumes beside a daemon is looked at within seconds, not at its next poll', async () => {
  const fleet = await AFleet.open(RARELY, 1);
  await fleet.patch({ balance: 5 });
  await purser(['pause', 'agent-0001'], fleet.surroundings);
  const daemon = new AProcess(['run'], fleet.surroundings);
  const status = async () => (await purser(['status'], fleet.surroundings)).stdout;
  await daemon.until('a look', () => daemon.logged('decision').length > 0);
  await purser(['resume', 'agent-0001'], fleet.surroundings);
  await daemon.until('the charge', () => daemon.logged('charge.settled').length === 1);
  await daemon.until('the end of the pause in status', async () => !/paused/i.test(await status()));
});

test('a freeze that a command ends beside a daemon is shown as over within seconds where a pause stays', async () => {
  const fleet = await AFleet.open(RARELY, 1);
  await purser(['pause', 'agent-0001'], fleet.surroundings);
  const store = Store.openForCommand(join(fleet.folder, 'purser.db'), { ...OPTIONS, create: false });
  onTestFinished(() => store.close());
  const hold = { account: ONE, kind: 'freeze', reason: 'unclear', since: NOW, intent: null } as const;
  await store.journal.setHold(hold, []);
  const daemon = new AProcess(['run'], fleet.surroundings);
  await daemon.until('a look', () => daemon.logged('decision').length > 0);
  const url = `${new URL(String(daemon.logged('purser.started')[0]?.['page'])).origin}/api/v1/accounts/agent-0001`;
  const shown = async () => JSON.parse(await (await fetch(url)).text());
  expect(await shown()).toMatchObject({ paused: 'by hand', frozen: 'unclear' });
  await purser(['resume', 'agent-0001'], fleet.surroundings);
  await daemon.until('the end of the freeze', async () => (await shown()).frozen === null);
  expect(await shown()).toMatchObject({ paused: 'by hand' });
});

test('a pause and its end are shown by the next answer after the one that did them', async () => {
  const fleet = await AFleet.open({ ...RARELY, apiToken: API_TOKEN }, 1);
  const surroundings = {
    ...fleet.surroundings,
    secrets: { ...fleet.surroundings.secrets, API_TOKEN },
  };
  const daemon = new AProcess(['run'], surroundings);
  await daemon.until('a look', () => daemon.logged('decision').length > 0);
  const url = `${new URL(String(daemon.logged('purser.started')[0]?.['page'])).origin}/api/v1/accounts/agent-0001`;
  const paused = async () => JSON.parse(await (await fetch(url)).text()).paused;
  const post = (verb: string, body: object = {}) =>
    fetch(`${url}/${verb}`, {
      method: 'POST',
      headers: { authorization: `Bearer ${API_TOKEN}`, 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
  for (const reason of ['a new card', 'another reason']) {
    expect((await post('pause', { reason })).status).toBe(200);
    expect(await paused()).toBe(reason);
  }
  expect((await post('resume')).status).toBe(200);
  expect(await paused()).toBe(null);
});
