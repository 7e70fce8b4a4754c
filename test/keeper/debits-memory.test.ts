import { expect, test } from 'vitest';
import { cents, microFromCents } from '../../src/domain/money.ts';
import { addMs, MINUTE_MS } from '../../src/domain/time.ts';
import { withRows, withTotals } from '../../src/keeper/debits-memory.ts';
import type { WalletDebit } from '../../src/modelslab/wallet.ts';
import { NOW, paymentIntent } from '../domain/a-ledger.ts';

const usd = (dollars: number) => microFromCents(cents(Math.round(dollars * 100)));
const totals = (credited: number, used: number) => ({
  creditedMicroUsd: usd(credited),
  usedMicroUsd: usd(used),
});
const LOOK = totals(500, 100);
const ALIKE = { isCountedAlike: true, lessFor: null };
const see = (
  before: Parameters<typeof withTotals>[0],
  pages: Parameters<typeof withTotals>[1],
  minutes = 0,
) => withTotals(before, pages, { look: LOOK, refundMicroUsd: usd(20), now: addMs(NOW, minutes * MINUTE_MS) });

test.each<[string, Parameters<typeof withTotals>[1], boolean]>([
  ['says the same', [totals(500, 100)], false],
  ['counts what was used meanwhile', [totals(500, 400)], false],
  ['counts what came meanwhile', [totals(550, 100)], false],
  ['says nothing', [null], false],
  ['is of before the last credit', [totals(480, 100)], true],
  ['differs by a rounding', [totals(499.99, 100)], false],
  ['may lack a refund of the smallest charge', [totals(500, 80)], true],
  ['lacks less than that', [totals(500, 80.02)], false],
  ['is of before, whatever is behind it', [totals(500, 100), totals(480, 100)], true],
])('a page of debits that %s', (_sentence, pages, isFromBefore) => {
  expect(see(ALIKE, pages).isFromBefore).toBe(isFromBefore);
  expect(see({ ...ALIKE, isCountedAlike: false }, pages).isFromBefore).toBe(false);
}); // biome-ignore format: a table

test.each<[string, Parameters<typeof withTotals>[1], boolean]>([
  ['the very same credits, and no less used', [totals(500, 100), null, totals(500, 100.5)], true],
  ['less credits', [totals(480, 100)], false],
  ['less used', [totals(500, 99)], false],
  ['once the same, once not', [totals(500, 100), totals(480, 100)], false],
  ['nothing', [null], false],
  ['no page', [], false],
])('that pages count as looks do is learnt from: %s', (_sentence, pages, isCountedAlike) => {
  expect(see({ ...ALIKE, isCountedAlike: false }, pages)).toEqual({ isCountedAlike, lessFor: null, isFromBefore: false });
}); // biome-ignore format: a table

test('pages that say less for half an hour are believed, however long nobody asked in between', () => {
  let counting: Parameters<typeof withTotals>[0] = ALIKE;
  const old = [totals(480, 100)];
  const answers = [0, 300, 600, 601, 620].map((minutes) => {
    const { isFromBefore, ...next } = see(counting, old, minutes);
    counting = next;
    return isFromBefore;
  });
  expect(answers).toEqual([true, true, true, true, true]);
  for (let minutes = 622; minutes <= 640; minutes += 2) {
    const { isFromBefore, ...next } = see(counting, old, minutes);
    counting = next;
    expect(isFromBefore, `${minutes} minutes`).toBe(minutes < 638);
  }
  expect(see(counting, [null], 641)).toEqual({ ...counting, isFromBefore: false });
  expect(see(counting, [totals(500, 100)], 641)).toEqual({ ...ALIKE, isFromBefore: false });
  expect(see(ALIKE, old, 642).isFromBefore).toBe(true);
});

const row = (id: string, payment: string | null, changes: Partial<WalletDebit> = {}): WalletDebit => ({
  id,
  type: 'debit',
  usecase: 'refund',
  transactionId: payment,
  createdAt: NOW,
  isStampExact: true,
  amountMicroUsd: usd(20),
  ...changes,
});
const of = (rowId: string, payment: string) => ({ rowId, payment: paymentIntent(payment) });

test('rows that name a payment are remembered, two of one id too, and none that is a withdrawal, or proves to be one', () => {
  const rows = [
    row('1', 'pi_a'),
    row('1', 'pi_b'),
    row('2', 'use_2'),
    row('3', null),
    row('4', 'pi_c', { usecase: 'withdrawal' }),
    row('5', 'pi_d', { type: 'credit' }),
    row('6', 'pi_ no id'),
  ];
  const known = withRows([], rows);
  expect(known).toEqual([of('1', 'pi_a'), of('1', 'pi_b')]);
  expect(withRows(known, [row('1', 'pi_a', { usecase: 'payout' })])).toEqual([of('1', 'pi_b')]);
  expect(withRows(known, rows)).toEqual(known);
});
