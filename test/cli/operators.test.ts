import { join } from 'node:path';
import { expect, test } from 'vitest';
import { frozen } from '../../src/alerts/degraded-facts.ts';
import type { AccountName, IntentId } from '../../src/domain/ids.ts';
import { Store } from '../../src/store/store.ts';
import { OPTIONS } from '../store/a-store.ts';
import { NOW, ONE } from '../store/an-intent.ts';
import { purser } from './a-command.ts';
import { AFleet } from './a-fleet.ts';
import { AProcess } from './a-process.ts';

const LATER_MS = 5 * 60_000;

/** A charge whose process was killed before its answer came: open, and nobody knows whether it was made. */
async function aDoubt(): Promise<{ readonly fleet: AFleet; readonly id: string }> {
  const fleet = await AFleet.open({}, 1);
  await fleet.patch({ balance: 5 });
  await fleet.faults({ latency_ms: 300 });
  const once = new AProcess(['once'], fleet.surroundings);
  await once.until('its charge', async () => (await fleet.posts()).length > 0);
  once.kill('SIGKILL');
  await once.ended();
  await fleet.faults({ latency_ms: 0 });
  const { stdout } = await purser(['status', '--json'], fleet.surroundings);
  return { fleet, id: JSON.parse(stdout).open_intents[0].id };
}

test('pause says that the provider goes on by itself where a policy had it recharge, and how to end that', async () => {
  const fleet = await AFleet.open({ wallet: { auto_funding: { threshold: 5, amount: 25 } } });
  await purser(['once'], fleet.surroundings);
  const run = (...args: readonly string[]) => purser(args, fleet.surroundings);
  const note =
    "The provider's own recharge, which purser set ($25.00 below $5.00), is not bound by it: purser wallet auto-funding off agent-0001 ends it.";
  expect((await run('pause', 'agent-0001')).stdout).toBe(
    `agent-0001 is paused (by hand). purser resume agent-0001 ends it.\n${note}\n`,
  );
  expect(JSON.parse((await run('pause', 'agent-0001', '--json')).stdout)).toMatchObject({ note });
  await fleet.patch({ balance: 4 });
  expect(await fleet.charges()).toHaveLength(1);
  await run('wallet', 'auto-funding', 'off', 'agent-0001', '--yes');
  await run('once');
  await fleet.patch({ balance: 4 });
  expect(await fleet.charges()).toHaveLength(1);
});

test('pause and resume stop and allow the charges of one account', async () => {
  const fleet = await AFleet.open();
  await purser(['once'], fleet.surroundings);
  await fleet.patch({ balance: 5 });
  const paused = await purser(['pause', 'agent-0001', '--reason', 'new card'], fleet.surroundings);
  expect(paused).toEqual({
    code: 0,
    stdout: 'agent-0001 is paused (new card). purser resume agent-0001 ends it.\n',
    stderr: '',
  });
  await purser(['pause', 'agent-0001', '--reason', 'another card'], fleet.surroundings);
  const held = await purser(['once'], fleet.surroundings);
  expect(held.stdout).toContain('paused: another card');
  expect(await fleet.charges()).toEqual([]);
  const resumed = await purser(['resume', 'agent-0001', '--json'], fleet.surroundings);
  expect(JSON.parse(resumed.stdout)).toMatchObject({ account: 'agent-0001', lifted: ['paused'] });
  await purser(['once'], fleet.surroundings);
  expect(await fleet.charges()).toHaveLength(1);
});

test('status and explain tell the same story as the provider, in words and as data', async () => {
  const fleet = await AFleet.open({ caps: { per_charge: 50, day: 60 } });
  await fleet.patch({ balance: 5 });
  await purser(['once'], fleet.surroundings);
  await purser(['once'], fleet.surroundings);
  const status = await purser(['status'], fleet.surroundings);
  expect(status).toMatchObject({ code: 1, stderr: '' });
  expect(status.stdout).toMatch(
    /^warning {2}purser is not running on this store: [^\n]+\n\nACCOUNT +BALANCE +MINIMUM/,
  );
  expect(status.stdout).toMatch(/^agent-0001 +\$55\.00 +\$20\.00/m);
  const data = JSON.parse((await purser(['status', '--json'], fleet.surroundings)).stdout);
  expect(data).toMatchObject({
    accounts: [{ balance_usd: expect.any(Number) }, {}],
    open_intents: [],
    alerts: [],
  });
  const explained = await purser(['explain', 'agent-0001'], fleet.surroundings);
  expect(explained.stdout).toMatch(/^agent-0001\n {2}what {3}\$55\.00, policy standard, seen /);
  expect(explained.stdout).toContain('cap    account agent-0001, day: $50.00 of $60.00');
  expect(explained.stdout).toMatch(/int_[0-9a-f]{16} {2}fund {2}\$50\.00 {2}settled \(by ledger\)/);
  const story = JSON.parse((await purser(['explain', 'agent-0001', '--json'], fleet.surroundings)).stdout);
  const entries: readonly { to: string }[] = story.intents[0].story;
  expect(entries.map(({ to }) => to)).toEqual(['armed', 'charged', 'settled']);
});

