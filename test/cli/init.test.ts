import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { loadConfig } from '../../src/config/load-config.ts';
import { TempHome } from '../chaos/temp-home.ts';
import { startClient } from '../sandbox/sandbox-client.ts';
import { purser } from './a-command.ts';

const init = (cwd: string, typed: readonly string[]) => purser(['init'], { cwd }, 0, '', typed);

test('a few answers make a config that only watches, and the account is read with it', async () => {
  using home = new TempHome('init', () => false);
  const { sandbox } = await startClient();
  const token = sandbox.accounts[0]?.token ?? '';
  const { code, stdout, stderr } = await init(home.path, [
    sandbox.baseUrl,
    '',
    'render-eu',
    token,
    '',
    '25',
    '100',
    'y',
  ]);
  expect(stderr).toContain('next: purser plan');
  expect(code).toBe(0);
  expect(stdout).toContain('ok      render-eu');
  expect(stdout + stderr).not.toContain(token);
  expect(readFileSync(home.file('render-eu.token'), 'utf8')).toBe(`${token}\n`);
  expect(statSync(home.file('render-eu.token')).mode & 0o777).toBe(0o600);
  const loaded = loadConfig({ path: home.file('purser.yaml'), env: {} });
  expect(loaded.ok ? loaded.warnings : loaded.problems).toEqual([]);
  if (!loaded.ok) return;
  const { policy } = [...loaded.spec.accounts.values()][0] ?? {};
  expect(loaded.spec.mode).toBe('observe');
  // Cards of an API on this machine are nothing for the real Stripe.
  expect(loaded.spec.provider).toMatchObject({ baseUrl: sandbox.baseUrl, stripeUrl: sandbox.stripeUrl });
  expect(policy).toMatchObject({
    wallet: { minBalanceCents: 2_000, topUp: { amountCents: 2_500 } },
    caps: { perChargeCents: 10_000, dayCents: 10_000, chargesPerDay: 5 },
    subscription: { whenPastDue: 'fix_payment' },
  });
});

test('the sandbox wants no token, and an answer that cannot be read is asked again', async () => {
  using home = new TempHome('init', () => false);
  const typed = ['elsewhere', 'sandbox', 'no spaces please', 'bot', '-3', '', '5', '', '1', '', 'maybe', ''];
  const { code, stderr } = await init(home.path, typed);
  expect(code).toBe(0);
  expect(stderr.match(/wanted: /g)).toHaveLength(6);
  expect(stderr).toContain('wanted: at least $10.00, such as 50');
  expect(readFileSync(home.file('purser.yaml'), 'utf8')).toContain('- { name: bot }\n');
});

test('without a token it says where to put it', async () => {
  using home = new TempHome('init', () => false);
  const { code, stderr } = await init(home.path, ['', '', '', '', '', '', '']);
  expect(code).toBe(0);
  expect(stderr).toContain(`next: put the agent token into ${home.file('agent-1.token')}`);
});

test.each(['purser.yaml', 'agent-1.token'])('it writes over no %s', async (name) => {
  using home = new TempHome('init', () => false);
  writeFileSync(home.file(name), 'precious');
  const { code, stderr } = await init(home.path, ['', '', '7|a_new_token_of_mine', '', '', '', '']);
  expect(code).toBe(1);
  expect(stderr).toContain(`${name} is there already`);
  expect(readFileSync(join(home.path, name), 'utf8')).toBe('precious');
});

test('without a terminal it is a usage error', async () => {
  using home = new TempHome('init', () => false);
  const { code, stderr } = await init(home.path, []);
  expect(code).toBe(64);
  expect(stderr).toContain('docs/recipes.md');
});
