import fc from 'fast-check';
import { expect, test } from 'vitest';
import { anchorOf, cardCredits, equationHolds, isBelow, looksAgree } from '../../src/domain/ledger.ts';
import { microUsd } from '../../src/domain/money.ts';
import type { LedgerCredit } from '../../src/domain/observation.ts';
import { HOUR_MS, SECOND_MS } from '../../src/domain/time.ts';
import { aCredit, ago, aLook } from './a-ledger.ts';

const COUPON = { source: 'coupon', usecase: 'bonus' };
const NONE = { id: 'none', at: null };

test.each<[string, readonly LedgerCredit[], string]>([
  ['an empty ledger has none', [], 'none'],
  ['the newest credit by time', [aCredit('1', { createdAt: ago(9) }), aCredit('2', { createdAt: ago(90) })], '1'],
  ['whatever the order of the page', [aCredit('7', { createdAt: ago(90) }), aCredit('8', { createdAt: ago(9) })], '8'],
  ['two rows of one second: the higher number', [aCredit('10'), aCredit('9')], '10'],
  ['two rows of one second, other way round', [aCredit('9'), aCredit('10')], '10'],
  ['two rows of one second whose ids are words', [aCredit('cr_b'), aCredit('cr_a')], 'cr_b'],
  ['a row that is no money yet does not count', [aCredit('2', { isSuccessful: false }), aCredit('1', { createdAt: ago(9e6) })], '1'],
  ['a coupon does not count beside a card', [aCredit('2', COUPON), aCredit('1', { createdAt: ago(9e6) })], '1'],
  ['recognised by its source', [aCredit('2', { ...COUPON, source: 'stripe', createdAt: ago(9e6) }), aCredit('3', COUPON)], '2'],
  ['recognised by its use', [aCredit('2', { ...COUPON, usecase: 'wallet_funding', createdAt: ago(9e6) }), aCredit('3', COUPON)], '2'],
  ['recognised by its payment', [aCredit('2', { ...COUPON, paymentIntentId: 'pi_1', createdAt: ago(9e6) }), aCredit('3', COUPON)], '2'],
  ['where none is recognised all of them count', [aCredit('2', COUPON), aCredit('3', COUPON)], '3'],
  ['an unsuccessful card row recognises nothing', [aCredit('2', { isSuccessful: false }), aCredit('3', COUPON)], '3'],
])('the anchor: %s', (_sentence, credits, expected) => {
  expect(anchorOf(aLook(credits)).id).toBe(expected);
}); // biome-ignore format: a table

test('the anchor says when it was', () => {
  expect(anchorOf(aLook([aCredit('5', { createdAt: ago(HOUR_MS) })]))).toEqual({ id: '5', at: ago(HOUR_MS) });
  expect(anchorOf(aLook([]))).toEqual(NONE);
});

const someCredits = fc.array(
  fc.record({
    id: fc.integer({ min: 1, max: 120 }),
    seconds: fc.integer({ min: 0, max: 3 }),
    isSuccessful: fc.boolean(),
    isReversed: fc.constant(false),
    isCard: fc.boolean(),
  }),
  { maxLength: 12 },
);

test('two replicas agree on the anchor in whatever order their pages came', () => {
  const shuffled = someCredits.chain((rows) =>
    fc.tuple(
      fc.constant(rows),
      fc.shuffledSubarray(rows, { minLength: rows.length, maxLength: rows.length }),
    ),
  );
  fc.assert(
    fc.property(shuffled, ([rows, other]) => {
      const credits = (list: typeof rows) =>
        list.map(({ id, seconds, isSuccessful, isCard }) =>
          aCredit(`${id}`, { isSuccessful, createdAt: ago(seconds * SECOND_MS), ...(isCard ? {} : COUPON) }),
        );
      const anchor = anchorOf(aLook(credits(rows)));
      expect(anchorOf(aLook(credits(other)))).toEqual(anchor);
      const counted = cardCredits(credits(rows));
      for (const { id, createdAt } of counted) expect(isBelow(anchor, { id, at: createdAt })).toBe(false);
      expect(counted.some(({ id }) => id === anchor.id)).toBe(anchor.at !== null);
    }),
    { numRuns: 1_000 },
  );
});

test.each<[string, Parameters<typeof isBelow>, boolean]>([
  ['nothing was ever seen', [{ id: '5', at: ago(9) }, NONE], false],
  ['the same credit', [{ id: '5', at: ago(9) }, { id: '5', at: ago(9) }], false],
  ['a newer credit', [{ id: '6', at: ago(1) }, { id: '5', at: ago(9) }], false],
  ['an older credit', [{ id: '4', at: ago(10) }, { id: '5', at: ago(9) }], true],
  ['an earlier row of the same second', [{ id: '9', at: ago(9) }, { id: '10', at: ago(9) }], true],
  ['an empty page after credits were seen', [NONE, { id: '5', at: ago(9) }], true],
])('a stale page is one whose anchor was passed before: %s', (_sentence, [anchor, highest], expected) => {
  expect(isBelow(anchor, highest)).toBe(expected);
}); // biome-ignore format: a table

test.each<[string, number, boolean]>([
  ['to the micro-dollar', 5_000_000, true],
  ['a cent too little', 4_990_000, true],
  ['a cent too much', 5_010_000, true],
  ['more than a cent too little', 4_989_999, false],
  ['more than a cent too much', 5_010_001, false],
  ['a missing top-up', 55_000_000, false],
])('a balance that is what was credited less what was used: %s', (_sentence, balanceMicroUsd, expected) => {
  const totals = { creditedMicroUsd: microUsd(100_000_000), usedMicroUsd: microUsd(95_000_000) };
  expect(equationHolds({ ...aLook([], { totals }), balanceMicroUsd: microUsd(balanceMicroUsd) })).toBe(
    expected,
  );
});

test('without totals the equation is not known', () => {
  expect(equationHolds(aLook([]))).toBeNull();
});

test.each<[string, Parameters<typeof looksAgree>, boolean]>([
  ['nothing happened', [aLook([aCredit('1')]), aLook([aCredit('1')])], true],
  ['a little was used', [aLook([aCredit('1')], { balanceCents: 500 }), aLook([aCredit('1')], { balanceCents: 499 })], true],
  ['money came from nowhere', [aLook([aCredit('1')], { balanceCents: 500 }), aLook([aCredit('1')], { balanceCents: 501 })], false],
  ['a credit landed in between', [aLook([aCredit('1')]), aLook([aCredit('2', { createdAt: ago(1) }), aCredit('1')])], false],
  ['a coupon landed, and its money', [aLook([aCredit('1')], { balanceCents: 500 }), aLook([aCredit('2', COUPON), aCredit('1')], { balanceCents: 900 })], false],
])('two looks: %s', (_sentence, [first, second], expected) => {
  expect(looksAgree(first, second)).toBe(expected);
}); // biome-ignore format: a table
