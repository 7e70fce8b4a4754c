import { expect, test } from 'vitest';
import { HOUR_MS, MINUTE_MS } from '../../src/domain/time.ts';
import { Health } from '../../src/keeper/health.ts';
import { calmAccounts, startClient } from '../sandbox/sandbox-client.ts';
import { AKeeper } from './a-keeper.ts';
import { faults } from './sandbox-record.ts';

const ACCOUNTS = 6;

async function aFleet() {
  const client = await startClient({ accounts: calmAccounts(ACCOUNTS) });
  const keeper = await AKeeper.open(client);
  const health = new Health(keeper.context, async () => undefined);
  /** Every account is passed over once a minute, and purser looks at itself, until so much time has gone by. */
  const live = async (durationMs: number) => {
    const endMs = client.clock.now() + durationMs;
    while (client.clock.now() < endMs) {
      for (const name of keeper.context.spec().accounts.keys()) health.notePass(await keeper.pass(name));
      await health.check();
      client.clock.advance(MINUTE_MS);
    }
  };
  return { client, keeper, health, live };
}

test('a provider that is down for an hour is told once, and not by every account that cannot be seen', async () => {
  const { client, keeper, live } = await aFleet();
  await live(5 * MINUTE_MS);
  await faults(client, { error_before_effect: 1 });
  await live(HOUR_MS);
  const told = async () =>
    (await keeper.messages()).map(({ status, fact }) => `${status} ${fact.fingerprint}`);
  expect(await told()).toEqual(['firing purser.degraded/provider/unreachable']);
  await faults(client, { error_before_effect: 0 });
  await live(30 * MINUTE_MS);
  expect(await told()).toEqual([
    'firing purser.degraded/provider/unreachable',
    'resolved purser.degraded/provider/unreachable',
  ]);
});

test('while the provider is down people see what was there last, how old it is, and who needs them still', async () => {
  const { client, keeper, live } = await aFleet();
  await client.patch({
    balance: 5,
    cards: [{ brand: 'visa', last4: '9987', behaviour: 'lost_card', default: true }],
  });
  await live(5 * MINUTE_MS);
  const name = [...keeper.context.spec().accounts.keys()][0] ?? expect.unreachable();
  const { view } = keeper.context;
  const before = view.account(name) ?? expect.unreachable();
  expect(before).toMatchObject({ balance_usd: 5, failure: null });
  expect(view.stateOf(name)).toBe('needs_person');
  await faults(client, { lost_request: 1 });
  await live(10 * MINUTE_MS);
  expect(view.account(name)).toEqual({ ...before, failure: expect.stringContaining('no whole answer') });
  expect(view.stateOf(name)).toBe('needs_person');
  await faults(client, { lost_request: 0 });
  await live(5 * MINUTE_MS);
  expect(view.account(name)).toMatchObject({ balance_usd: 5, failure: null });
  expect(view.account(name)?.observed_at).not.toBe(before.observed_at);
});

test('purser is well while it looks at itself and can write, and not when either ends', async () => {
  const { client, health, live } = await aFleet();
  expect(health.isWell()).toBe(false);
  await live(5 * MINUTE_MS);
  await health.check();
  expect(health.isWell()).toBe(true);
  health.noteFailure(Object.assign(new Error('database or disk is full'), { code: 'ERR_SQLITE_ERROR' }));
  expect(health.isWell()).toBe(false);
  client.clock.advance(2 * MINUTE_MS);
  expect(health.isWell()).toBe(false);
  await health.check();
  expect(health.isWell()).toBe(true);
});
