import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  anchorOf,
  isBefore,
  isBeforeCharge,
  isWalletBehind,
  NO_REST,
  type Rest,
  totalsAt,
} from '../../src/domain/ledger.ts';
import { cents, type MicroUsd, microUsd } from '../../src/domain/money.ts';
import type { LedgerCredit, LedgerLook } from '../../src/domain/observation.ts';
import { HOUR_MS, MINUTE_MS, SECOND_MS } from '../../src/domain/time.ts';
import { aCredit, ago, aLook } from './a-ledger.ts';

type Known = Parameters<typeof isWalletBehind>[1];

const OLD = aCredit('100', { createdAt: ago(2 * HOUR_MS) });
const NEW = aCredit('101', { createdAt: ago(MINUTE_MS) });
const GIFT = aCredit('102', { source: 'coupon', usecase: 'bonus', createdAt: ago(SECOND_MS) });
const IDLE: Rest = { forMs: 30 * MINUTE_MS, seenForMs: 30 * MINUTE_MS, isInUse: false };
const IN_USE: Rest = { ...IDLE, isInUse: true };
const LONG: Rest = { ...IDLE, forMs: 90 * MINUTE_MS, seenForMs: 60 * MINUTE_MS };
const dollars = (amount: number): MicroUsd => microUsd(Math.round(amount * 1_000_000));

/** Credit 100 was the newest when the provider said that $100 were credited in all, and $40 used. */
const KNOWN: Known = totals(OLD, 100, 40);
const UNKNOWN: Known = { highestAnchor: null, creditedMicroUsd: null, usedMicroUsd: null };

function totals(newest: LedgerCredit, credited: number, used: number): Known {
  return {
    highestAnchor: anchorOf(aLook([newest])),
    creditedMicroUsd: dollars(credited),
    usedMicroUsd: dollars(used),
  };
}

/** These rows beside a wallet that was credited, and used, so much in all; `null` where it does not say. */
function look(credited: number | null, credits: readonly LedgerCredit[], used = 40): LedgerLook {
  const seen =
    credited === null ? null : { creditedMicroUsd: dollars(credited), usedMicroUsd: dollars(used) };
  return aLook(credits, { totals: seen });
}

test.each<[string, LedgerLook, Known, boolean]>([
  ['a first look has nothing to be behind of', look(100, [NEW, OLD]), UNKNOWN, false],
  ['a wallet that names no total', look(null, [NEW, OLD]), KNOWN, false],
  ['nothing is new', look(100, [OLD]), KNOWN, false],
  ['a new row, and its money', look(150, [NEW, OLD]), KNOWN, false],
  ['a new row, and the total of before', look(100, [NEW, OLD]), KNOWN, true],
  ['the same, and more is used', look(100, [NEW, OLD], 41), KNOWN, true],
  ['a new row, less a fee of a fifth', look(140, [NEW, OLD]), KNOWN, false],
  ['a new row, less more than that', look(139.98, [NEW, OLD]), KNOWN, true],
  ['a new row that is no money yet', look(100, [{ ...NEW, isSuccessful: false }, OLD]), KNOWN, false],
  ['a new row that came from no card', look(100, [GIFT, OLD]), KNOWN, false],
  ['a total that is ahead of its rows', look(150, [OLD]), KNOWN, false],
  ['a total that fell', look(90, [OLD]), KNOWN, true],
  ['a total that fell, and an old row that was taken back', look(100, [NEW, { ...OLD, isSuccessful: false, isReversed: true }]), totals(NEW, 150, 40), true],
  ['a whole page of before is another trouble', look(50, [aCredit('99', { createdAt: ago(3 * HOUR_MS) })]), KNOWN, false],
])('a wallet of an earlier instant than its rows: %s', (_sentence, seen, known, expected) => {
  expect(isWalletBehind(seen, known, NO_REST)).toBe(expected);
}); // biome-ignore format: a table

test.each<[string, LedgerLook, Rest, boolean]>([
  ['a total that fell, and nothing was used', look(90, [OLD]), IDLE, true],
  ['a total that fell, and less was used', look(90, [OLD], 39), IDLE, true],
  ['a total that fell long ago, and nothing was used', look(90, [OLD]), LONG, false],
  ['a total that fell long ago, and nothing was used, but was looked at three times', look(90, [OLD]), { ...LONG, seenForMs: 40 * MINUTE_MS }, true],
  ['a total that fell an hour ago, and nothing was used', look(90, [OLD]), { ...LONG, forMs: 89 * MINUTE_MS }, true],
  ['a new row without its money for long, and nothing is used', look(100, [NEW, OLD]), LONG, true],
  ['a total that fell, and the wallet is in use, but just now', look(90, [OLD], 41), { ...IN_USE, forMs: 29 * MINUTE_MS }, true],
  ['a total that fell, and the wallet is in use, but was looked at twice in all that time', look(90, [OLD], 41), { ...IN_USE, seenForMs: 20 * MINUTE_MS }, true],
  ['a total that fell, and the wallet was used', look(90, [OLD], 41), IDLE, false],
  ['a total that fell, and the wallet is in use', look(90, [OLD], 41), IN_USE, false],
  ['a new row without its money, and the wallet was used before it', look(100, [NEW, OLD], 41), IDLE, true],
  ['a new row whose money had come long before, and the wallet is in use', look(100, [NEW, OLD], 41), IN_USE, false],
])('it is believed where it rests: %s', (_sentence, seen, rest, expected) => {
  expect(isWalletBehind(seen, KNOWN, rest)).toBe(expected);
}); // biome-ignore format: a table

