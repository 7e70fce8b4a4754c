import fc from 'fast-check';
import { expect, test } from 'vitest';
import { anchorOf, creditedAt, isWalletBehind } from '../../src/domain/ledger.ts';
import { type MicroUsd, microUsd } from '../../src/domain/money.ts';
import type { LedgerCredit, LedgerLook } from '../../src/domain/observation.ts';
import { HOUR_MS, MINUTE_MS, SECOND_MS } from '../../src/domain/time.ts';
import { aCredit, ago, aLook } from './a-ledger.ts';

type Known = Parameters<typeof isWalletBehind>[1];

const OLD = aCredit('100', { createdAt: ago(2 * HOUR_MS) });
const NEW = aCredit('101', { createdAt: ago(MINUTE_MS) });
const dollars = (amount: number): MicroUsd => microUsd(Math.round(amount * 1_000_000));

/** Credit 100 was the newest when the provider said that $100 were credited in all. */
const KNOWN: Known = { highestAnchor: anchorOf(aLook([OLD])), creditedMicroUsd: dollars(100) };
const UNKNOWN: Known = { highestAnchor: null, creditedMicroUsd: null };

/** These rows beside a wallet that was credited so much in all; `null` where it does not say. */
function look(credited: number | null, credits: readonly LedgerCredit[]): LedgerLook {
  const totals = credited === null ? null : { creditedMicroUsd: dollars(credited), usedMicroUsd: dollars(0) };
  return aLook(credits, { totals });
}

test.each<[string, number | null, readonly LedgerCredit[], Known, boolean]>([
  ['a first look has nothing to be behind of', 100, [NEW, OLD], UNKNOWN, false],
  ['a wallet that names no total', null, [NEW, OLD], KNOWN, false],
  ['nothing is new', 100, [OLD], KNOWN, false],
  ['a new row, and its money', 150, [NEW, OLD], KNOWN, false],
  ['a new row, and the total of before', 100, [NEW, OLD], KNOWN, true],
  ['a new row, less a fee of a fifth', 140, [NEW, OLD], KNOWN, false],
  ['a new row, less more than that', 139.98, [NEW, OLD], KNOWN, true],
  ['a new row that is no money yet', 100, [{ ...NEW, isSuccessful: false }, OLD], KNOWN, false],
  ['a total that is ahead of its rows', 150, [OLD], KNOWN, false],
  ['a total that fell', 90, [OLD], KNOWN, true],
  ['a total that fell by what was taken back', 100, [NEW, { ...OLD, isSuccessful: false, isReversed: true }], { highestAnchor: anchorOf(aLook([NEW])), creditedMicroUsd: dollars(150) }, false],
  ['a total that fell by more than that', 90, [NEW, { ...OLD, isSuccessful: false, isReversed: true }], { highestAnchor: anchorOf(aLook([NEW])), creditedMicroUsd: dollars(150) }, true],
  ['a whole page of before is another trouble', 50, [aCredit('99', { createdAt: ago(3 * HOUR_MS) })], KNOWN, false],
])('a wallet of an earlier instant than its rows: %s', (_sentence, credited, credits, known, expected) => {
  expect(isWalletBehind(look(credited, credits), known)).toBe(expected);
}); // biome-ignore format: a table

test.each<[string, number | null, readonly LedgerCredit[], LedgerCredit, Known, number | null]>([
  ['at first sight, what the wallet says', 150, [NEW, OLD], NEW, UNKNOWN, 150],
  ['at first sight, without what came after the anchor', 150, [NEW, OLD], OLD, UNKNOWN, 100],
  ['a wallet that names no total leaves what is known', null, [NEW, OLD], NEW, KNOWN, 100],
  ['a new anchor and its money', 150, [NEW, OLD], NEW, KNOWN, 150],
  ['no more than the rows explain', 200, [NEW, OLD], NEW, KNOWN, 150],
  ['less a fee', 148, [NEW, OLD], NEW, KNOWN, 148],
  ['nothing is new, and the total ran ahead', 150, [OLD], OLD, KNOWN, 100],
])('the total that belongs to an anchor: %s', (_sentence, credited, credits, newest, known, expected) => {
  const anchor = { id: newest.id, at: newest.createdAt };
  expect(creditedAt(look(credited, credits), anchor, known)).toBe(expected === null ? null : dollars(expected));
}); // biome-ignore format: a table

test('whatever is credited, wallet and rows of one instant are never behind, and a wallet one row late always is', () => {
  const amounts = fc.array(fc.integer({ min: 500, max: 90_000 }), { minLength: 1, maxLength: 12 });
  fc.assert(
    fc.property(amounts, (list) => {
      let known = UNKNOWN;
      let rows: readonly LedgerCredit[] = [];
      let total = 0;
      for (const [index, amountCents] of list.entries()) {
        const createdAt = ago(HOUR_MS - index * SECOND_MS);
        rows = [...rows, aCredit(`${200 + index}`, { amountCents, createdAt })];
        const late = look(total / 100, rows);
        total += amountCents;
        const honest = look(total / 100, rows);
        expect(isWalletBehind(late, known)).toBe(known.creditedMicroUsd !== null);
        expect(isWalletBehind(honest, known)).toBe(false);
        const anchor = anchorOf(honest);
        known = { highestAnchor: anchor, creditedMicroUsd: creditedAt(honest, anchor, known) };
        expect(known.creditedMicroUsd).toBe(total * 10_000);
      }
    }),
  );
});
