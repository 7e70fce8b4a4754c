import { expect, test } from 'vitest';
import { worstCaseInFleet, worstCaseOfAccount, worstCaseOfFleet } from '../../src/cli/worst-case.ts';
import { loadSpec } from '../config/memory-disk.ts';

function fleet(policy: string, rest = '') {
  const text = `version: 1\nmode: enforce\nprovider: sandbox\npolicies:\n  p:\n${policy}\ndefaults: { policy: p }\n${rest}accounts:\n  - { name: a }\n  - { name: b }\n`;
  return loadSpec({ 'purser.yaml': text });
}

function ofOne(policy: string) {
  const [account] = fleet(policy).accounts.values();
  return account === undefined ? null : worstCaseOfAccount(account);
}

const WALLET = '    wallet: { min_balance: 20, top_up: { amount: 50 }, cooldown: 12h }';

test.each([
  ['the day cap', `${WALLET}\n    caps: { day: 120 }`, { dayCents: 12_000, monthCents: 360_000 }],
  [
    'the cooldown, where it allows less',
    `${WALLET}\n    caps: { day: 1000 }`,
    { dayCents: 15_000, monthCents: 450_000 },
  ],
  [
    'charges a day',
    `${WALLET}\n    caps: { day: 1000, charges_per_day: 2 }`,
    { dayCents: 10_000, monthCents: 300_000 },
  ],
  [
    'charges a day at the per-charge cap, where a subscription may be charged too',
    `${WALLET}\n    caps: { per_charge: 100, day: 1000, charges_per_day: 3 }\n    subscription: { when_past_due: fix_payment }`,
    { dayCents: 30_000, monthCents: 900_000 },
  ],
  [
    'the cooldown, and the rest of each runway, which does not wait for it',
    '    wallet: { min_balance: 20, top_up: { runway: 24h }, cooldown: 10m }\n    caps: { per_charge: 10, month: 20000 }',
    { dayCents: 435_000, monthCents: 2_000_000 },
  ],
  [
    'a longer cooldown, which holds it back',
    '    wallet: { min_balance: 20, top_up: { runway: 24h }, cooldown: 24h }\n    caps: { per_charge: 100, month: 20000 }',
    { dayCents: 20_000, monthCents: 600_000 },
  ],
  [
    'the month cap',
    `${WALLET}\n    caps: { day: 120, month: 500 }`,
    { dayCents: 12_000, monthCents: 50_000 },
  ],
])('the worst day and month of an account are bounded by %s', (_by, policy, expected) => {
  expect(ofOne(policy)).toEqual(expected);
});

test('the worst case of a fleet is the sum of its accounts, within its own caps', () => {
  const policy = `${WALLET}\n    caps: { day: 120 }`;
  expect(worstCaseOfFleet(fleet(policy))).toEqual({ dayCents: 24_000, monthCents: 720_000 });
  expect(worstCaseOfFleet(fleet(policy, 'caps: { month: 900 }\n'))).toEqual({
    dayCents: 24_000,
    monthCents: 90_000,
  });
});

test('the worst case of an account is within what its group and the fleet allow', () => {
  const wallet = '    wallet: { min_balance: 20, top_up: { to: 100 }, cooldown: 0s }';
  const rest = 'caps: { day: 500 }\ngroups: { g: { caps: { month: 900 } } }\n';
  const spec = fleet(wallet, rest);
  const [account] = spec.accounts.values();
  if (account === undefined) throw new Error('the config has accounts');
  expect(worstCaseOfAccount(account)).toEqual({ dayCents: null, monthCents: null });
  expect(worstCaseInFleet(spec, account)).toEqual({ dayCents: 50_000, monthCents: 1_500_000 });
  const [group = null] = spec.groups.keys();
  const grouped = worstCaseInFleet(spec, { ...account, group });
  expect(grouped).toEqual({ dayCents: 50_000, monthCents: 90_000 });
});

test('a policy that only tells charges nothing at worst', () => {
  const nothing = { dayCents: 0, monthCents: 0 };
  expect(ofOne('    subscription: { plan: Basic }')).toEqual(nothing);
  expect(ofOne('    billing_info: { name: Acme }')).toEqual(nothing);
});
