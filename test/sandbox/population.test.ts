import { expect, test } from 'vitest';
import { SECOND_MS } from '../../src/domain/time.ts';
import { DEMO_SPEED, demo, fleet } from '../../src/sandbox/population.ts';
import { runSandbox } from '../../src/sandbox/run.ts';
import { ManualClock } from './manual-clock.ts';
import { type Body, first, startClient } from './sandbox-client.ts';

test('one seed gives one fleet, another seed another', () => {
  expect(fleet({ count: 50, seed: 'a' })).toEqual(fleet({ count: 50, seed: 'a' }));
  expect(fleet({ count: 50, seed: 'a' }).slice(0, 10)).toEqual(fleet({ count: 10, seed: 'a' }));
  expect(fleet({ count: 1, seed: 'b' })[0]?.token).not.toBe(fleet({ count: 1, seed: 'a' })[0]?.token);
});

test('a fleet has the balances, burns, cards and subscriptions that were promised', () => {
  const accounts = fleet({ count: 500, seed: 'a' });
  expect(new Set(accounts.map((account) => account.token)).size).toBe(500);
  for (const account of accounts) {
    expect(account.name).toMatch(/^agent-\d{4}$/);
    expect(account.token).toMatch(/^\d+\|sbx_[A-Za-z0-9]{40}$/);
    expect(account.balanceMicroUsd).toBeGreaterThanOrEqual(30_000_000);
    expect(account.balanceMicroUsd).toBeLessThan(80_000_000);
    expect(account.burnMicroUsdPerHour).toBeGreaterThanOrEqual(500_000);
    expect(account.burnMicroUsdPerHour).toBeLessThan(3_000_000);
    expect(account.cards.map((card) => card.behaviour)).toEqual(['succeed', 'succeed']);
  }
});

test('the demo is lively within ten seconds: a wallet to fill, a dead card, a debt, and a case for a person', async () => {
  const accounts = demo(['one', 'two', 'three', 'four', 'five']);
  const client = await startClient({ accounts, speed: DEMO_SPEED });
  const as = (index: number) => ({ token: client.sandbox.accounts[index]?.token ?? '' });
  const balance = async (index: number) => (await client.ask('/wallet/balance', as(index))).body.data.balance;
  expect(await balance(0)).toBeGreaterThan(20);
  client.clock.advance(4 * SECOND_MS);
  expect(await balance(0)).toBeLessThan(20);
  const fund = (index: number, card: string) =>
    client.ask('/wallet/fund', { ...as(index), body: { amount: 50, payment_method_id: card } });
  await fund(0, 'pm_one_visa');
  client.clock.advance(50 * SECOND_MS);
  expect(await balance(0)).toBeGreaterThan(20);
  client.clock.advance(12 * SECOND_MS);
  expect(await balance(0)).toBeLessThan(20);

  expect((await fund(1, 'pm_two_visa')).body.error.details.decline_code).toBe('insufficient_funds');
  expect((await fund(1, 'pm_backup')).status).toBe(200);
  const debt = first((await client.ask('/subscriptions', as(2))).body.data);
  expect(debt.status).toBe('past_due');
  expect((await client.ask(`/subscriptions/${debt.id}/fix-payment`, { ...as(2), body: {} })).status).toBe(
    200,
  );
  expect((await fund(3, 'pm_four_visa')).body.error.details.decline_code).toBe('lost_card');
  expect((await client.ask('/billing/payment-methods', as(3))).body.data).toHaveLength(1);
  expect(await balance(4)).toBeGreaterThan(50);
});

test.each([true, false])(
  'the command says where it is and for whom (json: %s), and ends when asked',
  async (json) => {
    const printed: string[] = [];
    const stop = new AbortController();
    const started = Promise.withResolvers<void>();
    const stdout = {
      write: (text: string) => {
        printed.push(text);
        started.resolve();
      },
    };
    const clock = new ManualClock();
    const running = runSandbox({
      port: 0,
      accounts: 2,
      seed: 's',
      speed: 1,
      json,
      clock,
      stdout,
      signal: stop.signal,
    });
    await started.promise;
    const text = printed.join('');
    const expected = fleet({ count: 2, seed: 's' });
    if (json) {
      const line: Body = JSON.parse(text.split('\n')[0] ?? '');
      expect(Object.keys(line)).toEqual(['base_url', 'stripe_url', 'control_url', 'accounts']);
      expect(line.accounts).toEqual(
        expected.map(({ name, email, password, token }) => ({ name, email, password, token })),
      );
      expect((await fetch(`${line.control_url}/accounts`)).status).toBe(200);
    } else {
      expect(text).toContain('- { name: agent-0001, token: { env: AGENT_0001_TOKEN } }');
      expect(text).toContain(`export AGENT_0001_TOKEN='${expected[0]?.token}'`);
    }
    stop.abort();
    await running;
  },
);
