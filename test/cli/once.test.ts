import { expect, test } from 'vitest';
import { purser } from './a-command.ts';
import { AFleet } from './a-fleet.ts';
import { AProcess } from './a-process.ts';

test('once funds what is low, says it on stdout and ends with 0', async () => {
  const fleet = await AFleet.open();
  await fleet.patch({ balance: 12 });
  const { code, stdout } = await purser(['once'], fleet.surroundings);
  expect(code).toBe(0);
  expect(
    stdout
      .trimEnd()
      .split('\n')
      .map((line) => line.split('  ')[0])
      .sort(),
  ).toEqual(['agent-0001', 'agent-0002']);
  expect(await fleet.charges()).toMatchObject([{ account: 'agent-0001', amount_cents: 5_000 }]);
  const again = await purser(['once', '--json'], fleet.surroundings);
  expect(again.code).toBe(0);
  expect(JSON.parse(again.stdout).accounts).toHaveLength(2);
  expect(await fleet.charges()).toHaveLength(1);
});

test('once ends with 4 where a person has to act', async () => {
  const fleet = await AFleet.open({ wallet: { pay_with: ['default', 'human'] } });
  await fleet.patch({ balance: 5, cards: [{ brand: 'visa', last4: '9987', behaviour: 'lost_card' }] });
  const { code, stdout } = await purser(['once'], fleet.surroundings);
  expect(code).toBe(4);
  expect(stdout).toContain('declined for good (lost_card)');
  expect(await fleet.charges()).toEqual([]);
});

test('once ends with 1 where an account could not be seen', async () => {
  const fleet = await AFleet.open();
  await fleet.patch({ expire_token: true }, 'agent-0002');
  const { code, stderr } = await purser(['once'], fleet.surroundings);
  expect(code).toBe(1);
  expect(stderr).toContain('account.not_seen');
  const { stdout } = await purser(['once', '--json'], fleet.surroundings);
  const { accounts, not_seen } = JSON.parse(stdout);
  expect([accounts.map(({ account }: { account: string }) => account), not_seen]).toEqual([
    ['agent-0001'],
    ['agent-0002'],
  ]);
});

test.each(['SIGINT', 'SIGTERM'] as const)(
  'once that is interrupted in a charge says so, ends with 130, and the next one goes on: %s',
  async (signal) => {
    const fleet = await AFleet.open({}, 1);
    await fleet.patch({ balance: 12 });
    await fleet.faults({ latency_ms: 400 });
    const one = new AProcess(['once'], fleet.surroundings);
    await one.until('its charge', () => one.stderr.includes('charge.armed'));
    one.kill(signal);
    const { code, stderr } = await one.ended();
    expect(code).toBe(130);
    expect(stderr).toContain('purser: interrupted: what is not done yet is taken up by the next');
    await fleet.faults({ latency_ms: 0 });
    expect(await purser(['once'], fleet.surroundings)).toMatchObject({ code: 0 });
    expect(await fleet.charges()).toHaveLength(1);
  },
);

test('an account that never could log in is not left out of once and status', async () => {
  const fleet = await AFleet.open({ isByLogin: true });
  const secrets = { ...fleet.surroundings.secrets };
  const [, second] = Object.keys(secrets).filter((name) => name.includes('PASSWORD'));
  const wrong = { ...fleet.surroundings, secrets: { ...secrets, [second ?? '']: 'wrong-password-000' } };
  const once = await purser(['once'], wrong);
  expect(once).toMatchObject({
    code: 1,
    stdout: expect.stringMatching(
      /^agent-0002 {2}- {2}not seen: the log or `purser explain agent-0002` says why$/m,
    ),
  });
  const status = await purser(['status'], wrong);
  expect(status.stdout).toMatch(/^agent-0002 .* never +not seen yet$/m);
  expect(JSON.parse((await purser(['status', '--json'], wrong)).stdout)).toMatchObject({
    accounts: [{ account: 'agent-0001' }],
    unseen: ['agent-0002'],
  });
});

test('once in mode observe sends nothing but reads', async () => {
  const fleet = await AFleet.open({ mode: 'observe' });
  await fleet.patch({ balance: 5 });
  expect((await purser(['once'], fleet.surroundings)).code).toBe(0);
  expect(await fleet.posts()).toEqual([]);
});

test('once under quarantine only watches, and adopt ends that', async () => {
  const fleet = await AFleet.open({ quarantine: '90m' });
  await fleet.patch({ balance: 5 });
  expect((await purser(['once'], fleet.surroundings)).stdout).toContain('only watching until');
  expect(await fleet.posts()).toEqual([]);
  const adopted = await purser(['adopt', '--json'], fleet.surroundings);
  expect(adopted).toMatchObject({ code: 0, stderr: '' });
  expect(JSON.parse(adopted.stdout)).toEqual({ adopted: true, mode: 'enforce' });
  await purser(['once'], fleet.surroundings);
  expect(await fleet.charges()).toHaveLength(1);
});
