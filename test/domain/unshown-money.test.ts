import { expect, test } from 'vitest';
import { anchorOf, hasUnshownMoney, mayBeBefore } from '../../src/domain/ledger.ts';
import { cents, type MicroUsd, microUsd } from '../../src/domain/money.ts';
import type { LedgerCredit, LedgerLook } from '../../src/domain/observation.ts';
import { HOUR_MS, MINUTE_MS } from '../../src/domain/time.ts';
import { aCredit, ago, aLook } from './a-ledger.ts';

const OLD = aCredit('100', { createdAt: ago(2 * HOUR_MS) });
const NEW = aCredit('101', { createdAt: ago(MINUTE_MS) });
const GIFT = aCredit('102', { source: 'coupon', usecase: 'bonus', createdAt: ago(MINUTE_MS) });
const dollars = (amount: number): MicroUsd => microUsd(Math.round(amount * 1_000_000));

/** Credit 100 was the newest when the provider said that $100 were credited in all. */
const KNOWN = {
  highestAnchor: anchorOf(aLook([OLD])),
  creditedMicroUsd: dollars(100),
  usedMicroUsd: dollars(40),
};

function look(credited: number, credits: readonly LedgerCredit[]): LedgerLook {
  return aLook(credits, { totals: { creditedMicroUsd: dollars(credited), usedMicroUsd: dollars(40) } });
}

test.each<[string, LedgerLook, boolean]>([
  ['money of that amount and no row', look(150, [OLD]), true],
  ['that amount less a fee of a fifth', look(140, [OLD]), true],
  ['that amount less more than a fee', look(139.98, [OLD]), false],
  ['no money', look(100, [OLD]), false],
  ['money with its row', look(150, [NEW, OLD]), false],
  ['money of a coupon with its row', look(150, [GIFT, OLD]), false],
  ['two sums and one row', look(200, [NEW, OLD]), true],
  ['no totals', { ...look(150, [OLD]), totals: null }, false],
])('a row of $50 is still to come: %s', (_sentence, seen, expected) => {
  expect(hasUnshownMoney(seen, KNOWN, cents(5_000))).toBe(expected);
});

test('nothing is said where no total is known from before', () => {
  expect(hasUnshownMoney(look(150, [OLD]), { ...KNOWN, creditedMicroUsd: null }, cents(5_000))).toBe(false);
});

test.each<[string, number, number, boolean]>([
  ['the wallet itself', 150, 40, false],
  ['more is used by now', 150, 41, false],
  ['less had come, and as much was used', 100, 40, true],
  ['less had come, and less was used', 100, 39, true],
  ['money was taken back, and more is used by now', 100, 40.01, false],
])(
  'a wallet may be from before one with 150 credited and 40 used: %s',
  (_sentence, credited, used, expected) => {
    const totals = { creditedMicroUsd: dollars(credited), usedMicroUsd: dollars(used) };
    expect(mayBeBefore(totals, { creditedMicroUsd: dollars(150), usedMicroUsd: dollars(40) })).toBe(expected);
  },
);