test.each<[string, number, number, Rest, boolean]>([
  ['less had come, and less was used', 90, 39, NO_REST, true],
  ['less had come, and as much was used', 90, 40, NO_REST, false],
  ['as much had come, less a rounding', 99.99, 39, NO_REST, false],
  ['idle, for less than an hour of looks', 90, 39, { ...LONG, seenForMs: 59 * MINUTE_MS }, true],
  ['idle, for an hour of looks', 90, 39, LONG, false],
  ['in use, at two looks', 90, 39, { ...IN_USE, seenForMs: 20 * MINUTE_MS }, true],
  ['in use, for half an hour of looks', 90, 39, IN_USE, false],
])('totals are before others that were seen: %s', (_sentence, credited, used, rest, expected) => {
  const seen = { creditedMicroUsd: dollars(100), usedMicroUsd: dollars(40) };
  const now = { creditedMicroUsd: dollars(credited), usedMicroUsd: dollars(used) };
  expect(isBefore(now, seen, { rest, isIdleToo: false })).toBe(expected);
}); // biome-ignore format: a table

test.each<[number, number, Rest, boolean]>([
  [90, 40, NO_REST, true],
  [90, 40.01, NO_REST, false],
  [100, 40, NO_REST, false],
  [90, 40, LONG, false],
])('where nothing may have been used since: $%d that came, $%d that was used', (credited, used, rest, expected) => {
  const seen = { creditedMicroUsd: dollars(100), usedMicroUsd: dollars(40) };
  const now = { creditedMicroUsd: dollars(credited), usedMicroUsd: dollars(used) };
  expect(isBefore(now, seen, { rest, isIdleToo: true })).toBe(expected);
}); // biome-ignore format: a table

test.each<[string, LedgerLook, LedgerCredit, Known, Rest, number | null]>([
  ['at first sight, what the wallet says', look(150, [NEW, OLD]), NEW, UNKNOWN, NO_REST, 150],
  ['a wallet that names no total leaves what is known', look(null, [NEW, OLD]), NEW, KNOWN, NO_REST, 100],
  ['a new anchor and its money', look(150, [NEW, OLD]), NEW, KNOWN, NO_REST, 150],
  ['no more than the rows explain', look(200, [NEW, OLD]), NEW, KNOWN, NO_REST, 150],
  ['what they do not explain, once it rests', look(200, [NEW, OLD]), NEW, KNOWN, IDLE, 200],
  ['less a fee', look(148, [NEW, OLD]), NEW, KNOWN, NO_REST, 148],
  ['less than all, once that rests', look(110, [NEW, OLD], 41), NEW, KNOWN, IN_USE, 110],
  ['nothing is new, and the total ran ahead', look(150, [OLD]), OLD, KNOWN, NO_REST, 100],
  ['a coupon above it brings nothing to the anchor', look(150, [GIFT, OLD]), OLD, KNOWN, NO_REST, 100],
  ['nor beside a total that ran ahead', look(200, [GIFT, OLD]), OLD, KNOWN, NO_REST, 100],
  ['nor once that rests', look(200, [GIFT, OLD]), OLD, KNOWN, IN_USE, 150],
  ['nor at first sight', look(200, [GIFT, OLD]), OLD, UNKNOWN, NO_REST, 150],
  ['a coupon below a new anchor does', look(200, [NEW, { ...GIFT, createdAt: ago(HOUR_MS) }, OLD]), NEW, KNOWN, NO_REST, 200],
  ['a whole page of before leaves what is known', look(50, [aCredit('99', { createdAt: ago(3 * HOUR_MS) })]), OLD, KNOWN, IDLE, 100],
])('the total that belongs to an anchor: %s', (_sentence, seen, newest, known, rest, expected) => {
  const anchor = { id: newest.id, at: newest.createdAt };
  const { creditedMicroUsd } = totalsAt(seen, anchor, known, rest);
  expect(creditedMicroUsd).toBe(expected === null ? null : dollars(expected));
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
        expect(isWalletBehind(late, known, NO_REST)).toBe(known.creditedMicroUsd !== null);
        expect(isWalletBehind(honest, known, NO_REST)).toBe(false);
        const anchor = anchorOf(honest);
        known = { highestAnchor: anchor, ...totalsAt(honest, anchor, known, NO_REST) };
        expect(known.creditedMicroUsd).toBe(total * 10_000);
      }
    }),
  );
});

test.each<[string, LedgerLook, number | null, boolean]>([
  ['it has risen by the charge', look(150, [NEW, OLD]), 100, false],
  ['less a fee of a fifth', look(140, [NEW, OLD]), 100, false],
  ['it has risen by less', look(139.9, [NEW, OLD]), 100, true],
  ['it has not risen, whatever else is in the rows', look(100, [NEW, OLD]), 100, true],
  ['it names no total', look(null, [NEW, OLD]), 100, false],
  ['no total was named then', look(100, [NEW, OLD]), null, false],
])('a wallet of an instant before a charge of $50: %s', (_sentence, seen, then, expected) => {
  const creditedThenMicroUsd = then === null ? null : dollars(then);
  expect(isBeforeCharge(seen, { creditedThenMicroUsd, amountCents: cents(5_000) })).toBe(expected);
}); // biome-ignore format: a table