test('status ends with 4 while a charge is in doubt, and says so first', async () => {
  const { fleet, id } = await aDoubt();
  const { code, stdout } = await purser(['status'], fleet.surroundings);
  expect(code).toBe(4);
  expect(stdout).toMatch(
    new RegExp(
      `^critical  agent-0001 may have been charged; nobody knows yet \\(\\$50\\.00, ${id}\\)\nwarning  purser is not running`,
    ),
  );
});

test('status ends with 1 while the provider is down, and with 0 when all is well', async () => {
  const fleet = await AFleet.open({ poll: '1s' }, 1);
  const daemon = new AProcess(['run'], fleet.surroundings);
  const status = () => purser(['status'], fleet.surroundings);
  await daemon.until('a look', async () => (await status()).code === 0);
  await fleet.faults({ error_before_effect: 1 });
  await daemon.until('the failure', async () => (await status()).code === 1);
  expect((await status()).stdout).toMatch(/^warning {2}agent-0001 is not seen: .*\n\nACCOUNT/);
});

test('resolve closes a charge by a person’s word, once, and says what it wants to be told', async () => {
  const { fleet, id } = await aDoubt();
  const resolve = (...args: readonly string[]) => purser(['resolve', ...args], fleet.surroundings, LATER_MS);
  expect(await resolve(id, '--charged', '--not-charged')).toMatchObject({ code: 64, stdout: '' });
  expect(await resolve(id, '--not-charged')).toMatchObject({
    code: 64,
    stderr: expect.stringContaining('--yes'),
  });
  expect(await resolve('int_nobody', '--charged', '--yes')).toMatchObject({
    code: 64,
    stderr: expect.stringContaining(`Open are ${id} (agent-0001)`),
  });
  const closed = await resolve(id, '--not-charged', '--yes', '--json');
  expect(JSON.parse(closed.stdout)).toEqual({ intent: id, account: 'agent-0001', verdict: 'not_charged' });
  expect(await resolve(id, '--not-charged', '--yes')).toMatchObject({
    code: 64,
    stderr: expect.stringContaining('is closed (released)'),
  });
  const status = JSON.parse((await purser(['status', '--json'], fleet.surroundings)).stdout);
  expect(status).toMatchObject({ open_intents: [], alerts: [] });
});

test('resolve waits with a charge that was sent only now and may still be answered: 4', async () => {
  const { fleet, id } = await aDoubt();
  const { code, stderr } = await purser(['resolve', id, '--charged', '--yes'], fleet.surroundings);
  expect(code).toBe(4);
  expect(stderr).toMatch(/was sent \S+ ago and may still be answered/);
});

test('status ends with 4 while something critical fires, and says what', async () => {
  const fleet = await AFleet.open({ wallet: { pay_with: ['default', 'human'] } });
  await fleet.patch({ balance: 5, cards: [{ brand: 'visa', last4: '9987', behaviour: 'lost_card' }] });
  await purser(['once'], fleet.surroundings);
  const { code, stdout } = await purser(['status'], fleet.surroundings);
  expect(code).toBe(4);
  expect(stdout).toContain('critical  agent-0001 needs a person to pay $50.00');
});

test('resume of an account that is frozen over an open charge asks for resolve first: 4', async () => {
  const { fleet, id } = await aDoubt();
  const store = Store.openForCommand(join(fleet.folder, 'purser.db'), { ...OPTIONS, create: false });
  const intent = await store.journal.intent(id as IntentId); // as `status` printed it
  const { account = ONE } = intent ?? {};
  const hold = {
    account,
    kind: 'freeze',
    reason: 'unclear',
    since: NOW,
    intent: intent?.id ?? null,
  } as const;
  await store.journal.setHold(hold, []);
  store.close();
  const refused = await purser(['resume', 'agent-0001'], fleet.surroundings);
  expect(refused).toMatchObject({
    code: 4,
    stdout: '',
    stderr: expect.stringContaining(`purser resolve ${id}`),
  });
  await purser(['resolve', id, '--charged', '--yes'], fleet.surroundings, LATER_MS);
  const after = await purser(['resume', 'agent-0001'], fleet.surroundings);
  expect(after.stdout).toContain('neither paused nor frozen');
});

