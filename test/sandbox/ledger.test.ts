import fc from 'fast-check';
import { expect, test } from 'vitest';
import { microUsd } from '../../src/domain/money.ts';
import { epochMs } from '../../src/domain/time.ts';
import type { Account } from '../../src/sandbox/provider/account.ts';
import { advance } from '../../src/sandbox/provider/advance.ts';
import { apply } from '../../src/sandbox/provider/apply.ts';
import { setBalance } from '../../src/sandbox/provider/ledger.ts';
import { openAccount, openWorld } from '../../src/sandbox/provider/open-world.ts';
import type { World } from '../../src/sandbox/provider/world.ts';
import { START_MS } from './manual-clock.ts';
import { calmAccounts } from './sandbox-client.ts';

type Step =
  | { readonly kind: 'wait'; readonly ms: number }
  | { readonly kind: 'set'; readonly micro: number }
  | { readonly kind: 'burn'; readonly micro: number }
  | { readonly kind: 'behave'; readonly behaviour: string }
  | {
      readonly kind: 'ask';
      readonly path: string;
      readonly key: string | null;
      readonly body: Record<string, unknown>;
    };

const card = 'pm_agent_0001_visa';
const ask = (path: string, body: Record<string, unknown>) =>
  fc.record({
    kind: fc.constant('ask' as const),
    path: fc.constant(path),
    key: fc.option(fc.constantFrom('a', 'b', 'c')),
    body: fc.constant(body),
  });
const steps = fc.array(
  fc.oneof(
    fc.record({ kind: fc.constant('wait' as const), ms: fc.nat(40 * 86_400_000) }),
    fc.record({ kind: fc.constant('set' as const), micro: fc.nat(100_000_000) }),
    fc.record({ kind: fc.constant('burn' as const), micro: fc.nat(50_000_000) }),
    fc.record({
      kind: fc.constant('behave' as const),
      behaviour: fc.constantFrom('succeed', 'insufficient_funds'),
    }),
    ask('/wallet/fund', { amount: 20, payment_method_id: card }),
    ask('/wallet/fund', { amount: 30, payment_method_id: card }),
    ask('/wallet/auto-funding', { auto_charge_amount: 25, charge_threshold: 5 }),
    ask('/wallet/coupons/redeem', { coupon_code: 'WELCOME50' }),
    ask('/wallet/withdraw', { amount: 3 }),
    ask('/subscriptions', { plan_id: 41, payment_method_id: card }),
  ),
  { maxLength: 40 },
);

test('after any sequence of operations the balance is what was credited less what was used', () => {
  fc.assert(
    fc.property(steps, (list) => {
      const { world, account } = play(list);
      const rows = account.rows.filter((row) => row.type === 'credit');
      expect(rows.reduce((sum, row) => sum + row.amountMicroUsd, 0)).toBe(account.creditedMicroUsd);
      expect(account.usedMicroUsd).toBeLessThanOrEqual(account.creditedMicroUsd);
      const wallet = world.charges.filter(
        (charge) => charge.kind === 'fund' || charge.kind === 'auto_recharge',
      );
      const paid = rows.filter((row) => row.source === 'stripe').slice(1);
      expect(paid.map((row) => row.amountMicroUsd)).toEqual(
        wallet.map((charge) => charge.amountCents * 10_000),
      );
      const keys = world.charges.flatMap((charge) => charge.key ?? []);
      expect(new Set(keys).size).toBe(keys.length);
    }),
  );
});

test('a repeat is replayed by the bare state machine too', () => {
  const fund: Step = {
    kind: 'ask',
    path: '/wallet/fund',
    key: 'a',
    body: { amount: 20, payment_method_id: card },
  };
  const { world, account } = play([fund, fund]);
  expect(world.charges).toHaveLength(1);
  const body = JSON.stringify(fund.body);
  const request = { method: 'POST', path: fund.path, query: {}, token: account.tokens[0] ?? null, key: 'a' };
  const answer = apply(world, epochMs(START_MS), { ...request, bodyText: body, body: fund.body });
  expect(answer).toMatchObject({ status: 200, body: { idempotency_replay: true } });
});

test('two worlds of one seed that see the same stay equal, also through JSON', () => {
  fc.assert(
    fc.property(steps, fc.nat(40), (list, cut) => {
      const whole = play(list).world;
      const half = play(list.slice(0, cut));
      const revived: World = JSON.parse(JSON.stringify(half.world));
      expect(play(list.slice(cut), { world: revived, nowMs: half.nowMs }).world).toEqual(whole);
    }),
    { numRuns: 50 },
  );
});

function play(
  list: readonly Step[],
  from: { world: World; nowMs: number } = { world: newWorld(), nowMs: START_MS },
): { readonly world: World; readonly account: Account; readonly nowMs: number } {
  const { world } = from;
  let { nowMs } = from;
  const account = world.accounts['agent-0001'] as Account; // Every world here is opened with it.
  const token = account.tokens[0] ?? null;
  for (const step of list) {
    const now = epochMs(nowMs);
    advance(world, now);
    if (step.kind === 'wait') nowMs += step.ms;
    if (step.kind === 'set') setBalance(world, account, microUsd(step.micro), now);
    if (step.kind === 'burn') account.burnMicroUsdPerHour = microUsd(step.micro);
    if (step.kind === 'behave') for (const one of account.cards) one.behaviour = step.behaviour;
    if (step.kind !== 'ask') continue;
    const method = step.path === '/wallet/auto-funding' ? 'PUT' : 'POST';
    const bodyText = JSON.stringify(step.body);
    apply(world, now, {
      method,
      path: step.path,
      query: {},
      token,
      key: step.key,
      bodyText,
      body: step.body,
    });
  }
  advance(world, epochMs(nowMs));
  return { world, account, nowMs };
}

function newWorld(): World {
  const now = epochMs(START_MS);
  const world = openWorld({ seed: 'test', origin: '', speed: 1, now });
  world.faults.key_retention_ms = Number.MAX_SAFE_INTEGER;
  for (const seed of calmAccounts(1)) openAccount(world, { ...seed, isReseller: true }, now);
  return world;
}
