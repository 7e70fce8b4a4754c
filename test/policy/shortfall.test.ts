import { expect, test } from 'vitest';
import { cents, microUsd } from '../../src/domain/money.ts';
import { MINUTE_MS } from '../../src/domain/time.ts';
import { decideWallet } from '../../src/policy/decide.ts';
import type { WalletCase } from '../../src/policy/wallet-checks.ts';
import { aCredit, ago, aLook } from '../domain/a-ledger.ts';
import { aHistory, aStanding, aWallet, aWalletCase, usageOf } from './a-case.ts';

type Row = readonly [
  what: string,
  changes: Partial<WalletCase>,
  dollars: number,
  amountOrReason: number | string,
];

const HIGH = {
  look: { ...aLook([aCredit('100')]), balanceMicroUsd: microUsd(25_000_000) },
};
const caps = (...wanted: Parameters<typeof usageOf>) => ({
  history: aHistory({ usage: usageOf(...wanted) }),
});
const cooling = (...wanted: Parameters<typeof usageOf>) => ({
  history: aHistory({ usage: usageOf(...wanted), lastChargeAt: ago(MINUTE_MS) }),
});

/** A wallet of $5 that is topped up by $50, unless said otherwise, and what somebody asked for. */
const ROWS: readonly Row[] = [
  ['less than the policy does by itself', {}, 40, 5_000],
  ['more than the policy does by itself', {}, 100, 9_500],
  ['a little more than there is', HIGH, 26, 1_000],
  ['in parts that fit', caps({ perCharge: 50, day: 100 }), 100, 5_000],
  ['in parts whose last is under the minimum of $10, and fits', { ...HIGH, ...caps({ perCharge: 50, day: 110 }) }, 130, 5_000],
  ['in parts whose last is under the minimum of $10, and does not fit', { ...HIGH, ...caps({ perCharge: 50, day: 105 }) }, 130, 'cap_day'],
  ['in as many parts as there are charges left', { ...HIGH, ...caps({ perCharge: 50, chargesPerDay: 5 }, { charges: 3 }) }, 120, 5_000],
  ['in more parts than there are charges left', { ...HIGH, ...caps({ perCharge: 50, chargesPerDay: 5 }, { charges: 3 }) }, 130, 'cap_charges_per_day'],
  ['more than fits, of a wallet that is low: the policy charges its own', caps({ perCharge: 100, day: 200 }), 500, 5_000],
  ['more than fits, of a wallet that is low and was charged a minute ago', cooling({ perCharge: 100, day: 200 }), 500, 'cap_day'],
  ['what fits, of a wallet that was charged a minute ago', cooling({ perCharge: 100, day: 200 }), 100, 9_500],
  ['more than fits, of a wallet that is not low', { ...HIGH, ...caps({ perCharge: 100, day: 200 }) }, 500, 'cap_day'],
]; // biome-ignore format: a table

const asked = (dollars: number) => ({ floorCents: cents(dollars * 100), targetCents: cents(dollars * 100) });

test.each(ROWS)('asked for %s', (_what, changes, dollars, amountOrReason) => {
  const decision = decideWallet(aWalletCase({ ...changes, ensured: asked(dollars) }));
  if (typeof amountOrReason === 'number')
    expect(decision).toMatchObject({ kind: 'charge', amountCents: amountOrReason });
  else expect(decision).toMatchObject({ kind: 'hold', reason: amountOrReason });
});

test('the reason says how many charges it would have taken', () => {
  const one = { ...HIGH, ...caps({ perCharge: 50, chargesPerDay: 5 }, { charges: 3 }), ensured: asked(130) };
  const sentence = '$25.00 is below the $130.00 that a job needs, but account render-eu: 3 of 5 charges a day are made, and it takes 3';
  expect(decideWallet(aWalletCase(one))).toMatchObject({ sentence });
}); // biome-ignore format: a sentence

test('a charge that waits for its card holder is no charge that the ledger owes, where a person can be asked', () => {
  const open = [{ kind: 'fund', state: 'action', sentence: 'it waits' }];
  const history = aHistory({ attempts: [{ at: ago(180 * MINUTE_MS), allowsNext: false }] });
  const one = { standing: aStanding({ open }), history, linkHistory: aHistory() };
  const spec = aWallet({ payWith: [{ kind: 'default' }, { kind: 'human' }] });
  expect(decideWallet(aWalletCase({ ...one, spec }))).toMatchObject({ kind: 'charge', action: { kind: 'fund_link' } });
  expect(decideWallet(aWalletCase(one))).toMatchObject({ kind: 'hold', reason: 'intent_open' });
}); // biome-ignore format: two claims