test('resolve of one charge ends no freeze for something else, nor its alarm, and says what goes on', async () => {
  const { fleet, id } = await aDoubt();
  const account = 'agent-0001' as AccountName; // as in the config
  const other = 'int_other' as IntentId; // of a charge before it
  const reason = 'the provider took back a charge';
  const store = Store.openForCommand(join(fleet.folder, 'purser.db'), { ...OPTIONS, create: false });
  const fact = frozen({ account, why: reason, mend: 'Find out why.', intentId: other, amountCents: null });
  const hold = { account, kind: 'freeze', reason, since: NOW, intent: other } as const;
  await store.journal.setHold(hold, [{ kind: 'fire', fact }]);
  await purser(['pause', account], fleet.surroundings);
  const { code, stdout } = await purser(['resolve', id, '--charged', '--yes'], fleet.surroundings, LATER_MS);
  expect({ code, stdout }).toEqual({
    code: 0,
    stdout: `${id} is closed as charged; ${account} stays frozen (${reason}) and stays paused (by hand).\n`,
  });
  expect(await store.journal.holds(account)).toMatchObject([{ kind: 'freeze' }, { kind: 'pause' }]);
  expect(store.firingIncidents().map((one) => one.fingerprint)).toContain(fact.fingerprint);
  store.close();
});

test('resume of an account that a person paused and purser froze ends the freeze, and a second one the pause', async () => {
  const fleet = await AFleet.open({}, 1);
  const command = async (...words: string[]) => (await purser(words, fleet.surroundings)).stdout;
  await command('pause', 'agent-0001', '--reason', 'contract ended');
  const store = Store.openForCommand(join(fleet.folder, 'purser.db'), { ...OPTIONS, create: false });
  const account = 'agent-0001' as AccountName; // as in the config
  const hold = { account, kind: 'freeze', reason: 'unclear', since: NOW, intent: null } as const;
  await store.journal.setHold(hold, []);
  store.close();
  await fleet.patch({ balance: 5 });
  expect(JSON.parse(await command('resume', 'agent-0001', '--json'))).toMatchObject({
    lifted: ['frozen'],
    still_paused: 'contract ended',
  });
  const again = await purser(['resume', 'agent-0001', '--freeze'], fleet.surroundings);
  expect(again).toMatchObject({
    code: 1,
    stderr: 'purser: agent-0001 is paused now.\n`purser resume agent-0001` ends the pause.\n',
  });
  await command('once');
  expect(await fleet.charges()).toEqual([]);
  expect(await command('resume', 'agent-0001')).toBe('agent-0001 is charged again (was paused).\n');
  await command('once');
  expect(await fleet.charges()).toHaveLength(1);
});

test('resume takes an account whose e-mail address was changed for the same one', async () => {
  const fleet = await AFleet.open({}, 1);
  const once = () => purser(['once'], fleet.surroundings);
  expect(await once()).toMatchObject({ code: 0 });
  const store = Store.openForCommand(join(fleet.folder, 'purser.db'), { ...OPTIONS, create: false });
  const account = 'agent-0001' as AccountName; // as in the config
  await store.journal.remember(account, { identity: 'before@sandbox.purser.test' });
  store.close();
  await fleet.patch({ balance: 5 });
  expect(await once()).toMatchObject({ code: 4, stdout: expect.stringContaining('frozen') });
  expect(await fleet.charges()).toEqual([]);
  const resumed = await purser(['resume', 'agent-0001'], fleet.surroundings);
  expect(resumed.stdout).toContain('is charged again (was frozen)');
  await once();
  expect(await fleet.charges()).toHaveLength(1);
});

test.each([['status'], ['explain', 'agent-0001'], ['resume', 'agent-0001']])(
  '%s before the first run says that there is nothing yet',
  async (...args) => {
    const fleet = await AFleet.open();
    const { code, stdout, stderr } = await purser(args, fleet.surroundings);
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toContain('there is no database');
  },
);

test.each([
  [['explain', 'nobody'], 'there is no account "nobody" in the config'],
  [['pause', 'nobody'], 'It has agent-0001, agent-0002.'],
  [['explain'], "missing required argument 'account'"],
  [['plan', '--jsn'], 'Did you mean --json?'],
  [['sandbox', '--port', '99999'], 'whole number from 0 to 65535'],
])('%j is a usage error: 64, with a word that helps, and no data', async (args, sentence) => {
  const fleet = await AFleet.open();
  const { code, stdout, stderr } = await purser(args, fleet.surroundings);
  expect({ code, stdout }).toEqual({ code: 64, stdout: '' });
  expect(stderr).toContain(sentence);
});

test('explain says how much was withdrawn of what lay above the maximum', async () => {
  const fleet = await AFleet.open({ wallet: { max_balance: 100 } }, 1);
  await fleet.patch({ reseller: true, balance: 180 });
  await purser(['once'], fleet.surroundings);
  const { stdout } = await purser(['explain', 'agent-0001'], fleet.surroundings);
  expect(stdout).toMatch(/int_[0-9a-f]{16} {2}withdraw {2}\$80\.00 {2}settled/);
});

test('a log level that is none is refused like every wrong word: 64', async () => {
  const fleet = await AFleet.open({}, 1);
  const { code, stderr } = await purser(['run', '--log-level', 'loud'], fleet.surroundings);
  expect({ code, stderr }).toMatchObject({
    code: 64,
    stderr: expect.stringContaining('Allowed choices are debug, info, warn, error'),
  });
});
